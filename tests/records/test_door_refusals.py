"""Whatever is dropped, the door stays shut: no basis, wrong category, a failing notice, a failing trail."""

import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from audit.models import Event
from records import notices
from records.accounting import BASES
from records.actions.break_glass import open_in_emergency
from records.choices import Category, EmergencyReason, Medium
from records.choices_door import BasisCode, SharedFor
from records.disclose import SECTIONS, ByConsent, NotPermitted, disclose
from records.door.agreements import AuditAgreement, ResearchAgreement, ServiceAgreement
from records.door.emergency import MedicalEmergency
from records.door.legal import CourtOrderWithMandate
from records.door.own_access import OwnAccess
from records.models import Disclosure, EmergencyDisclosure, Person
from tests.factories.door import EMERGENCY, make_agreement, make_court, make_mandate, make_order
from tests.factories.episodes import make_episode
from tests.factories.records import make_recipient

pytestmark = pytest.mark.django_db
# Each basis with its purpose, made of nothing.
EMPTY = [
    (ByConsent, (), "treatment"),
    (CourtOrderWithMandate, (None, None), SharedFor.PROCEEDINGS),
    (CourtOrderWithMandate, (uuid.uuid4(), uuid.uuid4()), SharedFor.PROCEEDINGS),
    (ServiceAgreement, (None,), SharedFor.SERVICE),
    (AuditAgreement, (uuid.uuid4(),), SharedFor.AUDIT),
    (ResearchAgreement, (None,), SharedFor.RESEARCH),
    (OwnAccess, (None,), SharedFor.OWN_ACCESS),
    (OwnAccess, (uuid.uuid4(),), SharedFor.OWN_ACCESS),
    (MedicalEmergency, ("", "", "", ""), SharedFor.EMERGENCY),
]


def attempt(by, person, basis, purpose, recipient=None, sections=None, medium=Medium.PRINT):
    return disclose(
        person=person, recipient=recipient, basis=basis, purpose=purpose, medium=medium, by=by,
        sections={Category.IDENTITY: lambda: [["a", "b"]]} if sections is None else sections,
        subject="test:1",
    )  # fmt: skip


@pytest.mark.parametrize("kind,args,purpose", EMPTY)
def test_a_basis_made_of_nothing_opens_nothing_and_is_written_down(sam, kind, args, purpose):
    person = make_episode(sam).person
    basis = kind(*args)
    to = None if kind in (OwnAccess, MedicalEmergency) else make_recipient()
    with pytest.raises(NotPermitted) as error:
        attempt(sam, person, basis, purpose, to)
    assert error.value.message
    event = Event.objects.get(name="disclosure.refused")
    assert event.ids["code"] == error.value.code and event.ids["basis"] == basis.code
    assert event.person_id == person.pk and event.actor_id == sam.pk
    assert not Disclosure.objects.exists() and not EmergencyDisclosure.objects.exists()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12, deadline=None)
@given(chosen=some.sets(some.sampled_from(sorted(SECTIONS)), min_size=1))
def test_no_builder_outside_the_scope_ever_runs(sam, chosen):
    person, court = make_episode(sam).person, make_court(f"Court {uuid.uuid4()}")
    order = make_order(person, court, categories=["identity", "health"])
    mandate = make_mandate(person, court, order)
    ran = []
    sections = {one: lambda one=one: ran.append(one) or [["x", "y"]] for one in chosen}
    covered = chosen & {Category.IDENTITY, Category.HEALTH}
    basis = CourtOrderWithMandate(order.pk, mandate.pk)
    if not covered:
        with pytest.raises(NotPermitted):
            attempt(sam, person, basis, SharedFor.PROCEEDINGS, court, sections)
    else:
        packet = attempt(sam, person, basis, SharedFor.PROCEEDINGS, court, sections)
        assert set(packet.sections) == covered and set(packet.withheld) == chosen - covered
    assert set(ran) == covered


def test_counseling_notes_leave_on_no_basis_that_does_not_name_them(sam):
    """The door knows the category only where its own consent or an order says so."""
    person = make_episode(sam).person
    agreement = make_agreement(make_recipient())
    with pytest.raises((ValueError, NotPermitted)):
        attempt(
            sam, person, ServiceAgreement(agreement.pk), SharedFor.SERVICE, agreement.recipient,
            {"counseling_notes": lambda: 1 / 0},
        )  # fmt: skip
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize("basis", ["emergency", "qso", "court_order"])
def test_an_altered_notice_or_a_failing_trail_lets_nothing_out(sam, monkeypatch, basis):
    person, court = make_episode(sam).person, make_court()
    order = make_order(person, court)
    mandate = make_mandate(person, court, order)
    agreement = make_agreement(court)
    made = {
        "emergency": (MedicalEmergency(**EMERGENCY), SharedFor.EMERGENCY, None),
        "qso": (ServiceAgreement(agreement.pk), SharedFor.SERVICE, court),
        "court_order": (CourtOrderWithMandate(order.pk, mandate.pk), SharedFor.PROCEEDINGS, court),
    }[basis]
    with monkeypatch.context() as patch:
        patch.setattr(notices, "STATEMENT_1", notices.STATEMENT_1 + " ")
        with pytest.raises(NotPermitted) as error:
            attempt(sam, person, *made)
        assert error.value.code == "notice_unavailable"

    def fails(*args, **kwargs):
        raise RuntimeError("audit")

    monkeypatch.setattr("records.disclose.record", fails)
    with pytest.raises(RuntimeError):
        attempt(sam, person, *made)
    assert not Disclosure.objects.exists() and not EmergencyDisclosure.objects.exists()


def test_the_accounting_knows_every_basis():
    assert set(BASES) == set(BasisCode.values)


@pytest.mark.parametrize("kind,args,purpose", EMPTY)
def test_break_glass_never_opens_the_door(ana, ben, kind, args, purpose):
    person = make_episode(ana).person
    Person.objects.filter(pk=person.pk).update(restricted=True)
    person.refresh_from_db()
    open_in_emergency(
        by=ben, person=person, reason=EmergencyReason.values[0], words="Found unconscious at home"
    )
    to = None if kind in (OwnAccess, MedicalEmergency) else make_recipient()
    with pytest.raises(NotPermitted) as error:
        attempt(ben, person, kind(*args), purpose, to)
    assert error.value.code == "break_glass" and "Ask a supervisor" in error.value.message
    assert not Disclosure.objects.exists()
