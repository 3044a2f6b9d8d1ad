"""A medical clearance from needed to verified, and how it ends. Every step locks episode, then clearance."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django.db import transaction

from audit.actions import record
from audit.actors import Actor
from audit.choices import ActorKind
from config import clock, workflow
from config.clock import center_day
from config.errors import Conflict, Refused
from config.npi import npi_fits
from config.templatetags.ui import phone_link
from intake.actions.episodes import lock_open_episode
from intake.choices import Stage
from intake.models import Episode
from outbox.submit import once
from programs import hooks
from programs.actions.common import demand, lock_clearance, set_stage
from programs.actions.warnings import plan_warnings
from programs.choices import ClearanceDecision, ClearanceStatus, ReceivedVia, RevokeReason
from programs.models import ClearanceLimit, ClearanceStatusChange, MedicalClearance
from programs.papers import gaps_of, picture_for, validity_of, wrong_person
from programs.rules.clearance import (
    CREDENTIALS,
    PART_WORDS,
    above_entry_band,
    knew_of_pregnancy,
    pregnancy_found,
    score_time,
)
from programs.rules.clearance_person import signed_by
from programs.since import learned_since
from programs.workflow import CLEARANCE, LIVE, WAITED_FOR
from records.actions.documents import store
from records.choices import DocumentKind

NOTE_MINIMUM = 10


def move(clearance: MedicalClearance, name: str, by: Any, **fields: Any) -> MedicalClearance:
    """Take a step of the table with a locked clearance: status, fields, history and audit in one."""
    step = workflow.check(CLEARANCE, name, clearance.status, noun="clearance")
    old, clearance.status = clearance.status, step.target
    for field, value in fields.items():
        setattr(clearance, field, value)
    clearance.save(update_fields=["status", *fields])
    _keep(clearance, old, by)
    record(
        f"clearance.{name}",
        by=by,
        obj=clearance,
        person=clearance.episode.person_id,
        fields=fields,
        old=old,
        new=step.target,
    )
    return clearance


def _keep(clearance: MedicalClearance, old: str, by: Any) -> None:
    actor = Actor.of(by)
    ClearanceStatusChange.objects.create(
        clearance=clearance, old=old, new=clearance.status, actor_kind=actor.kind, actor_id=actor.id
    )


def need(*, episode: Episode, by: Any) -> MedicalClearance | None:
    """Note, on a locked episode, that a clearance is needed, unless one is awaited or alive already."""
    if episode.clearances.filter(status__in=[*WAITED_FOR, *LIVE]).exists():
        return None
    made = MedicalClearance.objects.create(episode=episode, data_key=episode.person.data_key)
    _keep(made, "", by)
    record("clearance.needed", by=by, obj=made, person=episode.person_id)
    return made


def may_ask(episode: Episode, now: datetime) -> bool:
    """Tell whether asking for a clearance would do something: none holds, and none was asked for."""
    holding = episode.clearances.filter(status__in=LIVE, valid_until__gt=now)
    asked = episode.clearances.filter(status=ClearanceStatus.REQUESTED)
    return episode.status == "open" and not holding.exists() and not asked.exists()


@transaction.atomic
def request(*, episode: Episode, by: Any) -> MedicalClearance:
    """Note that a clearance was asked for; one that is over ends first. Asking again changes nothing.

    Raises Conflict while one that came in still holds.
    """
    locked = lock_open_episode(episode.pk)
    for over in locked.clearances.select_for_update(of=("self",)).filter(
        status__in=LIVE, valid_until__lte=clock.now()
    ):
        over.episode = locked
        move(over, "expire", Actor.system())
    need(episode=locked, by=by)
    awaited = locked.clearances.select_for_update(of=("self",)).filter(status__in=WAITED_FOR).first()
    if awaited is None:
        raise Conflict("A clearance came in already.")
    awaited.episode = locked
    if awaited.status == ClearanceStatus.REQUESTED:
        return awaited
    return move(awaited, "request", by, requested_at=clock.now())


@transaction.atomic
def receive(
    *,
    episode: Episode,
    content: dict[str, Any],
    by: Any,
    now: datetime | None = None,
    document: Any = None,
    upload: Any = None,
    source_id: UUID | None = None,
    submit_key: UUID | None = None,
    url: Any = None,
) -> MedicalClearance:
    """Keep what an outside clinician says, from a partner's link (`by` an Actor) or typed in from paper.

    `content` needs decision, stable, examined_at and signed_at (aware datetimes) and limits (a list of
    texts); see `programs.rules.clearance` for the rest. The paper itself is a stored `document`, or an
    `upload` to store. Raises Refused for what contradicts itself.
    """
    key = once(submit_key, scope="clearance.receive", by=by) if submit_key else None
    now = now or clock.now()
    by_partner = isinstance(by, Actor) and by.kind == ActorKind.PARTNER
    if not by_partner:
        demand(by, "programs.clearance_receive")
    _check(content, now)
    locked = lock_open_episode(episode.pk)
    need_row = locked.clearances.select_for_update(of=("self",)).filter(status__in=WAITED_FOR).first()
    clearance = need_row or _new(locked, by)
    clearance.episode = locked
    plain = {**_plain(content), "known_pregnant": picture_for(locked, now).get("pregnant") == "yes"}
    if upload is not None:
        document = store(person=locked.person, by=by, upload=upload, kind=DocumentKind.CLEARANCE)
    refused = content["decision"] == ClearanceDecision.NOT_CLEARED
    move(
        clearance,
        "refuse" if refused else "receive",
        by,
        received_via=ReceivedVia.LINK if by_partner else ReceivedVia.PAPER,
        received_at=now,
        recorded_by=None if by_partner else by,
        source_id=source_id,
        document=document,
        decision=content["decision"],
        stable=content["stable"],
        examined_at=content["examined_at"],
        signed_at=content["signed_at"],
        valid_until=validity_of(plain).until,
        content=plain,
    )
    plan_warnings(clearance, now)
    _keep_limits(clearance, content.get("limits") or [])
    if pregnancy_found(plain):
        _heed_pregnancy(clearance)
    if locked.stage == Stage.DETOX:
        set_stage(locked, Stage.CLEARANCE)
    hooks.call(hooks.after_clearance, clearance=clearance, by=by, now=now)
    if key:
        key.done(url(clearance) if url else "")
    return clearance


def _heed_pregnancy(clearance: MedicalClearance) -> None:
    """A positive test asks for obstetric contact, and ends every clearance that was signed without it."""
    episode = clearance.episode
    episode.ob_contact_needed = True
    episode.save(update_fields=["ob_contact_needed"])
    for other in episode.clearances.filter(status__in=LIVE).exclude(pk=clearance.pk):
        if not knew_of_pregnancy(other.said):
            revoke(clearance=other, by=Actor.system(), reason=RevokeReason.PREGNANCY)


def _new(episode: Episode, by: Any) -> MedicalClearance:
    made = MedicalClearance.objects.create(episode=episode, data_key=episode.person.data_key)
    _keep(made, "", by)
    return made


def _keep_limits(clearance: MedicalClearance, limits: list[str]) -> None:
    for position, text in enumerate(limits):
        ClearanceLimit.objects.create(
            clearance=clearance, data_key=clearance.data_key, position=position, text=text
        )


def _check(content: dict[str, Any], now: datetime) -> None:
    """Refuse what contradicts itself or the clock; what is only missing is shown to who accepts."""
    examined, signed = content.get("examined_at"), content.get("signed_at")
    if content.get("decision") not in ClearanceDecision.values:
        raise Refused("decision", "Select whether the person is cleared", field="decision")
    if not isinstance(content.get("stable"), bool):
        raise Refused("stable", "Select whether the person is medically stable", field="stable")
    if examined is None or examined > now:
        raise Refused("examined_at", "The examination can't be in the future", field="examined_at")
    if signed is None or not examined <= signed <= now:
        raise Refused(
            "signed_at",
            "The clearance is signed after the examination, and not in the future",
            field="signed_at",
        )
    limits = content.get("limits") or []
    if (content["decision"] == ClearanceDecision.WITH_LIMITS) != bool(limits):
        raise Refused(
            "limits", "Cleared with limits names each limit; other decisions name none", field="limits"
        )
    if content.get("npi") and not npi_fits(content["npi"]):
        raise Refused("npi", "NPI must have 10 digits and the right last digit", field="npi")
    if content.get("credential") and content["credential"] not in CREDENTIALS:
        raise Refused("credential", "Select MD, DO, NP or PA", field="credential")
    used = content.get("last_use_on")
    if used and used > center_day(examined):
        raise Refused("last_use_on", "The examination must be after the last use", field="last_use_on")
    for part, at in (content.get("parts") or {}).items():
        if part not in PART_WORDS or at > now:
            raise Refused("parts", "A test can't be in the future", field=f"{part}_at")
    before, at = content.get("score_before_at"), score_time(content)
    if before and at and before >= at:
        raise Refused("score_before_at", "The earlier score is before the other", field="score_before_at")


def _plain(value: Any) -> Any:
    """Turn a form's values into JSON: times as ISO text with zone, decimals as numbers."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


@transaction.atomic
def accept(
    *,
    clearance: MedicalClearance,
    by: Any,
    limits: Collection[UUID] = (),
    gaps_note: str = "",
    submit_key: UUID | None = None,
    url: str = "",
) -> MedicalClearance:
    """A clinician takes the clearance on, each limit by itself (`limits`: ids of those accepted).

    Raises Refused when `by` signed it, when it has ended, is above the entry limits, leaves a limit open, or
    lacks something that `gaps_note` does not account for.
    """
    demand(by, "programs.clearance_accept")
    key = once(submit_key, scope="clearance.accept", by=by) if submit_key else None
    locked = lock_clearance(clearance)
    workflow.check(CLEARANCE, "accept", locked.status, noun="clearance")
    refuse_own_paper(locked, by)
    now = clock.now()
    _acceptable(locked, gaps_note, now)
    for limit in locked.limits.select_for_update(of=("self",)).filter(accepted_by__isnull=True):
        if limit.pk not in limits:
            raise Refused(
                "limits_not_accepted", "Accept each limit, or reject the clearance", field=f"limit_{limit.pk}"
            )
        accept_limit(limit=limit, by=by)
    move(locked, "accept", by, accepted_by=by, accepted_at=now, gaps_note=gaps_note.strip() or None)
    if key:
        key.done(url)
    return locked


def refuse_own_paper(clearance: MedicalClearance, by: Any) -> None:
    """Refuse who signed the paper: a clearance is no clearance where its signer also judges it here."""
    if signed_by(clearance.said, by.display_name):
        raise Refused(
            "signer_is_ours", "The examiner on the paper has your name. Somebody else has to take this step"
        )


def accept_limit(*, limit: ClearanceLimit, by: Any) -> None:
    """A clinician takes on one limit, under the clearance's lock."""
    demand(by, "programs.clearance_accept")
    limit.accepted_by, limit.accepted_at = by, clock.now()
    limit.save(update_fields=["accepted_by", "accepted_at"])
    record("clearance.limit_accepted", by=by, obj=limit, person=limit.clearance.episode.person_id)


def _acceptable(clearance: MedicalClearance, gaps_note: str, now: datetime) -> None:
    content = clearance.said
    if wrong_person(clearance):
        raise Refused(
            "other_person", "The date of birth on the paper is another than here. Reject it, or correct ours"
        )
    outside = above_entry_band(content)
    if outside:
        words = "; ".join(outside)
        raise Refused(
            "outside_entry_band", f"This can't be accepted: {words}. Reject it and ask for a new one"
        )
    if not clearance.stable:
        raise Refused("clearance_not_stable", "It does not say that the person is stable. Reject it")
    if min(cast(datetime, clearance.valid_until), validity_of(content).until) <= now:
        raise Refused("clearance_expired", "Its time is over. Reject it and ask for a new one")
    used = clearance.episode.last_use_latest
    if used is not None and cast(datetime, clearance.examined_at) <= used:
        raise Refused("exam_before_last_use", "The examination is not after the last reported use. Reject it")
    since = learned_since(clearance, now)
    if since is not None:
        raise Refused("learned_since", f"Since the examination: {since.label.lower()}. Reject it")
    if gaps_of(clearance, now) and len(gaps_note.strip()) < NOTE_MINIMUM:
        raise Refused(
            "gaps", "Parts are missing. Write how you made sure of them, or reject it", field="gaps_note"
        )


@transaction.atomic
def verify(
    *,
    clearance: MedicalClearance,
    by: Any,
    number_called: str,
    number_from: str,
    spoke_with: str,
    why_same_number: str = "",
    submit_key: UUID | None = None,
    url: str = "",
) -> MedicalClearance:
    """A second person called the examiner back, on a number found elsewhere, and heard the same.

    Raises Refused when `by` signed, recorded or accepted it, or when they called the number that the
    clearance itself gives and `why_same_number` does not say why: a forged paper comes with its own number.
    """
    demand(by, "programs.clearance_verify")
    key = once(submit_key, scope="clearance.verify", by=by) if submit_key else None
    locked = lock_clearance(clearance)
    workflow.check(CLEARANCE, "verify", locked.status, noun="clearance")
    if by.pk in (locked.accepted_by_id, locked.recorded_by_id):
        raise Refused(
            "needs_second_verifier", "You recorded or accepted this clearance. Someone else has to verify it"
        )
    refuse_own_paper(locked, by)
    said = {"number_called": number_called, "number_from": number_from, "spoke_with": spoke_with}
    if phone_link(number_called) == phone_link(locked.said.get("callback_phone")):
        if not why_same_number.strip():
            told = "The paper gives this number. Call one known from elsewhere, or say why it is this one"
            raise Refused("number_of_paper", told, field="why_same_number")
        said["why_same_number"] = why_same_number.strip()
    move(locked, "verify", by, verified_by=by, verified_at=clock.now(), verification=said)
    if key:
        key.done(url)
    return locked


@transaction.atomic
def reject(*, clearance: MedicalClearance, by: Any, reason: str) -> MedicalClearance:
    """A clinician does not take the clearance; another is needed."""
    demand(by, "programs.clearance_accept")
    if len(reason.strip()) < NOTE_MINIMUM:
        raise Refused("no_reason", "Say why in a sentence", field="reason")
    locked = lock_clearance(clearance)
    move(locked, "reject", by, rejected_by=by, rejected_at=clock.now(), reason=reason.strip())
    need(episode=locked.episode, by=by)
    return locked


@transaction.atomic
def revoke(*, clearance: MedicalClearance, by: Any, reason: str, note: str = "") -> MedicalClearance:
    """The clearance no longer holds, from this moment; another is needed. Raises Refused without a reason."""
    if not isinstance(by, Actor):
        demand(by, "programs.clearance_revoke")
    if reason not in RevokeReason.values:
        raise Refused("no_reason", "Select why", field="revoke_reason")
    locked = lock_clearance(clearance)
    user = None if isinstance(by, Actor) else by
    fields = {"revoked_at": clock.now(), "revoked_by": user, "revoke_reason": reason}
    if note.strip():
        fields["reason"] = note.strip()
    move(locked, "revoke", by, **fields)
    if locked.episode.stage != Stage.ADMITTED:
        need(episode=locked.episode, by=by)
    return locked


def sweep_expired(now: datetime) -> int:
    """End every clearance whose time is over, and note that another is needed. Return how many ended."""
    ended = 0
    due = MedicalClearance.objects.filter(status__in=LIVE, valid_until__lte=now, episode__status="open")
    for clearance in due.order_by("valid_until", "id")[:200]:
        locked = lock_clearance(clearance)
        if locked.status not in LIVE or cast(datetime, locked.valid_until) > now:
            continue
        move(locked, "expire", Actor.system())
        if locked.episode.stage != Stage.ADMITTED:
            need(episode=locked.episode, by=Actor.system())
        ended += 1
    return ended
