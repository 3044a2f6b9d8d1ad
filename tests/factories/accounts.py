"""Members of staff."""

from accounts.models import User

PASSWORD = "quiet harbor 2026 lantern"


def make_user(role: str = "admissions", name: str = "ana") -> User:
    """Create a member of staff with `PASSWORD`."""
    return User.objects.create_user(
        f"{name}@demo.example", PASSWORD, display_name=f"{name.title()} Reyes", role=role
    )
