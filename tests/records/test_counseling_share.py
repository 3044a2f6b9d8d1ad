"""A counseling note leaves by its own consent or by an order that names it, and otherwise not at all."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.urls import reverse

from audit.models import Event
from config import clock
from config.clock import center_day
from config.errors import Refused
from records.actions import consents
from records.actions.counseling import add_to_note, sign_note, start_note
from records.actions.counseling_disclosure import disclose_note
from records.actions.registers import end_paper
from records.choices import ConsentKind
from records.disclose import ByConsent, NotPermitted, disclose
from records.door.counseling import Way, ways_out
from records.models import Disclosure
from tests.factories.consents import signed_consent
from tests.factories.door import keeper, make_court, make_limit, make_mandate, make_order
from tests.factories.records import clinicians_join, make_person, make_recipient

pytestmark = pytest.mark.django_db
WORDS = "She spoke about a boat for the first time."
MORE = "The boat was called Heron."


@pytest.fixture
def person(cole):
    made = make_person(cole)
    clinicians_join(made, cole)
    return made


@pytest.fixture
def signed(person, cole, dana):
    draft = start_note(person=person, text=WORDS, by=cole)
    note = sign_note(note=draft, text=WORDS, version=1, cosigner=dana, by=cole)
    add_to_note(note=note, text=MORE, by=cole)
    return note


@pytest.fixture
def harbor():
    return make_recipient()


def allow(by, person, *recipients, **fields):
    """Sign a consent for counseling notes."""
    kind = ConsentKind.COUNSELING_NOTES
    given = {"categories": ["counseling_notes"], "offered": ["counseling_notes"], "kind": kind, **fields}
    return signed_consent(by, person, *recipients, **given)


def to(recipient, purpose="treatment"):
    """Ask for a receiver whom no paper needs to name."""
    return Way("x", recipient, purpose, "", "")


def by_order(order, mandate):
    papers = {"order_id": order.pk if order else None, "mandate_id": mandate.pk if mandate else None}
    return Way("x", (order or mandate).recipient, "proceedings", "", "", **papers)


def share(note, way, by):
    return disclose_note(note=note, way=way, medium="print", by=by)


def refusal(note, way, by):
    with pytest.raises(NotPermitted) as refused:
        share(note, way, by)
    assert not Disclosure.objects.exists()
    assert Event.objects.filter(name="disclosure.refused").latest("at").ids["code"] == refused.value.code
    return refused.value.code


def url(note):
    return reverse("records:counseling-share", args=[note.pk])


def only_way(person):
    return ways_out(person, clock.now())[0].key


# ------------------------------------------------------------------ by consent


def test_a_consent_of_its_own_kind_opens_the_door(signed, person, cole, harbor):
    consent = allow(cole, person, harbor)
    packet, pages = share(signed, to(harbor), cole)
    assert (pages.text, pages.added[0][2]) == (WORDS, MORE)
    assert "42 CFR part 2" in packet.notice and packet.redisclosure
    assert packet.consent_copy.consent_id == consent.pk
    row = Disclosure.objects.get()
    assert (row.basis, row.consent_id, row.recipient_id) == ("consent", consent.pk, harbor.pk)
    assert row.categories == ["counseling_notes"]
    assert "boat" not in str(row.content) and str(signed.pk) in str(row.content)


def test_the_same_note_is_accounted_once_and_again_when_it_was_added_to(signed, person, cole, harbor):
    allow(cole, person, harbor)
    assert share(signed, to(harbor), cole)[0].id == share(signed, to(harbor), cole)[0].id
    add_to_note(note=signed, text="Third", by=cole)
    assert share(signed, to(harbor), cole)[0].version == 2


@pytest.mark.parametrize("consented", [False, True])
def test_without_a_consent_of_its_own_kind_nothing_leaves(signed, person, cole, harbor, consented):
    if consented:
        signed_consent(cole, person, harbor)
    assert refusal(signed, to(harbor), cole) == "counseling_consent"


def test_a_consent_for_another_receiver_purpose_or_person_does_not(signed, person, cole, harbor):
    allow(cole, person, make_recipient("Elm Clinic"))
    assert refusal(signed, to(harbor), cole) == "recipient_not_named"
    allow(cole, person, harbor)
    assert refusal(signed, to(harbor, "request"), cole) == "purpose_not_covered"
    elm = make_recipient("Birch Clinic")
    allow(cole, make_person(cole, "Riley Park"), elm)
    assert refusal(signed, to(elm), cole) == "recipient_not_named"


def test_a_consent_taken_back_or_ended_does_not(signed, person, cole, harbor, monkeypatch):
    consent = allow(cole, person, harbor)
    later = clock.now() + timedelta(days=120)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert refusal(signed, to(harbor), cole) == "consent_expired"
    monkeypatch.undo()
    consents.revoke(consent=consent, how="oral", received_at=clock.now(), by=cole)
    assert refusal(signed, to(harbor), cole) == "consent_revoked"


def test_a_limit_that_the_person_asked_for_holds(signed, person, cole, harbor):
    make_limit(person)
    allow(cole, person, harbor)
    assert refusal(signed, to(harbor), cole) == "restricted"


def test_a_draft_or_somebody_elses_note_does_not_leave(signed, person, ana, cole, dana, harbor):
    allow(cole, person, harbor)
    draft = start_note(person=person, text=WORDS, by=cole)
    for note, by in ((draft, cole), (signed, ana), (signed, dana)):
        with pytest.raises(Refused):
            share(note, to(harbor), by)
    assert not Disclosure.objects.exists()


def test_a_packet_can_not_ask_for_them(person, cole, harbor):
    def builder():
        raise AssertionError("no builder of counseling notes may run")

    with pytest.raises(ValueError, match="known categories"):
        disclose(
            person=person, recipient=harbor, basis=ByConsent(), purpose="treatment",
            sections={"counseling_notes": builder}, medium="print", by=cole, subject="x",
        )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_under_way_is_waited_for(signed, person, cole, harbor):
    consent, outcome = allow(cole, person, harbor), []

    def opened():
        try:
            share(signed, to(harbor), cole)
            outcome.append("opened")
        except NotPermitted as error:
            outcome.append(error.code)
        finally:
            connection.close()

    with transaction.atomic():
        consents.revoke(consent=consent, how="oral", received_at=clock.now(), by=cole)
        thread = threading.Thread(target=opened)
        thread.start()
        thread.join(0.5)
        assert outcome == []
    thread.join()
    assert outcome == ["consent_revoked"]


# ------------------------------------------------------------------ by court order


def papers(person, **changes):
    court = make_court()
    order = make_order(person, court, **{"covers_counseling_notes": True, **changes})
    return order, make_mandate(person, court, order)


def test_an_order_that_names_notes_opens_it_with_its_subpoena(signed, person, cole):
    make_limit(person)
    order, mandate = papers(person)
    packet, pages = share(signed, by_order(order, mandate), cole)
    assert pages.text == WORDS
    assert packet.consent_copy is None and "subpart E" in packet.redisclosure
    row = Disclosure.objects.get()
    assert (row.order_id, row.mandate_id, row.for_proceedings) == (order.pk, mandate.pk, True)
    assert "boat" not in str(row.content)


def test_an_order_that_does_not_name_notes_opens_nothing(signed, person, cole):
    assert refusal(signed, by_order(*papers(person, covers_counseling_notes=False)), cole) == (
        "order_without_notes"
    )


def test_neither_paper_alone_opens_it(signed, person, cole):
    order, mandate = papers(person)
    assert refusal(signed, by_order(order, None), cole) == "order_alone"
    assert refusal(signed, by_order(None, mandate), cole) == "subpoena_alone"


def test_papers_that_do_not_belong_together_open_nothing(signed, person, cole):
    order, _mandate = papers(person)
    alone = make_mandate(person, order.recipient)
    assert refusal(signed, by_order(order, alone), cole) == "subpoena_other_order"
    riley = make_person(cole, "Riley Park")
    other = make_order(riley, order.recipient, covers_counseling_notes=True)
    theirs = by_order(other, make_mandate(riley, order.recipient, other))
    assert refusal(signed, theirs, cole) == "order_other_person"


@pytest.mark.parametrize("which", [0, 1])
def test_an_ended_paper_opens_nothing(signed, person, cole, which):
    both = papers(person)
    end_paper(paper=both[which], by=keeper())
    assert refusal(signed, by_order(*both), cole) == ("order_ended", "subpoena_ended")[which]


def test_a_paper_past_its_last_day_opens_nothing(signed, person, cole):
    yesterday = center_day(clock.now()) - timedelta(days=1)
    assert refusal(signed, by_order(*papers(person, valid_until=yesterday)), cole) == "order_expired"


def test_an_order_is_for_its_receiver_and_its_proceedings(signed, person, cole, harbor):
    order, mandate = papers(person)
    ids = {"order_id": order.pk, "mandate_id": mandate.pk}
    other = Way("x", harbor, "proceedings", "", "", **ids)
    assert refusal(signed, other, cole) == "order_other_recipient"
    treatment = Way("x", order.recipient, "treatment", "", "", **ids)
    assert refusal(signed, treatment, cole) == "order_purpose"


# ------------------------------------------------------------------ the page


def test_the_page_offers_only_whom_a_paper_names_and_nobody_beforehand(as_user, signed, person, cole, harbor):
    signed_consent(cole, person, make_recipient("Elm Clinic"))
    allow(cole, person, harbor)
    gone = allow(cole, person, make_recipient("Birch Clinic"))
    consents.revoke(consent=gone, how="oral", received_at=clock.now(), by=cole)
    papers(person)
    make_order(person, make_court("Albemarle Court"))
    page = as_user(cole).get(url(signed)).content.decode()
    form, rest = page.split("</form>")[-2], page.split("</form>")[-1]
    assert "Harbor Detox" in form and "Henrico Circuit Court" in form
    assert "checked" not in form
    assert "Elm Clinic" not in page and "Albemarle" not in page and "Birch Clinic" not in form
    assert "Birch Clinic" in rest and "withdrawn this consent" in rest
    assert "Care never depends on this consent" in page
    assert "boat" not in page
    assert not Disclosure.objects.exists()


def test_what_leaves_stands_with_its_notice_and_its_consent(as_user, signed, person, cole, harbor):
    allow(cole, person, harbor)
    client = as_user(cole)
    nothing = client.post(url(signed), {})
    assert nothing.status_code == 422 and "Select who receives it" in nothing.content.decode()
    answer = client.post(url(signed), {"way": only_way(person), "medium": "print"})
    page = answer.content.decode()
    for words in (WORDS, MORE, "42 CFR part 2", "The person allows", "does not depend", "Jordan Lee"):
        assert words in page
    assert "today" not in page, "a page to hand over says the day"
    assert "no-store" in answer["Cache-Control"]
    assert Disclosure.objects.count() == 1


def test_what_leaves_by_order_stands_with_its_scope_and_shows_no_word_later(
    as_user, signed, person, cole, sam
):
    papers(person)
    page = as_user(cole).post(url(signed), {"way": only_way(person), "medium": "phone"}).content.decode()
    assert WORDS in page and "covers counseling notes for Henrico Circuit Court" in page
    row = reverse("records:disclosure", args=[Disclosure.objects.get().pk])
    kept = as_user(sam).get(row).content.decode()
    assert "not shown here" in kept and str(signed.pk) in kept
    assert "boat" not in kept and "data-print" not in kept


def test_a_receiver_whom_no_paper_names_is_refused(as_user, signed, person, cole, harbor):
    allow(cole, person, make_recipient("Elm Clinic"))
    sent = {"way": f"consent-{harbor.pk}-treatment", "medium": "print"}
    answer = as_user(cole).post(url(signed), sent)
    assert answer.status_code == 422
    assert "No consent for counseling notes" in answer.content.decode()
    assert not Disclosure.objects.exists()


def test_a_consent_taken_back_since_the_page_was_opened_is_refused_by_name(
    as_user, signed, person, cole, harbor
):
    consent, way = allow(cole, person, harbor), only_way(person)
    consents.revoke(consent=consent, how="oral", received_at=clock.now(), by=cole)
    answer = as_user(cole).post(url(signed), {"way": way, "medium": "print"})
    assert answer.status_code == 422
    assert "The person has withdrawn this consent" in answer.content.decode()
    assert "boat" not in answer.content.decode()
    assert Event.objects.filter(name="disclosure.refused").count() == 1


def test_the_page_is_the_authors_alone_and_only_for_a_signed_note(as_user, signed, person, cole, dana, sam):
    assert as_user(dana).get(url(signed)).status_code == 404
    assert as_user(sam).get(url(signed)).status_code == 403
    draft = start_note(person=person, text=WORDS, by=cole)
    assert as_user(cole).get(url(draft)).status_code == 404


def test_an_old_sign_in_is_asked_again(signed):
    from django.urls import resolve

    assert resolve(url(signed)).func.access.fresh
