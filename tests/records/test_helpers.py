"""Relatives and friends on the phone: the passphrase first, then the consent's scope and nothing else."""

import re

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Refused
from records.actions import consents, helpers
from records.actions.receivers import helper_for
from records.choices import Medium
from records.disclose import NotPermitted
from records.models import Disclosure, TrustedContact
from tests.factories.consents import signed_consent
from tests.factories.records import make_helper, make_person, make_recipient

pytestmark = pytest.mark.django_db

PHRASE = "blue kettle morning"
CALL = reverse("records:helper-call")


@pytest.fixture
def person(ana):
    return make_person(ana)


@pytest.fixture
def fay(ana, person):
    helper = make_helper(person, "Fay Rowan")
    helpers.set_passphrase(helper=helper, passphrase=PHRASE, by=ana)
    return helper


def may_know(by, person, helper, categories=("presence",), kind="confirm_presence"):
    return signed_consent(
        by, person, helper, categories=categories, offered=categories, purposes=["family"], kind=kind
    )


def says(passphrase=PHRASE, about="Jordan Lee", who="Fay Rowan"):
    return {"person_name": about, "helper_name": who, "passphrase": passphrase}


def test_the_passphrase_is_spoken_so_case_and_spacing_do_not_count(ana, fay):
    assert helpers.identify(**says("  Blue kettle  MORNING"), by=ana).recipient == fay
    assert helpers.identify(**says(who="fay  rowan", about="JORDAN LEE"), by=ana)
    assert helpers.identify(**says("blue kettle evening"), by=ana) is None


def test_five_wrong_tries_lock_it_and_a_new_one_opens_it(ana, person, fay):
    for _try in range(5):
        assert helpers.identify(**says("wrong wrong"), by=ana) is None
    assert TrustedContact.objects.get().locked
    assert helpers.identify(**says(), by=ana) is None
    assert Event.objects.filter(name="helper.refused").count() == 6
    helpers.set_passphrase(helper=fay, passphrase="green river stone", by=ana)
    assert helpers.identify(**says(), by=ana) is None
    assert helpers.identify(**says("green river stone"), by=ana).recipient == fay


def test_every_refusal_is_the_same_page_and_says_nothing(ana, person, fay, as_user):
    client = as_user(ana)
    pages = []
    for given in (
        says("wrong wrong"),
        says(who="Somebody Else"),
        says(about="Riley Park"),
        *[says("wrong wrong")] * 4,
        says(),  # locked by now
    ):
        page = client.post(CALL, given)
        assert page.status_code == 422
        text = page.content.decode().replace(given["person_name"], "").replace(given["helper_name"], "")
        text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)
        pages.append(text[text.index("<main") : text.index("</main")])
    assert len(set(pages)) == 1
    assert "blue kettle" not in pages[0]


def test_the_hash_is_checked_also_when_there_is_nobody(ana, monkeypatch):
    checked = []
    monkeypatch.setattr(helpers, "check_password", lambda given, stored: checked.append(stored) or False)
    helpers.identify(**says(about="Nobody Known"), by=ana)
    assert len(checked) == 1


def test_the_passphrase_can_be_read_nowhere(ana, fay):
    contact = TrustedContact.objects.get()
    assert "kettle" not in contact.passphrase
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM records_trustedcontact t")
        text = cursor.fetchone()[0]
    assert "kettle" not in text and "argon" not in text and b"$".hex() * 2 not in text


def test_a_passphrase_belongs_to_a_helper_and_is_long_enough(ana, fay):
    with pytest.raises(Refused) as refused:
        helpers.set_passphrase(helper=fay, passphrase="short", by=ana)
    assert refused.value.code == "passphrase_short"
    with pytest.raises(Refused):
        helpers.set_passphrase(helper=make_recipient(), passphrase=PHRASE, by=ana)


@pytest.mark.parametrize(
    "change,code",
    [
        ("tries = 6", "records_trustedcontact_tries"),
        ("tries = tries - 1", "records_trustedcontact_frozen"),
        ("made_by = gen_random_uuid()", "records_trustedcontact_frozen"),
    ],
)
def test_the_database_never_takes_a_try_back(ana, fay, change, code):
    helpers.identify(**says("wrong wrong"), by=ana)
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE records_trustedcontact SET {change}")
    assert refusal_code(error.value) == code


def test_what_is_told_goes_through_the_door(ana, ben, person, fay, as_user):
    consent = may_know(ana, person, fay)
    client = as_user(ben)
    answer = client.post(CALL, says())
    assert answer.status_code == 302
    page = client.get(answer.url).content.decode()
    assert "Being in contact with this center" in page and "checked" not in page
    assert not Disclosure.objects.exists()
    assert client.post(answer.url, {}).status_code == 422
    told = client.post(answer.url, {"categories": ["presence"]})
    row = Disclosure.objects.get()
    assert (row.medium, row.basis, row.consent_id) == (Medium.PHONE, "consent", consent.pk)
    assert row.recipient_name == "Fay Rowan" and row.by_id == ben.pk
    said = client.get(told.url).content.decode()
    assert "Jordan Lee is in contact with" in said
    assert "42 CFR part 2 prohibits unauthorized use or disclosure of these records." in said
    client.post(answer.url, {"categories": ["presence"]})
    assert Disclosure.objects.count() == 1


def test_exactly_the_scope_is_offered_and_nothing_else_can_be_told(ana, person, fay, as_user):
    may_know(ana, person, fay, ("presence", "social"), "specific")
    client = as_user(ana)
    url = client.post(CALL, says()).url
    page = client.get(url).content.decode()
    assert 'value="social"' in page and 'value="health"' not in page
    assert client.post(url, {"categories": ["health"], "said_health": "x"}).status_code == 422
    assert client.post(url, {"categories": ["social"], "said_social": ""}).status_code == 422
    assert not Disclosure.objects.exists()
    assert client.post(url, {"categories": ["social"], "said_social": "Has a room."}).status_code == 302
    assert Disclosure.objects.get().content["sections"] == {"social": {"said": "Has a room."}}


def test_without_a_live_consent_the_right_passphrase_opens_nothing(ana, person, fay, as_user):
    client = as_user(ana)
    url = client.post(CALL, says()).url
    assert "Nothing." in client.get(url).content.decode()
    consent = may_know(ana, person, fay)
    assert "You may tell this" in client.get(url).content.decode()
    consents.revoke(consent=consent, how="oral", received_at=clock.now(), by=ana)
    client.post(url, {"categories": ["presence"]})
    assert "Nothing." in client.get(url).content.decode()
    assert not Disclosure.objects.exists()


def test_a_withdrawal_between_page_and_press_is_refused_by_the_door(ana, person, fay):
    consent = may_know(ana, person, fay)
    contact = helpers.identify(**says(), by=ana)
    consents.revoke(consent=consent, how="oral", received_at=clock.now(), by=ana)
    with pytest.raises(NotPermitted) as refused:
        helpers.tell(contact=contact, call="1", categories=["presence"], said={"presence": "x"}, by=ana)
    assert refused.value.code == "consent_revoked"


def test_a_page_opened_without_the_passphrase_leads_to_it(ana, person, fay, as_user):
    may_know(ana, person, fay)
    contact = TrustedContact.objects.get()
    url = reverse("records:helper-tell", args=[contact.pk])
    assert as_user(ana).get(url).url == CALL
    assert as_user(ana).post(url, {"categories": ["presence"]}).url == CALL
    assert as_user(ana).get(reverse("records:helper-said", args=[contact.pk])).url == CALL


def test_too_many_tries_by_one_member_of_staff_are_slowed(ana, as_user):
    client = as_user(ana)
    answers = [client.post(CALL, says(about=f"Name {number}")).status_code for number in range(21)]
    assert answers == [422] * 20 + [429]


def test_who_may_be_told_lists_scope_and_end(ana, person, fay, as_user):
    client = as_user(ana)
    url = reverse("records:helper-list", args=[person.pk])
    page = client.get(url).content.decode()
    assert "Fay Rowan" in page and "Nothing" in page
    may_know(ana, person, fay)
    page = client.get(url).content.decode()
    assert "Being in contact with this center" in page
    form = reverse("records:helper-passphrase", args=[fay.pk])
    assert client.get(form).status_code == 200
    assert client.post(form, {"passphrase": "abc"}).status_code == 422
    assert client.post(form, {"passphrase": "winter apple road"}).status_code == 302
    assert helpers.identify(**says("winter apple road"), by=ana)


def test_one_name_is_one_helper(ana, person):
    first = helper_for(person=person, name="Fay  Rowan", by=ana)
    assert helper_for(person=person, name="fay rowan", by=ana) == first
    assert helper_for(person=make_person(ana, "Quinn Ashby"), name="Fay Rowan", by=ana) != first
