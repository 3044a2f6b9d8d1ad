"""The words of the waitlist: reasons for priority, how an offer of a place ends, how a call goes."""

from django.db import models


class Rank(models.IntegerChoices):
    """The stated order. Only a person's care team reads which it is."""

    PREGNANCY = 1, "Pregnancy"
    SAFETY = 2, "Safety"
    TIME = 3, "In order of time"


class Priority(models.TextChoices):
    """Why somebody comes before others."""

    PREGNANCY = "pregnancy", "Pregnant, or may be"
    OVERDOSE = "overdose", "An overdose in the last 12 months"
    SELF_HARM = "self_harm", "Thoughts of suicide or of self-harm"
    UNSAFE = "unsafe", "Not safe where they are"
    AFTER_DETOX = "after_detox", "Back from medical detox: the body takes less"


CHOSEN = [one for one in Priority.choices if one[0] != Priority.PREGNANCY]
"""What staff choose; pregnancy comes from the assessment."""


class EntryEnd(models.TextChoices):
    """Why somebody waits no more."""

    ADMITTED = "admitted", "Admitted"
    PERSON = "person", "The person does not want to wait"
    OTHER_LEVEL = "other_level", "Another level of care fits"
    ELSEWHERE = "elsewhere", "A place elsewhere"
    CLOSED = "closed", "The episode ended"


BY_STAFF = [one for one in EntryEnd.choices if one[0] in ("person", "other_level", "elsewhere")]
"""How staff end it; the others follow from what they did."""


class OfferState(models.TextChoices):
    """Where an offer of a place stands."""

    OPEN = "open", "Offered"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Not taken"
    EXPIRED = "expired", "Ended without an answer"
    WITHDRAWN = "withdrawn", "Taken back"


class CheckOutcome(models.TextChoices):
    """How a call to somebody who waits went."""

    DUE = "", "Due"
    STEADY = "steady", "Reached: nothing new"
    NEWS = "news", "Reached: a symptom or a use is new"
    STOPS = "stops", "Reached: does not want to wait any more"
    NOT_REACHED = "not_reached", "Not reached"
    MISSED = "missed", "Nobody called"


CALLED = [one for one in CheckOutcome.choices if one[0] not in (CheckOutcome.DUE, CheckOutcome.MISSED)]
"""What somebody who calls can say; a missed call is seen by the product."""
