"""The only writers of accounts: staff, links, recoveries, sessions, notices."""
