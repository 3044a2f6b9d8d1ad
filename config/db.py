"""Small helpers around PostgreSQL: which constraint refused, and who may use which connection."""

from typing import Any

from django.db import DatabaseError


def refusal_code(error: DatabaseError) -> str | None:
    """Return the name of the constraint or the code of the trigger that refused, if there is one."""
    diagnostics = getattr(error.__cause__ or error, "diag", None)
    return getattr(diagnostics, "constraint_name", None)


class PublicRoleRouter:
    """Keeps models off the blind connection: it may execute one function and nothing else."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """Every model is read as the app."""
        return "default"

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """Every model is written as the app."""
        return "default"

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool:
        """All models share one database."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Only the default connection (run as the owner) migrates."""
        return db == "default"
