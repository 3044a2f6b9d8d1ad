"""A relative or friend on the phone: the passphrase first, then exactly what the consent lets be told."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from audit.actions import record
from config import clock
from config.errors import Refused
from records.actions.drafting import lock_person
from records.choices import Category, Medium, Purpose, RecipientKind
from records.disclose import ByConsent, Packet, disclose
from records.indexes import INDEX_COLUMNS, index_of
from records.models import Person, Recipient, TrustedContact
from records.models.trusted import PASSPHRASE_TRIES
from records.rules.consent import same_name

SHORTEST = 8


@lru_cache(maxsize=1)
def _nobody() -> str:
    """Return what is compared when there is no contact, so that both ways take the same time."""
    return make_password(uuid4().hex)


def _plain(passphrase: str) -> str:
    """Return a passphrase as it is compared: spoken, so case and spacing don't count."""
    return " ".join(passphrase.split()).casefold()


@transaction.atomic
def set_passphrase(*, helper: Recipient, passphrase: str, by: Any) -> TrustedContact:
    """Give a helper the passphrase that the person chose; an earlier one ends. Raises Refused when short."""
    person = helper.person
    if helper.kind != RecipientKind.HELPER or person is None:
        raise Refused("helper", "Only a relative or friend of the person has a passphrase")
    if len(_plain(passphrase)) < SHORTEST:
        raise Refused("passphrase_short", f"Use at least {SHORTEST} letters", field="passphrase")
    lock_person(person.pk)
    TrustedContact.objects.filter(recipient=helper, ended_at=None).update(ended_at=clock.now())
    contact = TrustedContact(
        person=person, data_key=person.data_key, recipient=helper,
        passphrase=make_password(_plain(passphrase)), made_by=by.pk,
    )  # fmt: skip
    contact.save(force_insert=True)
    record("helper.passphrase_set", by=by, obj=contact, person=person, recipient=helper.pk)
    return contact


@transaction.atomic
def identify(*, person_name: str, helper_name: str, passphrase: str, by: Any) -> TrustedContact | None:
    """Return the contact that these words fit, or None: no such person, no such contact, wrong, locked.

    The caller can't tell which. Each wrong passphrase of a contact counts; the fifth locks it.
    """
    contact = _contact(person_name, helper_name)
    usable = contact is not None and not contact.locked
    stored = contact.passphrase if contact is not None and usable else _nobody()
    right = check_password(_plain(passphrase), stored)
    if contact is None:
        record("helper.refused", by=by)
        return None
    if usable and right:
        record("helper.identified", by=by, obj=contact, person=contact.person_id)
        return contact
    if usable:
        contact.tries += 1
        contact.save(update_fields=["tries"])
    record(
        "helper.refused", by=by, obj=contact, person=contact.person_id, tries=contact.tries,
        locked=contact.tries >= PASSPHRASE_TRIES,
    )  # fmt: skip
    return None


def _contact(person_name: str, helper_name: str) -> TrustedContact | None:
    """Lock and return the live contact of this helper of a person of this name."""
    index = index_of("name", person_name)
    people = Person.objects.filter(**{INDEX_COLUMNS["name"]: index}) if index else Person.objects.none()
    live = TrustedContact.objects.filter(person__in=people, ended_at=None)
    for contact in live.select_related("recipient__data_key", "data_key").order_by("-made_at", "id"):
        if same_name(contact.recipient.called, helper_name):
            return (
                TrustedContact.objects.select_for_update(of=("self",))
                .select_related("recipient__data_key", "data_key", "person__data_key")
                .get(pk=contact.pk)
            )
    return None


def tell(
    *, contact: TrustedContact, call: str, categories: Sequence[str], said: Mapping[str, str], by: Any
) -> Packet:
    """Open the door for what is told on the phone, in this `call`; `said` are the words by category.

    Raises NotPermitted when the consent does not cover all of it at this moment.
    """
    return disclose(
        person=contact.person,
        recipient=contact.recipient,
        basis=ByConsent(),
        purpose=Purpose.FAMILY,
        sections={Category(one): _saying(said[one]) for one in categories},
        medium=Medium.PHONE,
        by=by,
        subject=f"call:{call}",
    )


def _saying(words: str) -> Any:
    return lambda: {"said": words}


def new_call() -> UUID:
    """Return the name of a call."""
    return uuid4()
