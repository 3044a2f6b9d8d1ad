"""Who may do what in programs."""
