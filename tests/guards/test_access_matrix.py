"""Every address × every role × an object in reach, a restricted one, a colleague's, and none at all.

The expected answer follows from the view's declared access alone, so that a new address is covered by being
in the URLconf; a new kind of object in an address must be added to `OBJECTS`, or the test says so.
"""

import copy
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, resolve, reverse

from accounts.permissions import WORKING_ROLES
from accounts.urls import ALLAUTH_ACCESS
from audit.models import Event
from tests.factories.accounts import make_user
from tests.factories.records import join
from tests.factories.world import build_world, people_of
from tests.guards.protection import faults, may_be_indexed

pytestmark = pytest.mark.django_db

ROLES = ("admissions", "clinician", "supervisor", "privacy", "auditor", "administrator")
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# The privacy officer oversees consents and the accounting of everybody, restricted or not.
OVERSEEN = {
    "records.consent_read",
    "records.consent_revoke",
    "records.disclosure_read",
    "records.packet_read",
    "records.legal_manage",
    "records.identity_check",
    "records.restriction_read",
    "records.rights_read",
    "records.rights_close",
    "records.restriction_decide",
    "records.agreement_share",
    "records.qso_share",
    "desk.looks_read",
}
TOKENS = re.compile(
    rb'(nonce-|nonce="|csrf[a-z]*"[^>]*value="|"X-CSRFToken": ?"|name="submit_key"[^>]*value=")[^"\']*'
)
EXPECTED = {200, 302, 303, 405, 409, 422}


# What stands in an address, by the name of its part: of a record, or of nobody's.
OBJECTS = {
    "person_id": lambda record, world: record.person.pk,
    "request_id": lambda record, world: record.request.pk,
    "episode_id": lambda record, world: record.episode.pk,
    "callback_id": lambda record, world: record.callback.pk,
    "record_id": lambda record, world: record.instrument.pk,
    "follow_up_id": lambda record, world: record.follow_up.pk,
    "check_id": lambda record, world: record.check.pk,
    "consent_id": lambda record, world: record.draft.pk,
    "rights_id": lambda record, world: record.rights.pk,
    "limit_id": lambda record, world: record.limit.pk,
    "order_id": lambda record, world: record.order.pk,
    "mandate_id": lambda record, world: record.mandate.pk,
    "disclosure_id": lambda record, world: record.emergency.disclosures.get().pk,
    "helper_id": lambda record, world: record.helper.pk,
    "withdrawal_notice_id": lambda record, world: record.notice.pk,
    "confirmation_id": lambda record, world: record.confirmation.pk,
    "document_id": lambda record, world: record.document.pk,
    "clearance_id": lambda record, world: record.clearance.pk,
    "use_id": lambda record, world: record.use.pk,
    "slot_hold_id": lambda record, world: record.slot_hold.pk,
    "admission_id": lambda record, world: record.admission.pk,
    "open_item_id": lambda record, world: record.admission.open_items.filter(done_at=None).first().pk,
    "call_id": lambda record, world: record.admission.follow_ups.get().pk,
    "waitlist_entry_id": lambda record, world: record.waiting.pk,
    "place_offer_id": lambda record, world: record.place_offer.pk,
    "family_member_id": lambda record, world: record.family_member.pk,
    "care_contact_id": lambda record, world: record.care_contact.pk,
    "prescriber_call_id": lambda record, world: record.prescriber_call.pk,
    "authorization_id": lambda record, world: record.authorization.pk,
    "way_id": lambda record, world: record.way.pk,
    "policy_id": lambda record, world: record.policy.pk,
    "referral_id": lambda record, world: record.referral.pk,
    "offer_id": lambda record, world: record.offer.pk,
    "late_id": lambda record, world: record.late.pk,
    "ask_id": lambda record, world: record.ask.pk,
    "member_id": lambda record, world: record.person.team.filter(user__isnull=False).first().pk,
    "section": lambda record, world: "substances",
    "question_id": lambda record, world: record.assessment.review_questions.get().pk,
    "step": lambda record, world: "withdraw",
}
NOBODYS = {
    "form_number": lambda world: 1,
    "facility_id": lambda world: world.facility.pk,
    "import_id": lambda world: world.directory_import.pk,
    "legal_id": lambda world: world.legal.pk,
    "agreement_id": lambda world: world.agreement.pk,
    "family_session_id": lambda world: world.family_session.pk,
    "bed_id": lambda world: world.bed.pk,
    "program_id": lambda world: world.bed.program_id,
    "review_id": lambda world: world.review.pk,
    "contact_id": lambda world: world.ordinary.contact.pk,
    "said_id": lambda world: world.ordinary.contact.pk,
    "message_id": lambda world: world.message.pk,
    "complaint_id": lambda world: world.complaint.pk,
    "notice_id": lambda world: world.notice.pk,
    "event_id": lambda world: Event.objects.order_by("at").values_list("pk", flat=True)[0],
    "incident_id": lambda world: world.incident.pk,
    "task_id": lambda world: world.incident.tasks.first().pk,
    "duty_id": lambda world: world.incident.duties.first().pk,
    "affected_id": lambda world: world.incident.affected.get().pk,
    "note_id": lambda world: world.note.pk,
    "word": lambda world: "maple",
    "serial": lambda world: "P7K3MA",
    "number": lambda world: 1,
    "field": lambda world: "substance_list_complete",
    "user_id": lambda world: world.ordinary.referral.owner.pk,
    "session_id": lambda world: 1,
    "pk": lambda world: 1,
    "token": lambda world: world.ordinary.token,
}
# Addresses that need another object of the same kind before there is anything to show.
SPECIAL = {
    "intake:benefit-summary": {"disclosure_id": lambda record, world: record.summary.id},
    "records:consent-copy": {"consent_id": lambda record, world: record.consent.pk},
    "records:consent-revoke": {"consent_id": lambda record, world: record.consent.pk},
    "records:consent-receipt": {"consent_id": lambda record, world: record.revoked.pk},
    "intake:request-remove": {"request_id": lambda record, world: record.information.pk},
    "programs:slot-history": {"program_id": lambda record, world: world.day_program.pk},
    "programs:slot-hold-for": {"program_id": lambda record, world: world.day_program.pk},
}
# Information that a relative left is nobody's record.
OF_NO_RECORD = {"intake:request-remove"}
# Who does not keep the register opens only what they reported themselves.
OF_THEIR_OWN = {"records:incident", "records:incident-task"}
KEEPS = ("supervisor", "privacy")
# What only its author and a named co-signer open: for a colleague of the same role it does not exist.
OF_ITS_AUTHOR = {"records:counseling-note", "records:counseling-cosign", "records:counseling-share"}


@dataclass(frozen=True)
class Address:
    """One entry of the URLconf: its full name, the names of its parts, and who may open it."""

    name: str
    parts: tuple[str, ...]
    access: Any

    @property
    def about_a_record(self) -> bool:
        """Whether the address names something of one person's record."""
        named = any(part in OBJECTS and part.endswith("_id") for part in self.parts)
        return named and self.name not in OF_NO_RECORD

    def url(self, values: dict[str, Any]) -> str:
        """Return the address with these parts."""
        return reverse(self.name, kwargs={part: values[part] for part in self.parts})


def addresses(resolver=None, space="") -> list[Address]:
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            access = getattr(entry.callback, "access", None) or ALLAUTH_ACCESS.get(entry.name or "")
            found.append(Address(space + entry.name, tuple(entry.pattern.converters), access))
        else:
            found += addresses(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
    return found


ADDRESSES = addresses()


def parts_of(address: Address, world, record) -> dict[str, Any]:
    values = {}
    for part in address.parts:
        special = SPECIAL.get(address.name, {}).get(part) or OBJECTS.get(part)
        values[part] = special(record, world) if special else NOBODYS[part](world)
    return values


def strangers(values: dict[str, Any]) -> dict[str, Any]:
    return {part: uuid4() if isinstance(value, UUID) else value for part, value in values.items()}


def plain(response, url: str, values: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    """Return what an asker learns: the page and its headers, without tokens and without what was asked."""
    body = TOKENS.sub(rb"\1", response.content).replace(url.encode(), b"URL")
    for value in values.values():
        body = body.replace(str(value).encode(), b"ID")
    headers = {name: value for name, value in response.headers.items() if "nonce" not in value}
    headers.pop("Content-Length", None)
    return body, headers


@pytest.fixture
def world(ana, cole, dana):
    return build_world(ana, cole, dana)


def browser(role: str | None) -> Client:
    client = Client(raise_request_exception=False)
    if role:
        client.force_login(make_user(role, f"visiting{role}"), backend=BACKEND)
    return client


def visit(client: Client, method: str, url: str):
    """Ask, then undo whatever it did, also to the browser's cookies; every answer carries its protection."""
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        response = getattr(client, method)(url)
        transaction.set_rollback(True)
    client.cookies = cookies
    found = faults(response)
    if "public" not in resolve(urlsplit(url).path).namespace and may_be_indexed(response):
        found.append("may be indexed")
    assert not found, f"{method} {url} {response.status_code}"
    return response


def may_open(user, access) -> bool:
    return access.kind in ("public", "link", "signed_in") or user.has_perm(access.permission)


def test_every_part_of_an_address_has_an_object():
    missing = {part for address in ADDRESSES for part in address.parts} - OBJECTS.keys() - NOBODYS.keys()
    assert not missing, f"say in OBJECTS or NOBODYS which object stands for {sorted(missing)}"


def test_addresses_can_be_made_and_special_ones_exist(world):
    names = {address.name for address in ADDRESSES}
    assert not (SPECIAL.keys() | OF_NO_RECORD) - names, "an address that is named here is gone"
    for address in ADDRESSES:
        try:
            address.url(parts_of(address, world, world.ordinary))
        except NoReverseMatch as error:
            pytest.fail(f"{address.name}: {error}")


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_not_signed_in_gets_to_the_sign_in_page_only(world, method):
    client, wrong = browser(None), []
    for address in ADDRESSES:
        values = parts_of(address, world, world.ordinary)
        url = address.url(values)
        response = visit(client, method, url)
        if address.access.kind in ("staff", "signed_in"):
            right = response.status_code == 302 and response.url.startswith("/accounts/login/?next=/")
        else:
            right = _is_no_crash(address, response)
        if address.access.kind == "link" and address.about_a_record:
            none = strangers(values)
            other = visit(client, method, address.url(none))
            right &= (response.status_code, plain(response, url, values)) == (
                other.status_code,
                plain(other, address.url(none), none),
            )
        if not right:
            wrong.append(f"{method} {address.name}: {response.status_code}")
    assert not wrong


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_what_it_may_and_learns_nothing_of_the_rest(world, role, method):
    client, wrong = browser(role), []
    user = type(world.ordinary.referral.owner).objects.get(email=f"visiting{role}@demo.example")
    for person in people_of(world.ordinary):
        join(person, user)
    for address in ADDRESSES:
        values = parts_of(address, world, world.ordinary)
        here = visit(client, method, address.url(values))
        none = strangers(values)
        nowhere = here if none == values else visit(client, method, address.url(none))
        if not may_open(user, address.access):
            right = here.status_code == nowhere.status_code == 403
        elif address.name in OF_THEIR_OWN and role not in KEEPS:
            right = here.status_code == nowhere.status_code in (404, 405)
        else:
            opens = _is_unknown(address, here) if address.name in OF_ITS_AUTHOR else _opens(address, here)
            right = opens and (none == values or _is_unknown(address, nowhere))
            right |= values != none and _leads_on_without_looking(address, here, nowhere, values, none)
        if not right:
            wrong.append(f"{method} {address.name}: {here.status_code}, unknown {nowhere.status_code}")
        # Who works with no people is refused before any record is looked for: one record shows it.
        for record in (world.restricted, world.colleagues) if role in WORKING_ROLES else (world.restricted,):
            wrong += _out_of_reach(client, method, user, address, world, record, nowhere, none)
    assert not wrong


def _is_no_crash(address: Address, response) -> bool:
    # Nothing beats in this test, and the monitors' page says so.
    return response.status_code < 500 or address.name == "outbox:health"


def _opens(address: Address, response) -> bool:
    if address.access.kind != "staff":
        return _is_no_crash(address, response)
    return response.status_code in EXPECTED


def _leads_on_without_looking(address: Address, here, nowhere, values, none) -> bool:
    """Whether both are the same redirect, to a page that looks itself."""
    moved = here.status_code == nowhere.status_code == 302
    return moved and _without_ids(here.url, values) == _without_ids(nowhere.url, none)


def _without_ids(text: str, values: dict[str, Any]) -> str:
    for value in values.values():
        text = text.replace(str(value), "ID")
    return text


def _is_unknown(address: Address, response) -> bool:
    return response.status_code in (404, 405) or address.access.kind == "link"


def _out_of_reach(client, method, user, address, world, record, nowhere, none) -> list[str]:
    """Ask for the same thing of a record whose care team the visitor is not on, restricted or not."""
    if not address.about_a_record or address.access.kind == "link":
        return []
    values = parts_of(address, world, record)
    url = address.url(values)
    response = visit(client, method, url)
    if not may_open(user, address.access):
        right = response.status_code == 403
    elif user.has_perm("records.restricted_read") or (
        user.role in ("privacy", "auditor") and address.access.permission in OVERSEEN
    ):
        right = response.status_code in EXPECTED
    else:
        right = (response.status_code, plain(response, url, values)) == (
            nowhere.status_code,
            plain(nowhere, address.url(none), none),
        )
        right |= _leads_on_without_looking(address, response, nowhere, values, none)
    return [] if right else [f"{method} {address.name} of {record.person}: {response.status_code}"]
