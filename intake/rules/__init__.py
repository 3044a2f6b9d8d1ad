"""Pure rules of intake: no database, no settings, no clock."""
