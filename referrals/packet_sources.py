"""What a packet says that stands outside the assessment: safety check, plan, who to call, how it began.

Each reader returns {"rows", ...}: rows of [label, text] for people, and the same facts for FHIR.
"""

from datetime import datetime
from typing import Any

from config import clock
from config.clock import center_day
from config.templatetags.ui import day, phone_display
from intake.choices_contact import MessageRule, Who
from intake.choices_coverage import AuthorizationState, Holder, Insurer
from intake.models import Authorization, Episode, Policy
from intake.queries_coverage import coverage, verified_plan
from intake.questions import SAFETY
from intake.questions.safety import SUICIDE
from programs.choices_admission import ContactKind
from programs.should_have import contacts_of
from records.choices import Category
from referrals.answer_words import words
from referrals.need import in_words

Part = dict[str, Any]
_MENTAL = (SUICIDE, "severe_panic")
_USE = ("unresponsive_or_overdose", "naloxone_24h_not_evaluated", "deliberate_or_unknown_ingestion")
_HEALTH = (
    *("persistent_vomiting_or_severe_abdominal_pain", "seizure_24h", "confusion_or_hallucination"),
    *("chest_pain_or_fainting", "breathing_trouble", "head_injury_or_stroke_signs"),
)
SAFETY_OF = {
    Category.SUBSTANCE_USE: _USE,
    Category.HEALTH: _HEALTH,
    Category.MENTAL_HEALTH: _MENTAL,
    Category.PREGNANCY: ("pregnancy_alarm",),
}
"""Which questions of the safety check go with which category. Danger to others goes with none."""


def safety_items(episode: Episode, category: Category) -> list[list[str]]:
    """Return [key, label, text] of the last safety check, with when it was asked; empty without one."""
    last = episode.safety_checks.select_related("data_key").order_by("-asked_at", "-id").first()
    if last is None:
        return []
    told = [
        [f"safety.{question.name}", question.label, words(question, last.answers)]
        for question in SAFETY.questions
        if question.name in SAFETY_OF.get(category, ()) and question.name in last.answers
    ]
    asked = ["safety.asked_at", "Safety questions asked", in_words(last.asked_at.isoformat())]
    return [asked, *told] if told else []


def plan_part(episode: Episode, now: datetime | None = None) -> Part:
    """Return the plan that pays first, a verified one before others, and its live prior authorizations."""
    now = now or clock.now()
    known = coverage(episode, now)
    plan = verified_plan(known, center_day(now)) or next(iter(known.policies), None)
    if plan is None:
        return {"rows": []}
    told = plan.details
    payer = told["payer_name"] or str(Insurer(told["payer"]).label)
    facts = [
        ("Plan", ", ".join(part for part in (payer, told["plan"]) if part)),
        ("Member number of the plan", told["member_id"]),
        ("Group", told["group"]),
        ("Policy holder", str(Holder(told["holder"]).label) if told["holder"] else ""),
        ("Phone of the plan", phone_display(told["phone"]) if told["phone"] else ""),
        ("Benefits", known.words),
        *_granted(plan, now),
    ]
    rows = [[label, text] for label, text in facts if text]
    return {"rows": rows, "plan": {"payer": payer, "name": told["plan"], "member_id": told["member_id"],
            "group": told["group"], "holder": told["holder"], "phone": told["phone"]}}  # fmt: skip


def _granted(plan: Policy, now: datetime) -> list[tuple[str, str]]:
    live = Authorization.objects.filter(
        policy=plan, state=AuthorizationState.GRANTED, closed_at=None, ends_on__gte=center_day(now)
    )
    return [
        (
            "Prior authorization",
            f"Number {one.answer['number']}: {one.asked['for']}, until {day(one.ends_on)}",
        )
        for one in live.select_related("data_key").order_by("made_at", "id")
        if one.answer and one.ends_on
    ]


def reach_part(episode: Episode) -> Part:
    """Return whom to call in an emergency, and whether a message may be left, as far as either is known."""
    rows, contacts = [], []
    for one in contacts_of(episode):
        if one.kind == ContactKind.EMERGENCY and one.details.get("name"):
            told = [
                one.details["name"],
                one.details.get("place", ""),
                phone_display(one.details.get("phone")),
            ]
            rows.append(["Emergency contact", ", ".join(part for part in told if part)])
            contacts.append({"name": one.details["name"], "phone": one.details.get("phone", "")})
    rule = message_rule(episode)
    if rule:
        rows.append(["Messages", str(MessageRule(rule).label)])
    return {"rows": rows, "contacts": contacts, "messages": rule}


def message_rule(episode: Episode) -> str:
    """Return what the person said about messages when they asked us to call; empty when they said nothing."""
    asked = episode.contact_request
    if asked is None or asked.details.get("who") != Who.ME:
        return ""
    rule: str = asked.details.get("message_ok", "")
    return rule if rule in MessageRule.values else ""
