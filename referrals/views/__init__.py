"""Pages of the referral loop: for staff, and for partners behind a link."""
