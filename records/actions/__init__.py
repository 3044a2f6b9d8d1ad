"""The writers of records."""
