"""The incident register: who reports, who decides, what the database refuses, what is owed."""

import io
import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from pypdf import PdfReader

from audit.models import Event
from config import clock
from config.clock import center_day
from config.db import refusal_code
from config.errors import Conflict, Refused
from outbox.models import Message
from records import hooks
from records.actions import incident_decisions, incidents
from records.models import Incident, IncidentDuty, IncidentStep, Review
from tests.factories.accounts import make_user
from tests.factories.records import make_person

pytestmark = pytest.mark.django_db

FACTORS = {
    "factor_nature": "A name and a date of birth",
    "factor_recipient": "A nurse of another hospital",
    "factor_acquired": "The page was never opened",
    "factor_mitigated": "Written word that it was destroyed",
}


def reported(by, **more):
    given = {
        "kind": "other",
        "discovered_at": clock.now(),
        "what_happened": "Papers with Jordan Lee on them were left in a cab.",
        **more,
    }
    return incidents.report(by=by, **given)


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def sql(statement, *values):
    """Run SQL as the app's role; return the code of the refusal, or None."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    except DatabaseError as error:
        return refusal_code(error) or type(error).__name__
    return None


def test_a_report_is_sealed_and_tells_the_privacy_officer(ana):
    person = make_person(ana)
    made = reported(ana, person=person, state="va")
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(i)::text FROM records_incident i")
        assert "Jordan" not in cursor.fetchone()[0]
    (mail,) = Message.objects.filter(kind="records.incident_opened")
    assert mail.ids == {"incident": str(made.pk)}
    assert Event.objects.get(name="incident.opened").person_id == person.pk
    assert incidents.count_by_state(made) == {"VA": 1}
    assert IncidentStep.objects.get(incident=made).step == "reported"


def test_a_misdirected_packet_opens_a_review_and_a_checklist(ana):
    made = reported(ana, kind="misdirected", person=make_person(ana))
    assert Review.objects.get().kind == "misdirected"
    assert [task.code for task in made.tasks.order_by("position")] == [
        "call",
        "destroy",
        "attest",
        "right_one",
    ]


def test_hooks_stop_and_tell_in_the_same_transaction(ana, monkeypatch):
    def fails(**facts):
        raise Refused("no", "No")

    monkeypatch.setattr(hooks, "stop_sending", [fails])
    with pytest.raises(Refused):
        reported(ana, kind="misdirected", subject="offer:1")
    assert not Incident.objects.exists()
    monkeypatch.setattr(hooks, "stop_sending", [lambda **facts: (["Stopped"], ["Opened once"])])
    made = reported(ana, kind="misdirected", subject="offer:1")
    assert made.details["stopped"] == ["Stopped"] and made.details["opened"] == ["Opened once"]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"kind": "nonsense"}, "kind"), ({"what_happened": " "}, "what_happened")],
)
def test_a_report_says_what_and_of_which_kind(ana, change, field):
    with pytest.raises(Refused) as refused:
        reported(ana, **change)
    assert refused.value.field == field


def test_nothing_is_noticed_in_the_future(ana):
    with pytest.raises(Refused):
        reported(ana, discovered_at=clock.now() + timedelta(hours=1))


@pytest.mark.parametrize("missing", incident_decisions.FACTORS)
def test_not_a_breach_needs_each_of_the_four_factors(sam, missing):
    made = reported(sam)
    with pytest.raises(Refused) as refused:
        incident_decisions.propose(
            incident=made, outcome="not_breach", factors={**FACTORS, missing: "short"}, by=sam
        )
    assert refused.value.field == missing


def test_one_proposes_and_another_approves(sam, pia):
    made = reported(sam)
    incident_decisions.propose(incident=made, outcome="not_breach", factors=FACTORS, by=sam)
    with pytest.raises(Refused) as refused:
        incident_decisions.approve(incident=made, by=sam)
    assert refused.value.code == "second_person"
    decided = incident_decisions.approve(incident=made, by=pia)
    assert decided.decided_by == pia and decided.outcome == "not_breach"
    with pytest.raises(Conflict):
        incident_decisions.propose(incident=made, outcome="breach", factors={}, by=sam)


def test_only_the_privacy_officer_and_supervisors_decide(ana, cole, ada, sam):
    made = reported(sam)
    for user in (ana, cole, ada):
        with pytest.raises(Refused):
            incident_decisions.propose(incident=made, outcome="breach", factors={}, by=user)


@pytest.fixture
def proposed(sam):
    made = reported(sam)
    return incident_decisions.propose(incident=made, outcome="not_breach", factors=FACTORS, by=sam)


DECIDE = "UPDATE records_incident SET decided_by_id = %s, decided_at = app_now() WHERE id = %s"


def test_raw_sql_cannot_approve_alone(proposed, sam):
    assert sql(DECIDE, sam.pk, proposed.pk) == "records_incident_second_person"


def test_raw_sql_cannot_approve_as_somebody_without_the_role(proposed, ana, pia):
    assert sql(DECIDE, ana.pk, proposed.pk) == "records_incident_second_person"
    type(pia).objects.filter(pk=pia.pk).update(is_active=False)
    assert sql(DECIDE, pia.pk, proposed.pk) == "records_incident_second_person"


@pytest.mark.parametrize("factor", incident_decisions.FACTORS)
@pytest.mark.parametrize("emptied", ["NULL", "substring({0} FROM 1 FOR 50)"])
def test_raw_sql_cannot_decide_without_a_factor(proposed, pia, factor, emptied):
    changed = f"UPDATE records_incident SET {factor} = {emptied.format(factor)} WHERE id = %s"
    assert sql(changed, proposed.pk) is None
    assert sql(DECIDE, pia.pk, proposed.pk) == "records_incident_four_factors"


def test_raw_sql_cannot_change_what_was_decided_or_reported(proposed, pia, ana):
    pk = proposed.pk
    assert (
        sql("UPDATE records_incident SET what_happened = '\\x00' WHERE id = %s", pk)
        == "records_incident_report_stays"
    )
    assert sql(DECIDE, pia.pk, pk) is None
    for change in ("outcome = 'breach'", "decided_at = NULL, decided_by_id = NULL", "factor_nature = NULL"):
        refused = sql(f"UPDATE records_incident SET {change} WHERE id = %s", pk)
        assert refused == "records_incident_decided_stays"
    assert sql("DELETE FROM records_incident WHERE id = %s", pk) is not None
    assert sql("DELETE FROM records_incidentstep") is not None
    assert sql("UPDATE records_incidentstep SET step = 'x'") is not None


def test_deadlines_follow_the_facts_and_the_decision(ana, sam, pia):
    made = reported(ana, person=make_person(ana), state="VA")
    assert set(made.duties.values_list("code", flat=True)) == {"people", "hhs_yearly"}
    changed = incidents.change_facts(incident=made, by=sam, details={"by_state": {"VA": 500}}, encrypted="no")
    assert set(changed.duties.values_list("code", "place")) == {("people", ""), ("hhs", ""), ("media", "VA")}
    incident_decisions.propose(incident=made, outcome="not_breach", factors=FACTORS, by=sam)
    assert made.duties.count() == 3, "a proposal changes nothing yet"
    incident_decisions.approve(incident=made, by=pia)
    assert not made.duties.exists()


def test_what_was_reported_stays_when_facts_change(ana, sam):
    made = reported(ana, person=make_person(ana))
    duty = made.duties.get(code="hhs_yearly")
    incidents.finish_duty(duty=duty, by=sam)
    incidents.change_facts(incident=made, by=sam, details={"by_state": {"VA": 700}}, encrypted="no")
    assert made.duties.filter(code="hhs_yearly").exclude(done_at=None).exists()
    with pytest.raises(Conflict):
        incidents.finish_duty(duty=duty, by=sam)


def test_reminders_are_sent_once_each(ana):
    made = reported(ana, person=make_person(ana))
    duty = made.duties.get(code="people")
    today = center_day(clock.now())
    for left in (40, 30, 29, 14, 3, 0, -1):
        IncidentDuty.objects.filter(pk=duty.pk).update(due_on=today + timedelta(days=60))
        incidents.remind_due(clock.now() + timedelta(days=60 - left))
        incidents.remind_due(clock.now() + timedelta(days=60 - left))
    sent = Message.objects.filter(kind="records.incident_due").values_list("ids", flat=True)
    assert sorted(one["days"] for one in sent) == [0, 3, 14, 30]


def test_the_reporter_sees_their_own_report_and_its_checklist_only(ana, ben, sam, as_user):
    mine = reported(ana, kind="misdirected")
    other = reported(sam)
    client = as_user(ana)
    page = client.get(reverse("records:incident", args=[mine.pk]))
    assert "Call whoever received it" in words(page)
    assert "Is it a breach?" not in words(page)
    assert client.get(reverse("records:incident", args=[other.pk])).status_code == 404
    task = mine.tasks.get(code="call")
    url = reverse("records:incident-task", args=[task.pk])
    assert client.post(url, {"note": ""}).status_code == 422
    assert client.post(url, {"note": "Spoke with Pat at 3 pm."}).status_code == 302
    task.refresh_from_db()
    assert task.done_by == ana and task.note == "Spoke with Pat at 3 pm."
    assert as_user(ben).get(url).status_code == 404


def test_a_double_click_reports_once(ana, as_user):
    client = as_user(ana)
    url = reverse("records:incident-report")
    data = {
        "kind": "lost_device",
        "what_happened": "A phone",
        "discovered_at": "2026-01-02T10:00",
        "encrypted": "unknown",
        "submit_key": "6f1f6f5e-5a0b-4b8e-9a57-0d2f0b8f5a11",
    }
    first, second = client.post(url, data), client.post(url, data)
    assert first.status_code == second.status_code == 302
    assert first.url == second.url == reverse("records:incident", args=[Incident.objects.get().pk])


def test_the_whole_way_on_the_pages(ana, sam, pia, as_user):
    person = make_person(ana)
    made = reported(ana, person=person, state="VA")
    at = lambda name: reverse(f"records:{name}", args=[made.pk])  # noqa: E731
    client = as_user(sam)
    facts = {
        "by_state": "VA 480\nMD 3\n7",
        "encrypted": "no",
        "systems": "Paper",
        "occurred_from": "2026-01-02",
    }
    assert client.post(at("incident-facts"), {**facts, "by_state": "nonsense"}).status_code == 422
    assert client.post(at("incident-facts"), facts).status_code == 302
    made.refresh_from_db()
    assert incidents.count_by_state(made) == {"VA": 481, "MD": 3, "": 7}
    other = make_person(ana, name="Riley Park", phone="+18045550177")
    assert client.post(at("incident-people"), {"reference": "JH-ZZZZZ"}).status_code == 422
    assert (
        client.post(at("incident-people"), {"reference": other.reference, "state": "md"}).status_code == 302
    )
    assert client.post(at("incident-people"), {"reference": other.reference}).status_code == 422
    assert client.post(at("incident-decide"), {"outcome": "not_breach"}).status_code == 422
    assert client.post(at("incident-decide"), {"outcome": "breach", **FACTORS}).status_code == 302
    assert client.post(at("incident-approve")).status_code == 409
    client = as_user(pia)
    assert client.post(at("incident-approve")).status_code == 302
    page = words(client.get(at("incident")))
    assert "A breach: people are told" in page and "Tell each person by letter" in page
    assert "Jordan" not in page.replace(made.what_happened, "")
    duty = made.duties.get(code="people")
    assert client.post(reverse("records:incident-duty-done", args=[duty.pk])).status_code == 302


LETTER = {
    "letter_what": "On 2 January papers were left in a cab. We found out on 3 January.",
    "letter_information": "Your name and date of birth.",
    "letter_protect": "Watch your bills.",
    "letter_doing": "We no longer take papers out of the house.",
}


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_letter_has_the_five_elements_and_a_neutral_envelope(ana, pia, as_user, settings, language):
    person = make_person(ana, language=language)
    made = reported(ana, person=person)
    client = as_user(pia)
    url = reverse("records:incident-letter", args=[made.affected.get().pk])
    refused = client.post(url, {"address": "1 Main St"})
    assert refused.status_code == 422 and "what the center is doing" in words(refused)
    client.post(reverse("records:incident-letter-text", args=[made.pk]), LETTER)
    letter = client.post(url, {"address": "1 Main St\nRichmond, VA 23220"})
    text = " ".join(PdfReader(io.BytesIO(letter.content)).pages[0].extract_text().split())
    for part in (*LETTER.values(), settings.PRIVACY_PHONE, settings.PRIVACY_MAILBOX, settings.CENTER_ADDRESS):
        assert part in text
    heading = {"en": "About your information", "es": "Sobre su información"}[language]
    envelope = text.split(heading)[0]
    assert "Jordan Lee 1 Main St Richmond, VA 23220" in envelope
    assert settings.CENTER_NAME not in envelope
    assert made.affected.get().letter_at is not None
    assert Event.objects.filter(name="incident.letter_made", person_id=person.pk).exists()


@pytest.mark.parametrize("role", ["admissions", "clinician", "auditor", "administrator"])
def test_others_do_not_open_the_register(role, sam, as_user):
    made = reported(sam)
    client = as_user(make_user(role, f"some{role}"))
    assert client.get(reverse("records:incident-decide", args=[made.pk])).status_code == 403
    assert made.reference not in client.get(reverse("records:incident-list")).content.decode()
