"""Who prescribes a person's medicines is called during the stay; nothing is told without a consent."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from desk.today import items_for
from desk.today_care import of_prescriber_calls
from programs.actions import admissions, preparing
from programs.actions.prescriber_calls import log_prescriber_call
from programs.actions.undo import undo
from programs.models import PrescriberCall, PrescriberTry
from records.actions.care_team import end_role
from records.actions.consents import revoke
from records.choices import Category
from records.disclose import NotPermitted
from records.models import Disclosure
from tests.factories.accounts import make_user
from tests.factories.care import NO_NEXT
from tests.factories.consents import CHOSEN, signed_consent
from tests.factories.records import make_recipient
from tests.programs.gate import Case

pytestmark = pytest.mark.django_db
TOLD = {"result": "confirmed", "told": "Takes methadone here.", "words": "40 mg, since May."}


def know(case, kind="prescriber", name="Dr. Ash", recipient=None):
    details = {"name": name, "phone": "(804) 555-0167", "place": "Elm Clinic", "medicines": "methadone"}
    return preparing.add_contact(
        episode=case.episode, kind=kind, details=details, recipient=recipient, by=case.ana
    )


def admit(case):
    place = {"program": case.program, "bed": case.bed}
    return admissions.admit(episode=case.episode, by=case.ana, left_open="Came at night", **place)


@pytest.fixture
def case():
    """Somebody who is here and has one prescriber, whom consents can name."""
    made = Case.good()
    made.clinic = make_recipient("Elm Clinic", kind="prescriber")
    made.contact = know(made, recipient=made.clinic)
    made.stay = admit(made)
    made.call = PrescriberCall.objects.get()
    return made


def log(case, **said):
    return log_prescriber_call(call=case.call, by=case.ana, **said)


def agree(case, categories=CHOSEN):
    return signed_consent(case.ana, case.episode.person, case.clinic, categories=categories)


def code_of(sql, *values):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    except IntegrityError as error:
        return refusal_code(error)
    return None


def test_each_prescriber_is_a_call_due_in_a_day():
    case = Case.good()
    know(case)
    know(case, name="Dr. Elm")
    know(case, kind="pharmacy")
    preparing.end_contact(episode=case.episode, contact=know(case, name="Dr. Gone"), by=case.ana)
    assert not PrescriberCall.objects.exists(), "nobody is called before the person is here"
    stay = admit(case)
    calls = list(PrescriberCall.objects.filter(admission=stay))
    assert sorted(one.contact.details["name"] for one in calls) == ["Dr. Ash", "Dr. Elm"]
    for one in calls:
        assert one.owner == case.ana
        assert abs(one.due_at - stay.admitted_at - timedelta(hours=24)) < timedelta(minutes=1)
    late = know(case, name="Dr. Late")
    assert late.calls.get().admission == stay
    assert not know(case, kind="therapist").calls.exists()
    assert Event.objects.filter(name="prescriber_call.planned").count() == 3


def test_it_is_one_row_of_today_for_each_person_until_all_are_called(case):
    know(case, name="Dr. Elm")
    now = clock.now()
    (row,) = (one for one in items_for(case.ana, now) if one.kind == "prescriber")
    assert row.why.startswith("Call 2 prescribers")
    assert row.due_at == case.call.due_at
    assert row.url == reverse("programs:care-contacts", args=[case.episode.pk])
    for one in PrescriberCall.objects.all():
        log_prescriber_call(call=one, result="not_needed", words="Takes nothing any more.", by=case.ana)
    assert not of_prescriber_calls(case.ana, now)


def test_who_is_not_on_the_care_team_sees_no_call(case, as_user):
    assert of_prescriber_calls(case.cole, clock.now())
    end_role(person=case.episode.person, role="clinician", by=case.ana)
    assert not of_prescriber_calls(case.cole, clock.now())
    assert not of_prescriber_calls(make_user("auditor", "audrey"), clock.now())
    url = reverse("programs:prescriber-call", args=[case.call.pk])
    assert as_user(case.cole).get(url).status_code == 404


def test_it_ends_with_the_stay(case, as_user):
    admissions.discharge(admission=case.stay, by=case.ana, plan=NO_NEXT)
    page = as_user(case.ana).get(reverse("programs:stay", args=[case.stay.pk])).content.decode()
    assert "Ended with the stay" in page
    case.call.refresh_from_db()
    assert (case.call.outcome, case.call.done_by) == ("ended", None)
    assert not of_prescriber_calls(case.ana, clock.now())


def test_it_ends_when_the_admission_is_taken_back_and_begins_anew(case):
    undo(admission=case.stay, reason="Wrong person", by=case.ana)
    case.call.refresh_from_db()
    assert case.call.outcome == "ended"
    assert not of_prescriber_calls(case.ana, clock.now())
    again = admit(case)
    assert PrescriberCall.objects.get(done_at=None).admission == again


def test_it_ends_with_the_contact(case):
    preparing.end_contact(episode=case.episode, contact=case.contact, by=case.ana)
    case.call.refresh_from_db()
    assert case.call.outcome == "ended"
    assert Event.objects.filter(name="prescriber_call.ended").count() == 1


@pytest.mark.parametrize("result", ["confirmed", "changed"])
def test_what_was_told_is_accounted_for(case, result):
    consent = agree(case)
    row = log(case, **{**TOLD, "result": result})
    assert (row.outcome, row.done_by) == (result, case.ana)
    assert row.said == {"told": "Takes methadone here.", "words": "40 mg, since May."}
    left = Disclosure.objects.get(pk=row.disclosure_id)
    assert (left.recipient, left.consent, left.medium) == (case.clinic, consent, "phone")
    assert left.content["sections"]["medications"] == [["Told by phone", "Takes methadone here."]]
    with pytest.raises(Conflict):
        log(case, **TOLD)
    assert Disclosure.objects.filter(subject=f"prescriber_call:{row.pk}").count() == 1


def withdrawn(case):
    revoke(consent=agree(case), how="oral", received_at=clock.now(), by=case.ana)


@pytest.mark.parametrize(
    "consent",
    [
        lambda case: None,
        withdrawn,
        lambda case: agree(case, categories=(Category.IDENTITY, Category.SUBSTANCE_USE)),
        lambda case: signed_consent(case.ana, case.episode.person, make_recipient("Other")),
    ],
)
def test_nothing_is_told_without_a_consent(case, as_user, consent):
    consent(case)
    with pytest.raises(NotPermitted) as refused:
        log(case, **TOLD)
    assert refused.value.code == "category_not_covered"
    case.call.refresh_from_db()
    assert case.call.done_at is None
    assert not Disclosure.objects.filter(recipient=case.clinic).exists()
    assert Event.objects.filter(name="disclosure.refused").count() == 1
    for url in (
        reverse("programs:care-contacts", args=[case.episode.pk]),
        reverse("programs:stay", args=[case.stay.pk]),
    ):
        assert "Only listen" in as_user(case.ana).get(url).content.decode()
    page = reverse("programs:prescriber-call", args=[case.call.pk])
    assert "Only listening is allowed" in as_user(case.ana).get(page).content.decode()
    row = log(case, result="no_consent", words="Said of their own accord: 40 mg.")
    assert (row.outcome, row.disclosure) == ("no_consent", None)


def test_a_prescriber_whom_no_consent_can_name_is_told_nothing():
    case = Case.good()
    know(case)
    admit(case)
    case.call = PrescriberCall.objects.get()
    with pytest.raises(NotPermitted):
        log(case, **TOLD)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"result": ""}, "result"),
        ({"result": "ended"}, "result"),
        ({"result": "confirmed", "told": " "}, "told"),
        ({"result": "changed", "told": "Takes methadone.", "words": ""}, "words"),
        ({"result": "no_consent"}, "result"),
        ({"result": "not_needed", "words": " "}, "words"),
        ({"result": "not_needed", "words": "Moved.", "told": "Something"}, "told"),
        ({"result": "not_reached"}, "next_at"),
        ({"result": "not_reached", "next_at": timedelta(minutes=-1)}, "next_at"),
        ({"result": "not_reached", "next_at": timedelta(days=4)}, "next_at"),
    ],
)
def test_an_outcome_is_whole(case, said, field):
    agree(case)
    if "next_at" in said:
        said = {**said, "next_at": clock.now() + said["next_at"]}
    with pytest.raises(Refused) as refused:
        log(case, **said)
    assert refused.value.field == field
    case.call.refresh_from_db()
    assert case.call.done_at is None


def test_who_was_not_reached_is_called_again(case):
    later = clock.now() + timedelta(hours=30)
    row = log(case, result="not_reached", next_at=later)
    assert (row.done_at, row.due_at) == (None, later)
    assert PrescriberTry.objects.get().next_at == later
    (today,) = of_prescriber_calls(case.ana, clock.now())
    assert today.due_at == later
    for change in ("UPDATE programs_prescribertry SET next_at = next_at + interval '1 day'",
                   "DELETE FROM programs_prescribertry"):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    early = (
        "INSERT INTO programs_prescribertry (id, call_id, by_id, at, next_at)"
        " SELECT gen_random_uuid(), call_id, by_id, at, at FROM programs_prescribertry"
    )
    assert code_of(early) == "programs_prescribertry_next_later"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("admission_id = gen_random_uuid()", "row_is_fixed"),
        ("contact_id = gen_random_uuid()", "row_is_fixed"),
        ("outcome = 'ended'", "programs_prescribercall_ends_once"),
        ("done_at = app_now()", "programs_prescribercall_ends_once"),
        ("outcome = 'away', done_at = app_now()", "programs_prescribercall_ends_once"),
        ("outcome = 'not_needed', done_at = app_now()", "programs_prescribercall_by_someone"),
        ("outcome = 'not_needed', done_at = app_now(), said = 'x'", "programs_prescribercall_by_someone"),
        ("outcome = 'ended', done_at = app_now(), done_by_id = {}", "programs_prescribercall_by_someone"),
        (
            "outcome = 'confirmed', done_at = app_now(), said = 'x', done_by_id = {}",
            "programs_prescribercall_accounted",
        ),
    ],
)
def test_sql_ends_none_by_half(case, change, code):
    by = f"'{case.cole.pk}'"
    assert code_of(f"UPDATE programs_prescribercall SET {change.format(by)}") == code


def test_sql_claims_no_other_accounting_row(case):
    agree(case)
    first = log(case, **TOLD)
    know(case, name="Dr. Elm", recipient=case.clinic)
    borrowed = (
        "UPDATE programs_prescribercall SET outcome = 'confirmed', done_at = app_now(), said = 'x',"
        " done_by_id = %s, disclosure_id = %s WHERE done_at IS NULL"
    )
    assert code_of(borrowed, str(case.ana.pk), str(first.disclosure_id)) == "told_otherwise"


def test_an_ended_call_stays_and_each_prescriber_is_called_once(case):
    insert = (
        "INSERT INTO programs_prescribercall"
        " (id, data_key_id, admission_id, contact_id, owner_id, due_at, outcome)"
        " SELECT gen_random_uuid(), data_key_id, admission_id, {}, owner_id, due_at, ''"
        " FROM programs_prescribercall LIMIT 1"
    )
    assert code_of(insert.format("contact_id")) == "programs_prescribercall_once"
    other = Case.good()
    for wrong in (know(case, kind="pharmacy"), know(other)):
        assert code_of(insert.format("%s"), str(wrong.pk)) == "not_their_prescriber"
    log(case, result="not_needed", words="Takes nothing any more.")
    for sql in ("UPDATE programs_prescribercall SET due_at = app_now() WHERE done_at IS NOT NULL",
                "DELETE FROM programs_prescribercall"):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_the_page_writes_the_call(case, as_user):
    agree(case)
    client, url = as_user(case.ana), reverse("programs:prescriber-call", args=[case.call.pk])
    assert "A consent in force names them" in client.get(url).content.decode()
    assert client.post(url, {"submit_key": uuid4()}).status_code == 422
    assert client.post(url, {"result": "confirmed", "submit_key": uuid4()}).status_code == 422
    sent = {**TOLD, "submit_key": uuid4()}
    done = client.post(url, sent)
    assert done.status_code == 302
    assert "Reached: medicines confirmed" in client.get(done.url).content.decode()
    assert client.post(url, sent).status_code == 302, "the same form twice is one call"
    assert client.post(url, {**TOLD, "submit_key": uuid4()}).status_code == 409
    page = client.get(url).content.decode()
    assert "40 mg, since May." in page
    assert "Save the call" not in page


def test_pages_take_the_same_queries_for_many_prescribers(case, as_user):
    client = as_user(case.ana)
    urls = [
        reverse("programs:care-contacts", args=[case.episode.pk]),
        reverse("programs:stay", args=[case.stay.pk]),
        reverse("desk:today"),
    ]

    def count(url):
        client.get(url)
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url).status_code == 200
            counts.append(len(captured))
        return min(counts)

    few = {url: count(url) for url in urls}
    for number in range(6):
        clinic = make_recipient(f"Clinic {number}", kind="prescriber")
        know(case, name=f"Dr. {number}", recipient=clinic)
    assert {url: count(url) for url in urls} == few
