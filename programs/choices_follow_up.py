"""The vocabulary of following up after a stay with nights."""

from django.db import models


class FollowUpStep(models.TextChoices):
    """How long after leaving somebody calls."""

    H24 = "h24", "24 hours"
    H72 = "h72", "72 hours"
    D7 = "d7", "7 days"
    D14 = "d14", "14 days"
    D30 = "d30", "30 days"
    D60 = "d60", "60 days"
    D90 = "d90", "90 days"
    M4 = "m4", "4 months"
    M5 = "m5", "5 months"
    M6 = "m6", "6 months"
    M7 = "m7", "7 months"
    M8 = "m8", "8 months"
    M9 = "m9", "9 months"
    M10 = "m10", "10 months"
    M11 = "m11", "11 months"
    M12 = "m12", "12 months"


class CallResult(models.TextChoices):
    """How one call after a stay went. Only the last three end something."""

    NO_ANSWER = "no_answer", "No answer"
    SOMEONE_ELSE = "someone_else", "Somebody else answered; nothing was said"
    WRONG_NUMBER = "wrong_number", "Wrong number"
    REACHED = "reached", "Reached"
    NO_MORE_CALLS = "no_more_calls", "Reached, and wants no more calls"
    DIED = "died", "The person has died"


class FollowUpOutcome(models.TextChoices):
    """How one follow-up ended."""

    REACHED = "reached", "Reached"
    DECLINED = "declined", "Wants no more calls"
    DIED = "died", "The person has died"
    READMITTED = "readmitted", "Came back for another stay"
    IN_CARE = "in_care", "Was in care here at the time"
    NOT_REACHED = "not_reached", "Not reached"
    MISSED = "missed", "Nobody called"


BY_SOMEONE = (FollowUpOutcome.REACHED, FollowUpOutcome.DECLINED, FollowUpOutcome.DIED)
"""Outcomes that a colleague writes; the others follow from what happened."""


class Naloxone(models.TextChoices):
    """Whether the person has naloxone, asked at each call that reaches them."""

    HAS = "has", "Has it, and somebody near knows how to give it"
    TOLD = "told", "Told where to get it and how it is given"
    UNWANTED = "unwanted", "Does not want it"
    NOT_ASKED = "not_asked", "Not talked about this time"
