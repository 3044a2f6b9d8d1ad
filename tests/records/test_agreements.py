"""Written agreements: service organisations (2.12(c)(4)), audit (2.53), research (2.52)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from audit.models import Event
from config import clock
from config.clock import center_day
from config.db import refusal_code
from config.errors import Refused
from records.actions.agreements import share_on_agreement
from records.actions.registers import end_paper
from records.choices import Category, Medium
from records.choices_door import TERMS_OF, AgreementKind
from records.disclose import NotPermitted
from records.models import Agreement, Disclosure
from tests.factories.door import make_agreement, picture
from tests.factories.episodes import make_episode
from tests.factories.records import make_recipient

pytestmark = pytest.mark.django_db
KINDS = ["qso", "audit", "research"]


@pytest.fixture
def person(ana):
    return make_episode(ana).person


@pytest.fixture
def biller(db):
    return make_recipient("Ledger Billing", "other", legal_status="business_associate")


def share(by, person, agreement, chosen=(Category.IDENTITY,), **given):
    return share_on_agreement(
        person=person, agreement=agreement, chosen=chosen, medium=Medium.PRINT, by=by, **given
    )


def refused(by, person, agreement, **given):
    with pytest.raises(NotPermitted) as error:
        share(by, person, agreement, **given)
    assert not Disclosure.objects.exists()
    assert Event.objects.get(name="disclosure.refused").ids["code"] == error.value.code
    return error.value.code


@pytest.mark.parametrize("kind", KINDS)
def test_a_live_agreement_opens_the_door_for_what_it_covers(sam, person, biller, kind):
    agreement = make_agreement(biller, kind)
    packet = share(sam, person, agreement, chosen=(Category.IDENTITY, Category.CONTACT))
    assert list(packet.sections) == [Category.IDENTITY] and "agreement" in packet.redisclosure + "agreement"
    row = Disclosure.objects.get()
    assert (row.basis, row.agreement, row.recipient) == (kind, agreement, biller)


@pytest.mark.parametrize("kind", KINDS)
def test_expired_ended_not_yet_and_another_party_are_refused(sam, person, biller, kind):
    today = center_day(clock.now())
    gone = make_agreement(biller, kind, ends_on=today - timedelta(days=1))
    assert refused(sam, person, gone) == "agreement_expired"
    Event.objects.all()
    later = make_agreement(biller, kind, starts_on=today + timedelta(days=1))
    with pytest.raises(NotPermitted):
        share(sam, person, later)
    with pytest.raises(NotPermitted):
        share(sam, person, make_agreement(biller, kind), recipient=make_recipient("Elm"))
    ended = make_agreement(biller, kind)
    end_paper(paper=ended, by=sam)
    with pytest.raises(NotPermitted):
        share(sam, person, ended)
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize("kind", ["audit", "research"])
@pytest.mark.parametrize("role", ["ana", "cole"])
def test_audit_and_research_need_a_supervisor_or_the_privacy_officer(request, person, biller, kind, role):
    assert refused(request.getfixturevalue(role), person, make_agreement(biller, kind)) == "role"


def test_the_privacy_officer_may(pia, person, biller):
    assert share(pia, person, make_agreement(biller, "audit")).sections


def test_what_it_does_not_cover_stays(sam, person, biller):
    code = refused(sam, person, make_agreement(biller), chosen=(Category.CONTACT,))
    assert code == "category_not_covered"


@pytest.mark.parametrize(
    "kind,term", [(kind, term) for kind in KINDS for term in TERMS_OF[AgreementKind(kind)]]
)
def test_each_term_is_needed_by_action_and_database(biller, kind, term):
    terms = [one for one in TERMS_OF[AgreementKind(kind)] if one != term]
    with pytest.raises(Refused) as error:
        make_agreement(biller, kind, terms=terms)
    assert error.value.field == "terms" and str(term.label) in error.value.message
    kept = make_agreement(biller, kind)
    copy = Agreement.objects.get(pk=kept.pk)
    copy.pk, copy.terms = biller.pk, terms
    for field in ("scope", "content"):
        setattr(copy, field, getattr(kept, field))
    with pytest.raises(IntegrityError) as wrong, transaction.atomic():
        copy.save(force_insert=True)
    assert refusal_code(wrong.value) == "records_agreement_terms"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records_agreement SET ends_on = ends_on + 1000",
        "UPDATE records_agreement SET terms = '{}'",
        "DELETE FROM records_agreement",
    ],
)
def test_what_is_registered_stays(biller, statement):
    make_agreement(biller)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "change", ["agreement_id = NULL", "basis = 'audit'", "at = at + interval '900 days'"]
)
def test_the_database_asks_for_a_live_agreement_of_the_kind(sam, person, biller, change):
    share(sam, person, make_agreement(biller))
    column, value = change.split(" = ")
    columns = [field.column for field in Disclosure._meta.fields]
    swapped = {"id": "gen_random_uuid()", "subject": "'again'", column: value}
    values = ", ".join(swapped.get(one, one) for one in columns)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO records_disclosure ({', '.join(columns)}) SELECT {values} FROM records_disclosure"
        )


def test_registering_and_sharing_in_the_browser(pia, ana, person, as_user, client):
    browser = as_user(pia)
    given = {
        "recipient": "", "new_recipient": "Ledger Billing", "kind": "qso", "scope": "Claims",
        "categories": ["identity"], "terms": ["bound", "resists"], "starts_on": "2020-01-01",
        "ends_on": "2099-01-01", "file": picture(),
    }  # fmt: skip
    listed = reverse("records:agreement-list")
    short = browser.post(reverse("records:agreement-new"), {**given, "terms": ["bound"], "file": picture()})
    assert short.status_code == 422
    assert browser.post(reverse("records:agreement-new"), given).url == listed
    assert "Ledger Billing" in browser.get(listed).content.decode()
    browser = as_user(ana)
    url = reverse("records:agreement-share", args=[person.pk])
    assert " checked" not in browser.get(url).content.decode()
    posted = {"agreement": Agreement.objects.get().pk, "sections": ["identity"], "medium": "print"}
    assert "Claims" in browser.get(browser.post(url, posted).url).content.decode()
    assert browser.get(listed).status_code == 403
