"""Who may do what in referrals."""
