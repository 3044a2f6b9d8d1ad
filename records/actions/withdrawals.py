"""Telling receivers of a withdrawal: notices are drafted with it, and given by staff once each."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from audit.actions import record
from config import clock
from config.clock import center_day
from config.errors import Conflict, Refused
from outbox.actions import send
from outbox.mail import Email
from outbox.models import Message
from outbox.submit import once
from records.actions.drafting import lock_person
from records.choices import NoticeStatus, RecipientKind
from records.models import ConsentRevocation, Disclosure, Recipient, WithdrawalNotice
from records.references import save_new
from records.withdrawal_words import MAIL, SUBJECT, notice_text

NOTICE_MAIL = "records.withdrawal_notice"


def draft_notices(revocation: ConsentRevocation) -> int:
    """Draft a notice to everybody who was given something on the consent, inside the caller's transaction.

    A second record of the same withdrawal drafts none again. Returns how many were drafted.
    """
    shared = Disclosure.objects.filter(consent=revocation.consent, recipient__isnull=False)
    if revocation.recipient_id:
        shared = shared.filter(recipient=revocation.recipient_id)
    told = WithdrawalNotice.objects.filter(revocation__consent=revocation.consent)
    shared = shared.exclude(recipient__in=told.values("recipient"))
    rows: dict[UUID, list[Disclosure]] = {}
    for row in shared.order_by("at", "id").defer("content"):
        rows.setdefault(row.recipient_id, []).append(row)
    for recipient_id, given in rows.items():
        _draft(revocation, Recipient.objects.get(pk=recipient_id), given)
    return len(rows)


def _draft(revocation: ConsentRevocation, recipient: Recipient, given: list[Disclosure]) -> None:
    person = revocation.consent.person
    save_new(
        lambda reference: WithdrawalNotice(
            person=person,
            data_key=person.data_key,
            revocation=revocation,
            recipient=recipient,
            reference=reference,
            text=notice_text(
                receiver=recipient.called,
                center=settings.CENTER_NAME,
                phone=settings.CENTER_PHONE,
                reference=reference,
                day=center_day(revocation.received_at),
                shared=[(center_day(one.at), one.pk.hex[:8]) for one in given],
            ),
        )
    )


@transaction.atomic
def give_notice(
    *, notice: WithdrawalNotice, how: str, by: Any, email: str = "", submit_key: UUID | None = None
) -> WithdrawalNotice:
    """Record that a notice was printed or read out, or send an e-mail which says only that it waits.

    Raises Refused for a helper's or a wrong address, Conflict when it was given before, and AlreadyDone when
    this submit was done before.
    """
    key = once(submit_key, scope="notice.give", by=by) if submit_key else None
    lock_person(notice.person_id)
    locked = WithdrawalNotice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if locked.status != NoticeStatus.DRAFT:
        raise Conflict("This notice was given already.")
    if how not in NoticeStatus.values or how == NoticeStatus.DRAFT:
        raise Refused("how", "Select how the notice is given", field="how")
    if how == NoticeStatus.MAILED:
        _mail(locked, email)
    locked.status, locked.told_at, locked.told_by = how, clock.now(), by.pk
    locked.save(update_fields=["status", "told_at", "told_by", "address"])
    record("withdrawal.told", by=by, obj=locked, person=locked.person_id, how=str(how))
    if key:
        key.done(reverse("records:withdrawal-notice", args=[locked.pk]))
    return locked


def _mail(notice: WithdrawalNotice, email: str) -> None:
    if notice.recipient.kind == RecipientKind.HELPER:
        raise Refused(
            "how", "A relative or friend is told on paper or by phone, never by e-mail", field="how"
        )
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused("email", "Enter the e-mail address of their office", field="email") from error
    notice.address = email
    send(NOTICE_MAIL, to=email, key=f"withdrawal-notice:{notice.pk}", ids={"notice": str(notice.pk)})


def notice_mail(message: Message) -> Email:
    """Build the mail: a notice waits, its reference, our phone; nothing about anybody."""
    notice = WithdrawalNotice.objects.get(pk=message.ids["notice"])
    body = MAIL.format(reference=notice.reference, center=settings.CENTER_NAME, phone=settings.CENTER_PHONE)
    return Email(message.to, SUBJECT, body)
