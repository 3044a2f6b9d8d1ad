"""The words of coverage: who pays, and what they said."""

from django.db import models


class Insurer(models.TextChoices):
    """Whose plan it is, as far as partners are matched by it."""

    AETNA = "aetna", "Aetna"
    ANTHEM = "anthem", "Anthem"
    CIGNA = "cigna", "Cigna"
    UNITED = "united", "UnitedHealthcare"
    MEDICAID = "medicaid", "Medicaid"
    MEDICARE = "medicare", "Medicare"
    TRICARE = "tricare", "TRICARE"
    OTHER = "other_insurance", "Other insurance"


class Holder(models.TextChoices):
    """Who holds a policy."""

    SELF = "self", "The person"
    PARENT = "parent", "A parent"
    PARTNER = "partner", "A husband, wife or partner"
    OTHER = "other", "Somebody else"


class PolicyOrder(models.IntegerChoices):
    """Which policy pays first."""

    FIRST = 1, "Pays first"
    SECOND = 2, "Pays second"
    THIRD = 3, "Pays third"


class BenefitState(models.TextChoices):
    """What came of asking about benefits."""

    ASKED = "asked", "Asked, no answer yet"
    VERIFIED = "verified", "Verified"
    PRIOR_AUTH = "prior_auth", "Prior authorization needed"
    DENIED = "denied", "Denied"
    NOT_COVERED = "not_covered", "Not covered"
    OUT_OF_NETWORK = "out_of_network", "Out of network"
    WAIVED = "waived", "Waived"


ANSWERS = tuple(one for one in BenefitState.values if one != BenefitState.WAIVED)
"""What can be written down about a plan; a waiver is about the episode."""
NO = (BenefitState.DENIED, BenefitState.NOT_COVERED, BenefitState.OUT_OF_NETWORK)
"""The answers after which there has to be another way to pay."""


class HowAsked(models.TextChoices):
    """How a plan was asked: whether it learned from us whom it is about (42 CFR 2.13)."""

    CONSENT = "consent", "We named the person, with their consent for payment"
    PERSON = "person", "The person asked, alone or with us beside them; we told nothing"
    UNNAMED = "unnamed", "We asked without saying who it is about"
    UNSAID = "unsaid", "Not written down"


WAYS_OF_ASKING = tuple(one for one in HowAsked.values if one != HowAsked.UNSAID)
"""What can be chosen; the last is of rows from before, and of waivers."""


class WayKind(models.TextChoices):
    """What can be done when a plan says no. None of them is the end of help."""

    APPEAL = "appeal", "Appeal"
    PEER_TO_PEER = "peer_to_peer", "Peer-to-peer review"
    SELF_PAY = "self_pay", "The person pays"
    PARTNER = "partner", "A partner that takes the plan"
    PUBLIC = "public", "A public program or a grant"


WITH_DAY = (WayKind.APPEAL, WayKind.PEER_TO_PEER)
"""What the plan sets a last day for."""


class WayResult(models.TextChoices):
    """What became of another way to pay."""

    WORKED = "worked", "It worked"
    DID_NOT = "did_not", "It did not work"
    NOT_WANTED = "not_wanted", "The person does not want it"


class AuthorizationState(models.TextChoices):
    """Where a prior authorization stands."""

    ASKED = "asked", "Asked"
    GRANTED = "granted", "Granted"
    REFUSED = "refused", "Refused"


class PaidLevel(models.TextChoices):
    """The levels of care that have a price here; detox is at partners alone."""

    INPATIENT = "inpatient", "Inpatient"
    RESIDENTIAL = "residential", "Residential"
    PHP = "php", "Partial hospitalization (PHP)"
    IOP = "iop", "Intensive outpatient (IOP)"
    OUTPATIENT = "outpatient", "Outpatient"
    CONTINUING = "continuing", "Continuing care"


class PriceUnit(models.TextChoices):
    """What a price is for."""

    DAY = "day", "Day"
    VISIT = "visit", "Visit"
    WEEK = "week", "Week"
