"""The vocabulary of programs: who runs one, where, and what it offers. The sources are lines of the seeds."""

from django.db import models

from programs.choices import LADDER_SETTINGS, LEVEL_OF_SETTING, Level


class Operator(models.TextChoices):
    """Who runs a program. Nobody is admitted here into one that a partner runs."""

    CENTER = "center", "This center"
    PARTNER = "partner", "A partner"


class Setting(models.TextChoices):
    """Where care is given (seed 000 lines 74, 82, 94)."""

    HOSPITAL = "hospital", "In a hospital environment"
    HOME = "home", "In a home-like place, not a hospital"
    DAY = "day", "By day at the center; people live at home"
    ONLINE = "online", "By video or phone"


class Track(models.TextChoices):
    """The two kinds of residential care (seed 000 line 84)."""

    SHORT = "short", "Short-term"
    LONG = "long", "Long-term"


class Service(models.TextChoices):
    """What programs give (seed 000 lines 74 to 106, seed 003 lines 65, 96 to 107)."""

    INDIVIDUAL = "individual", "Individual counseling"
    GROUPS = "groups", "Group therapy"
    CBT = "cbt", "Cognitive behavioral therapy (CBT)"
    DBT = "dbt", "Dialectical behavior therapy (DBT)"
    MOTIVATION = "motivation", "Motivational enhancement"
    EDUCATION = "education", "Education classes"
    SKILLS = "skills", "Building skills"
    TWELVE_STEP = "twelve_step", "12-step groups"
    SUPPORT_GROUPS = "support_groups", "Other support groups"
    MENTAL_GROUPS = "mental_groups", "Groups for mental health"
    FAMILY = "family", "Family therapy"
    FAMILY_EDUCATION = "family_education", "Education and support for families"
    WITHDRAWAL = "withdrawal", "Medicines for withdrawal"
    MONITORING = "monitoring", "Watching over withdrawal day and night"
    MEDICAL_REVIEW = "medical_review", "A look at other medical and mental conditions"
    EMPLOYMENT = "employment", "Help with work"
    RETURN_HOME = "return_home", "Arranging support for the return home"
    HOLISTIC = "holistic", "Yoga, art and the like"
    ALUMNI = "alumni", "Alumni groups"
    CHECK_INS = "check_ins", "Check-in calls"


class Audience(models.TextChoices):
    """For whom a program is meant, where it is meant for some (seed 000 line 120)."""

    VETERANS = "veterans", "Veterans"
    PROFESSIONALS = "professionals", "Business professionals and executives"


LEVEL_WORDS = {
    Level.DETOX: "Withdrawal with medical staff, before care here. Partners give it; this center does not.",
    Level.INPATIENT: "Day and night in a hospital environment, away from what triggers use.",
    Level.RESIDENTIAL: "Day and night in a home-like place that is not a hospital, for weeks to months.",
    Level.PHP: "Most of the day, with nights at home.",
    Level.IOP: "Some hours on several days a week, beside work, family or school.",
    Level.OUTPATIENT: "Once or twice a week, with a stable home and support, or as the step after more care.",
    Level.CONTINUING: "Groups, alumni and check-ins for a year or longer.",
}
"""What each level is, in one line (seed 000 lines 64 to 106, seed 003 lines 66, 102, 103, 117)."""

ASAM_LABELS = {
    level: tuple(label for label, setting in LADDER_SETTINGS.items() if LEVEL_OF_SETTING[setting] == level)
    for level in Level
} | {Level.CONTINUING: ("1.0",)}
"""Which ASAM level numbers may stand beside a level of ours: labels that no rule and no gate reads."""

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""The days of a program's week, in the order of its column `week`."""
