"""What the center runs: beds where people sleep here, slots for the day; and detox, which partners run."""

from typing import Any

from desk.demo.people import staff
from programs.actions.programs import add_bed, add_program
from programs.choices import Level
from programs.offers import blank_offer

_TALKS = ["individual", "groups", "cbt", "motivation", "twelve_step", "support_groups"]
_WORKDAYS = ["Individual counseling at 10 am, group therapy at 2 pm"] * 5
_STAFFED: dict[str, Any] = {
    "medical_staff": True,
    "psychiatric_medicines": True,
    "medicines_continue": True,
}

# columns of the program, bed labels
PROGRAMS: tuple[tuple[dict[str, Any], tuple[str, ...]], ...] = (
    (
        {
            **_STAFFED,
            "name": "Medical detox",
            "level": Level.DETOX,
            "operated_by": "partner",
            "setting": "hospital",
            "services": ["withdrawal", "monitoring", "medical_review"],
            "stay_days_min": 3,
            "stay_days_max": 10,
            "about": "Partners give it, each in its own way: the directory of partners says who takes whom.",
        },
        (),
    ),
    (
        {
            **_STAFFED,
            "name": "Residential",
            "level": Level.RESIDENTIAL,
            "track": "short",
            "setting": "home",
            "services": [*_TALKS, "dbt", "skills", "employment", "return_home", "holistic"],
            "stay_days_min": 28,
            "stay_days_max": 90,
            "week": [*_WORKDAYS, "Visits, walks, a 12-step group", "Free, with a group in the evening"],
            "asam_label": "3.5",
            "about": "A structured day in a community, one counselor for each person.",
        },
        ("R1", "R2"),
    ),
    (
        {
            **_STAFFED,
            "name": "Inpatient",
            "level": Level.INPATIENT,
            "setting": "hospital",
            "services": [*_TALKS, "education", "medical_review"],
            "stay_days_min": 7,
            "stay_days_max": 28,
        },
        ("I1",),
    ),
    (
        {
            **_STAFFED,
            "name": "Partial hospitalization (PHP)",
            "level": Level.PHP,
            "slots": 12,
            "setting": "day",
            "services": [*_TALKS, "dbt", "skills", "mental_groups", "family"],
            "stay_days_min": 14,
            "stay_days_max": 42,
            "visits_min": 5,
            "visits_max": 5,
            "asam_label": "2.5",
        },
        (),
    ),
    (
        {
            "name": "Intensive outpatient (IOP)",
            "level": Level.IOP,
            "slots": 20,
            "setting": "day",
            "medicines_continue": True,
            "services": [*_TALKS, "mental_groups", "family"],
            "stay_days_min": 42,
            "stay_days_max": 90,
            "visits_min": 3,
            "visits_max": 5,
            "week": [
                "Group therapy, 6 to 9 pm",
                "Individual counseling by appointment",
                "Group therapy, 6 to 9 pm",
                "Mental health group, for those who need it",
                "Group therapy, 6 to 9 pm",
                "A 12-step group",
                "",
            ],
            "asam_label": "2.1",
        },
        (),
    ),
    (
        {
            "name": "Outpatient",
            "level": Level.OUTPATIENT,
            "slots": 40,
            "setting": "day",
            "medicines_continue": True,
            "services": ["individual", "cbt", "motivation", "support_groups", "family"],
            "visits_min": 1,
            "visits_max": 2,
            "asam_label": "1.5",
        },
        (),
    ),
    (
        {
            "name": "Outpatient for veterans",
            "level": Level.OUTPATIENT,
            "slots": 10,
            "setting": "day",
            "medicines_continue": True,
            "services": ["individual", "groups", "support_groups", "family"],
            "audiences": ["veterans"],
            "visits_min": 1,
            "visits_max": 2,
            "asam_label": "1.5",
        },
        (),
    ),
    (
        {
            "name": "Continuing care",
            "level": Level.CONTINUING,
            "slots": 60,
            "setting": "online",
            "services": ["check_ins", "alumni", "support_groups"],
            "stay_days_min": 365,
            "stay_days_max": 365,
            "asam_label": "1.0",
        },
        (),
    ),
)


def load_programs() -> None:
    """Let the supervisor add the programs with three beds."""
    sam = staff("sam")
    for columns, labels in PROGRAMS:
        made = add_program(offer=blank_offer(**columns), reason="The center opens", by=sam)
        for label in labels:
            made.refresh_from_db()
            add_bed(program=made, seen=made.revision, label=label, reason="The center opens", by=sam)
