"""The words of contact requests and calls."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Danger(models.TextChoices):
    """Whether anyone is in danger now, as the person who wrote says it."""

    NO = "no", _("No")
    YES = "yes", _("Yes")
    UNSURE = "unsure", _("I am not sure")


class Who(models.TextChoices):
    """Who needs help, seen from who writes."""

    ME = "me", _("I do")
    FAMILY = "family", _("Someone I care about")
    PROFESSIONAL = "professional", _("A patient or client of mine")


class MessageRule(models.TextChoices):
    """What may be said to a machine or to somebody else who answers."""

    NO = "no", _("Do not leave a message")
    NAME_NUMBER = "name_number", _("Leave a first name and number only")


class When(models.TextChoices):
    """The best time to call."""

    SOON = "soon", _("As soon as you can")
    MORNING = "morning", _("Morning, 9 to 12")
    AFTERNOON = "afternoon", _("Afternoon, 12 to 5")
    EVENING = "evening", _("Evening, 5 to 9")


class Observed(models.TextChoices):
    """What somebody has noticed in a person they care about: observations, never a diagnosis."""

    DAILY = "daily", _("They take something every day")
    IRRITABLE = "irritable", _("They are irritable or unwell without it")
    MORE = "more", _("They take more than before")
    STOPPING = "stopping", _("They tried to stop and could not")
    PULLS_BACK = "pulls_back", _("They pull back from people, work or school")
    MONEY = "money", _("Money is short, or bills stay unpaid")
    SLEEP = "sleep", _("They sleep badly or are very drowsy")


class RequestKind(models.TextChoices):
    """A call that somebody asked for, or information that somebody left."""

    CALL = "call", "Call asked for"
    INFORMATION = "information", "Information left"


class Source(models.TextChoices):
    """How it reached us."""

    WEB = "web", "Web request"
    PHONE = "phone", "Incoming call"
    PAPER = "paper", "Incoming call, written on paper"


class RequestStatus(models.TextChoices):
    """Where a request stands."""

    NEW = "new", "New"
    CALLING = "calling", "Calling"
    NO_ANSWER = "no_answer", "No answer"
    REACHED = "reached", "Reached"
    CLOSED = "closed", "Closed"


OPEN_STATUSES = (RequestStatus.NEW, RequestStatus.CALLING, RequestStatus.NO_ANSWER)
"""Still waiting for us to reach the person."""


class Suspicion(models.TextChoices):
    """Why a request may come from a machine. It is kept and shown either way."""

    NONE = "", "None"
    FAST = "fast", "Filled in faster than a person types"
    TRAP = "trap", "Filled in a field that people can't see"


class AmendmentKind(models.TextChoices):
    """What somebody did to their request after sending it."""

    CHANGE = "change", "Changed"
    CANCEL = "cancel", "Cancelled"


class Outcome(models.TextChoices):
    """How a call attempt ended."""

    REACHED = "reached", "Reached"
    NO_ANSWER = "no_answer", "No answer"
    BUSY = "busy", "Busy"
    WRONG_NUMBER = "wrong_number", "Wrong number"
    LEFT_ALLOWED_MESSAGE = "left_allowed_message", "Left the allowed message"


class CloseReason(models.TextChoices):
    """Why a request needs no more calls."""

    HELPED = "helped", "Helped; nothing more to do"
    CANCELLED = "cancelled", "They asked us not to call"
    NOT_REACHED = "not_reached", "Could not be reached after several tries"
    NO_CONTACT = "no_contact", "The number or address does not work"
    NOT_A_PERSON = "not_a_person", "Not from a person"


CHIP = {
    RequestStatus.NEW: "neutral",
    RequestStatus.CALLING: "info",
    RequestStatus.NO_ANSWER: "attention",
    RequestStatus.REACHED: "success",
    RequestStatus.CLOSED: "neutral",
}
"""The colour family of each status."""
