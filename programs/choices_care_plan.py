"""The vocabulary of the care plan."""

from django.db import models


class Domain(models.TextChoices):
    """What a plan answers when the answers of the person point to it."""

    USE = "use", "Use and cravings"
    REASONS = "reasons", "What kept use going"
    MENTAL = "mental", "Anxiety, low mood, trauma"
    FEELINGS = "feelings", "Strong feelings"
    PAIN = "pain", "Pain"
    MEDICAL = "medical", "Other health"
    OPIOID = "opioid", "Opioid use before"
    CHANGE = "change", "Mixed feelings about change"


class Way(models.TextChoices):
    """Ways of care and of support between people."""

    CBT = "cbt", "Cognitive behavioral therapy (CBT)"
    DBT = "dbt", "Dialectical behavior therapy (DBT)"
    MET = "met", "Motivational enhancement therapy"
    TWELVE_STEP = "twelve_step", "Twelve-step groups"
    SMART = "smart", "SMART Recovery"
    KRATOM_GROUPS = "kratom_groups", "Groups about kratom"
    PEER = "peer", "Groups led by peers"
    CLINICIAN_LED = "clinician_led", "Groups led by a clinician"


class Habit(models.TextChoices):
    """Parts of daily life that a plan has a line for (seed 003 line 113)."""

    SLEEP = "sleep", "Sleep"
    FOOD = "food", "Food"
    MOVEMENT = "movement", "Movement"
    STRESS = "stress", "Stress"
    AVOID = "avoid", "Alcohol and other substances to stay away from"


TRIGGERS = 5
"""How many triggers a plan has room for on one page."""
