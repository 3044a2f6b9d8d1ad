"""Who signs in to the demo. Invented people; one password, since nothing here is real."""

from dataclasses import dataclass

from accounts.choices import Role

PASSWORD = "quiet-harbor-2026"  # noqa: S105 - printed on purpose; demo mode only


@dataclass(frozen=True)
class Login:
    """One demo sign-in."""

    email: str
    name: str
    role: Role


LOGINS = (
    Login("ana@demo.example", "Ana Reyes", Role.ADMISSIONS),
    Login("ben@demo.example", "Ben Okafor", Role.ADMISSIONS),
    Login("cole@demo.example", "Cole Whitman", Role.CLINICIAN),
    Login("dana@demo.example", "Dana Osei", Role.CLINICIAN),
    Login("sam@demo.example", "Sam Rivera", Role.SUPERVISOR),
    Login("pia@demo.example", "Pia Lindqvist", Role.PRIVACY),
    Login("audit@demo.example", "Audrey Bell", Role.AUDITOR),
    Login("ada@demo.example", "Ada Moreau", Role.ADMINISTRATOR),
)
