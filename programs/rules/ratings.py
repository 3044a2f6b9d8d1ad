"""The five ratings that a clinician gives, with an anchor for each step, in our own words."""

from collections.abc import Mapping

FACTOR_NAMES: Mapping[str, str] = {
    "F1": "Physical dependence",
    "F2": "Medical and mental health",
    "F3": "Earlier treatment",
    "F4": "Home and support",
    "F5": "Room for treatment in daily life",
}
ANCHORS: Mapping[str, tuple[str, str, str, str, str]] = {
    "F1": (
        "None now, past the withdrawal window",
        "Mild, comfort measures at home",
        "Moderate, needs medical support",
        "Severe, needs 24-hour medical care first",
        "Emergency",
    ),
    "F2": (
        "None",
        "Stable and treated",
        "Active symptoms, needs coordinated care",
        "Needs near-daily monitoring",
        "Acute and unsafe",
    ),
    "F3": (
        "None needed before, or long recovery",
        "First try, or one good response",
        "One lower-intensity try, returned to use",
        "Several tries, structured programs among them",
        "Back to use right after 24-hour care, or a recent overdose after treatment",
    ),
    "F4": (
        "Safe and free of substances, with people who help",
        "Mostly safe, some strain",
        "Mixed: someone uses at home, or thin support",
        "Unstable, unsupportive, or worried about losing housing",
        "Dangerous, without housing, or use all around",
    ),
    "F5": (
        "Free to attend anything",
        "Some scheduling needed",
        "Hard: job or child care, needs a plan",
        "Very hard: the only carer, or would lose the job",
        "Cannot leave at all",
    ),
}
