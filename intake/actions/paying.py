"""Ways to pay beside a plan: offering them, what became of them, prices, and estimates from prices."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from audit.actions import record
from config import clock
from config.clock import center_day
from config.errors import Conflict, Refused
from intake.actions.coverage import lock_for
from intake.choices_coverage import WITH_DAY, PaidLevel, PriceUnit, WayKind, WayResult
from intake.models import Episode, OtherWay, SelfPayEstimate, SelfPayRate
from intake.queries_paying import rate_history, rate_of
from outbox.submit import once


@transaction.atomic
def offer_way(
    *, episode: Episode, kind: str, words: str, due_on: date | None, by: Any,
    submit_key: UUID | None = None, url: str = "",
) -> OtherWay:  # fmt: skip
    """Write down a way to pay that was offered. Raises Refused naming the field that is wrong."""
    key = once(submit_key, scope="way.offer", by=by) if submit_key else None
    locked = lock_for(episode, by)
    if kind not in WayKind.values:
        raise Refused("kind", "Select which way was offered", field="kind")
    if not words.strip():
        raise Refused("words", "Write what was offered, and who does what", field="words")
    if kind in WITH_DAY and due_on is None:
        raise Refused("due_on", "Enter the last day that the plan gives", field="due_on")
    if due_on is not None and due_on < center_day(clock.now()):
        raise Refused("due_on", "Enter a day from today on", field="due_on")
    way = OtherWay(
        episode=locked, data_key=locked.person.data_key, kind=kind, words=words.strip(), due_on=due_on,
        offered_by=by,
    )  # fmt: skip
    way.save(force_insert=True)
    record("way.offered", by=by, obj=way, person=locked.person_id, kind=kind)
    if key:
        key.done(url)
    return way


@transaction.atomic
def finish_way(*, way: OtherWay, result: str, words: str, by: Any) -> OtherWay:
    """Write down what became of a way to pay. Raises Refused without a result, Conflict when it was done."""
    locked = lock_for(way.episode, by)
    if result not in WayResult.values:
        raise Refused("result", "Select how it went", field="result")
    row = OtherWay.objects.select_for_update(of=("self",)).get(pk=way.pk)
    if row.done_at is not None:
        raise Conflict("Somebody wrote down before how it went. Nothing was changed.")
    row.outcome = {"result": result, "words": words.strip()}
    row.done_at, row.done_by = clock.now(), by
    row.save(update_fields=["outcome", "done_at", "done_by"])
    record("way.finished", by=by, obj=row, person=locked.person_id, kind=row.kind)
    return row


@transaction.atomic
def set_rate(
    *, level: str, unit: str, amount: Decimal | None, reason: str, by: Any, seen: UUID | None = None,
    submit_key: UUID | None = None, url: str = "",
) -> SelfPayRate:  # fmt: skip
    """Set the price of a level from now on, or end it (None). `seen` is the newest price on the page.

    Raises Refused naming the field, Conflict when somebody set another meanwhile. Estimates stay.
    """
    key = once(submit_key, scope="rate.set", by=by) if submit_key else None
    if not by.has_perm("intake.rates_edit"):
        raise Refused("not_permitted", "Your role does not do this step.")
    if level not in PaidLevel.values:
        raise Refused("level", "Select the level of care", field="level")
    if unit not in PriceUnit.values:
        raise Refused("unit", "Select what the price is for", field="unit")
    if amount is not None and amount <= 0:
        raise Refused("amount", "Enter a price, or leave it empty to end it", field="amount")
    if not reason.strip():
        raise Refused("reason", "Write why the price changes", field="reason")
    _lock_rates()
    now = rate_history().first()
    if seen != (now.pk if now else None):
        raise Conflict("Somebody set another price meanwhile. Look at it first.")
    row = SelfPayRate(level=level, unit=unit, amount=amount, reason=reason.strip(), made_by=by)
    row.save(force_insert=True)
    record("rate.set", by=by, obj=row, level=level)
    if key:
        key.done(url)
    return row


def _lock_rates() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('intake_selfpayrate'))")


@transaction.atomic
def make_estimate(
    *, episode: Episode, level: str, units: int, by: Any, submit_key: UUID | None = None, url: str = ""
) -> SelfPayEstimate:
    """Work out what care would cost a person who pays. Raises Refused when the level has no price."""
    key = once(submit_key, scope="estimate.make", by=by) if submit_key else None
    locked = lock_for(episode, by)
    if not 0 < units < 1000:
        raise Refused("units", "Enter how many, from 1 to 999", field="units")
    rate = rate_of(level)
    if rate is None or rate.amount is None:
        raise Refused("no_rate", "This level has no price. A supervisor sets it", field="level")
    made = SelfPayEstimate(
        episode=locked, data_key=locked.person.data_key, rate=rate, made_by=by,
        details={
            "level": level, "unit": rate.unit, "amount": str(rate.amount), "units": units,
            "total": str(rate.amount * units),
        },
    )  # fmt: skip
    made.save(force_insert=True)
    record("estimate.made", by=by, obj=made, person=locked.person_id, rate=rate.pk)
    if key:
        key.done(url)
    return made
