"""Plans of a person, and what they said."""

from datetime import timedelta

from config import clock
from intake.actions.coverage import Answer, add_policy, record_answer
from intake.models import BenefitCheck, Policy

DETAILS = {
    "payer": "aetna",
    "payer_name": "",
    "plan": "Maplewood Choice",
    "member_id": "W-77120934",
    "group": "",
    "holder": "self",
    "holder_name": "",
    "phone": "",
}


def make_policy(episode, by, position=1, **details) -> Policy:
    """Write down a plan: Aetna, unless told otherwise."""
    return add_policy(episode=episode, position=position, details={**DETAILS, **details}, by=by)


def make_answer(policy, by, state="verified", **given) -> BenefitCheck:
    """Write down what a plan said an hour ago."""
    values = {
        "asked_at": clock.now() - timedelta(hours=1),
        "spoken_to": "Quillon Marsh",
        "reference": "REF-40081",
        "said": "Thirty days residential",
        "how": "person",
        **given,
    }
    return record_answer(policy=policy, answer=Answer(state, **values), by=by)
