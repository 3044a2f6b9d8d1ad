"""Forms of the referral loop, for staff and for partners."""
