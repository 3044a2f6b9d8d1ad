"""The only writers of the referral loop. Each runs in one transaction and is told who acts."""
