"""Pure rules of records."""
