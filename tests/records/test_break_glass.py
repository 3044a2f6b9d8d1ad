"""Opening one record in an emergency: what it opens, what it never opens, and how it ends."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Refused
from intake.models import SafetyCheck
from intake.questions import SAFETY
from programs.actions import beds, waitlist
from programs.actions.admissions import admit
from programs.models import Admission
from records.actions import break_glass, care_team
from records.break_glass import EmergencyReading
from records.choices import Category
from records.disclose import ByConsent, NotPermitted, disclose
from records.models import BreakGlass, Consent, Disclosure, Person, Review
from records.queries import people_for
from records.queries.people import opened_by_break_glass_only
from tests.factories.accounts import make_user
from tests.factories.consents import signed_consent
from tests.factories.episodes import make_episode
from tests.factories.records import join, make_person
from tests.factories.referrals import make_facility
from tests.programs.gate import Case

pytestmark = pytest.mark.django_db
OPEN = "/staff/emergency-access/"
WORDS = "Fell in the street, the ward asks what Jordan takes."


def typed(**changes):
    return {"reason": "life", "words": WORDS, "submit_key": str(uuid4()), **changes}


def opened(by, person) -> BreakGlass:
    return break_glass.open_in_emergency(by=by, person=person, reason="life", words=WORDS)


def page_of(person) -> str:
    return reverse("desk:person", args=[person.pk])


def refused(statement, *values) -> str | None:
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    return refusal_code(error.value)


@pytest.fixture
def theirs(ana):
    """A person of ana's, with an open episode."""
    return make_episode(ana).person


@pytest.fixture
def inside(as_user, ben, theirs):
    """A browser of ben's in which ana's person is open in an emergency."""
    client = as_user(ben)
    assert client.post(OPEN, typed(reference=theirs.reference)).url == page_of(theirs)
    return client


def test_it_opens_one_record_for_reading(inside, theirs, ana, ben):
    other = make_episode(ana, name="Casey Moon", phone="+18045550199").person
    page = inside.get(page_of(theirs)).content.decode()
    assert "Jordan Lee" in page and "30 min left" in page and "Close now" in page
    episode = theirs.episodes.get()
    for name in ("intake:assessment", "programs:readiness"):
        assert inside.get(reverse(name, args=[episode.pk])).status_code == 200
    assert inside.get(reverse("records:consent-list", args=[theirs.pk])).status_code == 200
    assert inside.get(page_of(other)).status_code == 404
    assert "Jordan" not in inside.get(reverse("desk:people")).content.decode()
    row = BreakGlass.objects.get()
    assert (row.user, row.person, row.words) == (ben, theirs, WORDS)
    assert row.ends_at - row.opened_at == timedelta(minutes=30)
    assert Event.objects.filter(name="break_glass.opened", actor_id=ben.pk, person_id=theirs.pk).count() == 1


def test_the_reviewer_reads_why(inside, as_user, sam, ben):
    review = Review.objects.get(kind="break_glass")
    assert (review.subject, review.object_id) == (ben, BreakGlass.objects.get().pk)
    page = as_user(sam).get(reverse("records:review", args=[review.pk])).content.decode()
    assert WORDS in page and "Danger to life or health now" in page


def test_an_episodes_reference_opens_it_too(as_user, ben, theirs):
    reference = theirs.episodes.get().reference.lower()
    assert as_user(ben).post(OPEN, typed(reference=reference)).url == page_of(theirs)


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"reason": "curious"},
        {"words": ""},
        {"words": "Too short to tell"},
        {"words": " " * 30},
    ],
)
def test_without_a_reason_and_words_nothing_opens(as_user, ben, theirs, wrong):
    client = as_user(ben)
    assert client.post(OPEN, typed(reference=theirs.reference, **wrong)).status_code == 422
    assert client.post(OPEN, typed(reference="JH-NOBODY")).status_code == 422
    assert client.get(page_of(theirs)).status_code == 404
    assert not BreakGlass.objects.exists()


def test_a_record_on_ones_list_just_opens(as_user, ana, theirs):
    assert as_user(ana).post(OPEN, typed(reference=theirs.reference)).url == page_of(theirs)
    assert not BreakGlass.objects.exists()
    with pytest.raises(Refused):
        opened(ana, theirs)


@pytest.mark.parametrize("name", ["sam", "pia", "audrey", "ada"])
def test_other_roles_have_no_such_page(as_user, request, theirs, name):
    user = request.getfixturevalue(name)
    assert as_user(user).get(OPEN).status_code == 403
    with pytest.raises(Refused):
        opened(user, theirs)


def test_the_safety_check_can_be_written_and_nothing_else(inside, ana, ben, theirs):
    episode = theirs.episodes.get()
    url = reverse("intake:safety-check", args=[episode.pk])
    answers = {one.name: "no" for one in SAFETY.questions}
    assert inside.post(url, {**answers, "submit_key": str(uuid4())}).status_code == 302
    assert SafetyCheck.objects.get(episode=episode).asked_by == ben
    consent = signed_consent(ana, theirs, make_facility().recipient)
    for name, pk in (
        ("records:consent-prepare", theirs.pk),
        ("records:consent-revoke", consent.pk),
        ("records:document-list", theirs.pk),
        ("records:team", theirs.pk),
        ("records:team-hand-over", theirs.pk),
        ("programs:admit", episode.pk),
        ("programs:bed-hold", episode.pk),
        ("intake:assessment-hold", episode.pk),
        ("intake:report-use", episode.pk),
        ("desk:episode-close", episode.pk),
    ):
        assert inside.post(reverse(name, args=[pk]), {"user": str(ben.pk)}).status_code == 404, name
    assert Consent.objects.get(pk=consent.pk).status == "signed"


def test_it_never_opens_the_door_out_or_the_gate(ana, ben, theirs):
    facility = make_facility()
    signed_consent(ana, theirs, facility.recipient)
    opened(ben, theirs)
    assert opened_by_break_glass_only(ben, theirs)
    with pytest.raises(NotPermitted) as error:
        disclose(
            person=theirs, recipient=facility.recipient, basis=ByConsent(), purpose="treatment",
            sections={Category.IDENTITY: lambda: {"name": "Jordan Lee"}}, medium="print", by=ben,
            subject="test:1",
        )  # fmt: skip
    assert error.value.code == "break_glass"
    assert not Disclosure.objects.exists()
    case = Case.good()
    opened(ben, case.episode.person)
    with pytest.raises(Refused) as stopped:
        admit(episode=case.episode, program=case.program, bed=case.bed, by=ben)
    assert stopped.value.code == "break_glass"
    assert not Admission.objects.exists()
    for step in (
        lambda: beds.hold(bed=case.bed, episode=case.episode, by=ben),
        lambda: waitlist.join(episode=case.episode, level="residential", reasons=[], note="", by=ben),
    ):
        with pytest.raises(Refused) as stopped:
            step()
        assert stopped.value.code == "break_glass"
    with pytest.raises(Refused):
        care_team.add_colleague(person=case.episode.person, user=ben, by=ben)
    join(case.episode.person, ben)
    assert not opened_by_break_glass_only(ben, case.episode.person)
    admit(episode=case.episode, program=case.program, bed=case.bed, by=ben, left_open="Came at night.")


def test_closing_ends_it_at_once(inside, theirs):
    close = reverse("records:break-glass-close")
    assert inside.get(close).status_code == 405
    assert inside.post(close).status_code == 302
    assert inside.get(page_of(theirs)).status_code == 404
    assert BreakGlass.objects.get().closed_at is not None
    assert "min left" not in inside.get("/staff/").content.decode()


def test_it_ends_by_itself_on_the_next_request(inside, theirs, monkeypatch):
    assert inside.get(page_of(theirs)).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT app_now() + interval '31 minutes'")
        (then,) = cursor.fetchone()
    monkeypatch.setattr("records.queries.people.NowOfQuery.template", f"timestamptz '{then.isoformat()}'")
    assert inside.get(page_of(theirs)).status_code == 404
    assert "min left" not in inside.get("/staff/").content.decode()


def test_it_ends_in_the_middle_of_a_request(ben, theirs, rf):
    """A query after the end sees nothing, also in a request that began before it."""
    opened(ben, theirs)
    request = rf.get(page_of(theirs))
    request.user, request.session = ben, {"break_glass": True}
    EmergencyReading(lambda _request: None).process_view(request, page_of, (), {"person_id": theirs.pk})
    assert people_for(request.user).filter(pk=theirs.pk).exists()
    break_glass.close_emergency(by=ben)
    assert not people_for(request.user).filter(pk=theirs.pk).exists()
    assert not opened_by_break_glass_only(ben, theirs)


def test_another_session_of_the_same_user_sees_nothing(ben, theirs, as_user):
    opened(ben, theirs)
    assert as_user(ben).get(page_of(theirs)).status_code == 404


def test_a_second_one_closes_the_first(ana, ben, theirs):
    other = make_person(ana, "Casey Moon")
    first = opened(ben, theirs)
    opened(ben, other)
    first.refresh_from_db()
    assert first.closed_at is not None
    assert BreakGlass.objects.filter(closed_at__isnull=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_leave_one_open():
    ana, ben = make_user("admissions", "ana"), make_user("admissions", "ben")
    people = [make_person(ana, "Jordan Lee"), make_person(ana, "Casey Moon")]
    start = threading.Barrier(2)

    def go(person) -> None:
        start.wait()
        try:
            opened(ben, person)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert BreakGlass.objects.count() == 2
    assert BreakGlass.objects.filter(closed_at__isnull=True).count() == 1


def test_the_rules_of_a_row(ben, theirs):
    row = opened(ben, theirs)
    insert = (
        "INSERT INTO records_breakglass"
        " (id, data_key_id, person_id, user_id, reason, words, opened_at, ends_at)"
        " SELECT gen_random_uuid(), data_key_id, person_id, user_id, %s, words, app_now() + %s::interval,"
        " app_now() + %s::interval FROM records_breakglass"
    )
    assert refused(insert, "life", "0", "29 minutes") == "records_breakglass_one_each"
    assert refused(insert, "life", "1 hour", "90 minutes") == "records_breakglass_now"
    row.closed_at = clock.now()
    row.save(update_fields=["closed_at"])
    assert refused(insert, "life", "0", "31 minutes") == "records_breakglass_half_an_hour"
    assert refused(insert, "nosy", "0", "29 minutes") == "records_breakglass_reason_known"
    for statement in (
        "DELETE FROM records_breakglass",
        "UPDATE records_breakglass SET ends_at = ends_at + interval '1 hour'",
        "UPDATE records_breakglass SET closed_at = NULL",
    ):
        assert refused(statement) == "records_breakglass_frozen"
    with connection.cursor() as cursor:
        cursor.execute("SELECT records_breakglass::text FROM records_breakglass")
        assert WORDS.encode().hex() not in cursor.fetchone()[0]


# Restricted records


def test_a_supervisor_restricts_with_a_reason_and_lifts_it(as_user, ana, cole, sam):
    person = make_person(ana)
    care_team.join(person=person, by=ana, role="clinician", reason="review")
    url = reverse("records:restricted", args=[person.pk])
    assert as_user(ana).get(url).status_code == as_user(cole).post(url).status_code == 403
    client = as_user(sam)
    assert client.post(url, {"submit_key": str(uuid4())}).status_code == 422
    assert client.post(url, {"reason": "vip", "submit_key": str(uuid4())}).status_code == 302
    assert Person.objects.get().restricted
    assert "Publicly known person, by Sam Reyes" in client.get(url).content.decode()
    assert not people_for(cole).exists() and people_for(ana).exists()
    event = Event.objects.get(name="person.restricted")
    assert (event.actor_id, event.ids["reason"]) == (sam.pk, "vip")
    assert client.post(url, {"lift": "yes"}).status_code == 302
    assert people_for(cole).exists()
    assert Event.objects.filter(name="person.unrestricted").count() == 1


def test_a_restricted_record_is_in_no_list_or_count_of_others(as_user, ana, cole, sam):
    person = make_episode(ana).person
    care_team.join(person=person, by=ana, role="clinician", reason="review")
    assert "Jordan Lee" in as_user(cole).get(reverse("desk:people")).content.decode()
    break_glass.set_restricted(person=person, by=sam, restricted=True, reason="threat")
    for url in ("/staff/", "/staff/people/", "/staff/requests/?show=all", "/staff/reviews/"):
        page = as_user(cole).get(url).content.decode()
        assert "Jordan" not in page and person.reference not in page
    assert people_for(cole).count() == 0
    with pytest.raises(Refused):
        break_glass.set_restricted(person=person, by=ana, restricted=False)


def test_pages_of_care_say_that_they_are_for_reading_only(inside, theirs, ana, as_user):
    """What would be refused is not offered; whoever is on the care team sees it."""
    episode = theirs.episodes.get()
    names = ("readiness", "bed-hold", "clearance-new", "arrival", "waiting-of", "checklist")
    for name in names:
        page = inside.get(reverse(f"programs:{name}", args=[episode.pk])).content.decode()
        assert "for reading only" in page, name
        content = page.split('<fieldset class="read-only" disabled>')[1]
        assert "<form" not in page.split("<main")[1].split('<fieldset class="read-only"')[0], name
        assert "</main>" in content.split("</fieldset>")[-1], name
    mine = as_user(ana)
    for name in names:
        assert "read-only" not in mine.get(reverse(f"programs:{name}", args=[episode.pk])).content.decode()
