"""Telling medical staff in an emergency (42 CFR 2.51): which facts, what leaves, what is written down."""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from audit.models import Event
from config import clock
from config.db import refusal_code
from intake.questions.safety import SUICIDE
from records import notices
from records.actions.break_glass import set_restricted
from records.actions.emergencies import tell_medical_staff
from records.choices import Category, Medium, Purpose, RestrictReason, ReviewKind
from records.disclose import NotPermitted, disclose
from records.door.emergency import Late, MedicalEmergency
from records.models import Disclosure, EmergencyDisclosure, Review
from tests.factories.door import EMERGENCY, make_emergency
from tests.factories.episodes import ask_safety, make_episode
from tests.factories.records import make_person

pytestmark = pytest.mark.django_db
POSTED = {
    "personnel_name": "Dr. Noor Haddad",
    "personnel_affiliation": "Mercy Hospital",
    "nature": "Seizure",
    "why": "unconscious",
    "why_other": "",
    "medium": "phone",
    "sections": ["identity"],
}


@pytest.fixture
def person(ana):
    return make_episode(ana).person


def tell(by, person, chosen=(Category.IDENTITY,), medium=Medium.PHONE, **facts):
    emergency = MedicalEmergency(**{**EMERGENCY, **facts})
    return tell_medical_staff(person=person, emergency=emergency, chosen=chosen, medium=medium, by=by)


def nothing_left(person, code):
    assert not Disclosure.objects.exists() and not EmergencyDisclosure.objects.exists()
    assert not Review.objects.exists()
    event = Event.objects.get(name="disclosure.refused")
    assert (event.ids["code"], event.ids["basis"], event.person_id) == (code, "emergency", person.pk)


def test_medical_staff_get_what_was_chosen_and_the_facts_are_kept(ana, person):
    packet = tell(ana, person)
    assert list(packet.sections) == [Category.IDENTITY]
    assert packet.notice == notices.STATEMENT_1 and "2.51(a)" in packet.redisclosure
    row = Disclosure.objects.get()
    assert (row.basis, row.purpose, row.medium, row.recipient) == ("emergency", "emergency", "phone", None)
    assert row.recipient_name == "Dr. Noor Haddad" and row.recipient_address.startswith("Mercy Hospital")
    kept = row.emergency
    assert kept.nature == EMERGENCY["nature"] and kept.discloser_name == "Ana Reyes"
    assert kept.no_consent_why == EMERGENCY["no_consent_why"] and not kept.late
    assert abs(kept.told_at - clock.now()) < timedelta(minutes=1) and row.at == kept.told_at


def test_a_supervisors_review_is_due_the_next_day(ana, person):
    kept = make_emergency(ana, person)
    review = Review.objects.get()
    assert review.kind == ReviewKind.EMERGENCY_DISCLOSURE and review.object_id == kept.pk
    assert review.subject_id == ana.pk
    assert timedelta(hours=23) < review.due_at - clock.now() <= timedelta(days=1)


def test_nothing_of_the_facts_is_readable_in_the_tables(ana, person):
    make_emergency(ana, person)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM records_emergencydisclosure t")
        dumped = cursor.fetchone()[0]
    for word in ("Haddad", "Mercy", "unconscious", "Reyes"):
        assert word not in dumped and word.encode().hex() not in dumped
    assert "Haddad" not in str(list(Event.objects.values_list("ids", flat=True)))


@pytest.mark.parametrize("fact", list(EMERGENCY))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=4)
@given(blank=some.text(alphabet=" \t\n\u00a0", max_size=4))
def test_no_fact_may_be_blank(ana, person, fact, blank):
    with transaction.atomic():
        with pytest.raises(NotPermitted) as refused:
            tell(ana, person, **{fact: blank})
        assert refused.value.field == fact
        nothing_left(person, f"emergency_{fact}")
        transaction.set_rollback(True)


@pytest.mark.parametrize("fact", [*EMERGENCY, "discloser_name"])
def test_the_database_refuses_a_blank_fact_as_well(ana, person, fact):
    kept = make_emergency(ana, person)
    fields = {field.attname: getattr(kept, field.attname) for field in EmergencyDisclosure._meta.fields}
    blank = EmergencyDisclosure(**{**fields, fact: "", "id": None})
    blank.id = person.pk
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        blank.save(force_insert=True)
    assert refusal_code(error.value) == "records_emergencydisclosure_facts"


@pytest.mark.parametrize(
    "sets,code",
    [
        ("told_at = told_at - interval '1 hour'", "records_emergencydisclosure_late"),
        ("told_at = told_at + interval '1 hour'", "records_emergencydisclosure_past"),
        ("medium = 'fax'", "records_emergencydisclosure_medium"),
        ("late = true", "records_emergencydisclosure_late"),
        ("nature = NULL", None),
    ],
)
def test_raw_sql_as_the_apps_role_meets_the_same_rules(ana, person, sets, code):
    make_emergency(ana, person)
    column, value = sets.split(" = ", 1)
    columns = [field.column for field in EmergencyDisclosure._meta.fields]
    values = ", ".join({"id": "gen_random_uuid()", column: value}.get(one, one) for one in columns)
    with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO records_emergencydisclosure ({', '.join(columns)})"
            f" SELECT {values} FROM records_emergencydisclosure"
        )
    assert refusal_code(error.value) == code


def test_the_record_is_never_changed_or_deleted(ana, person):
    make_emergency(ana, person)
    for statement in ("UPDATE records_emergencydisclosure SET medium = 'print'",
                      "DELETE FROM records_emergencydisclosure"):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize("changed", ["emergency_id = NULL", "basis = 'consent'", "person_id"])
def test_the_accounting_needs_the_record_of_the_same_person(ana, person, changed):
    make_emergency(ana, person)
    other = make_person(ana, "Riley Park")
    columns = [field.column for field in Disclosure._meta.fields]
    column, _, value = changed.partition(" = ")
    given_values = {"id": "gen_random_uuid()", column: value or f"'{other.pk}'"}
    values = ", ".join(given_values.get(one, one) for one in columns)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO records_disclosure ({', '.join(columns)}) SELECT {values} FROM records_disclosure"
        )


@pytest.mark.parametrize(
    "changes,code",
    [
        ({"purpose": Purpose.TREATMENT}, "emergency_purpose"),
        ({"medium": Medium.LINK_PAGE}, "emergency_medium"),
        ({"sections": {}}, "nothing_selected"),
    ],
)
def test_an_emergency_opens_the_door_for_itself_alone(ana, person, changes, code):
    asked = {
        "person": person, "recipient": None, "basis": MedicalEmergency(**EMERGENCY), "purpose": "emergency",
        "sections": {Category.IDENTITY: list}, "medium": Medium.PHONE, "by": ana, "subject": "x",
    }  # fmt: skip
    with pytest.raises(NotPermitted) as refused:
        disclose(**{**asked, **changes})
    assert refused.value.code == code
    nothing_left(person, code)


@pytest.mark.parametrize("broken", ["records.disclose.record", "records.actions.emergencies.open_review"])
def test_when_trail_or_review_cannot_be_written_nothing_leaves(ana, person, monkeypatch, broken):
    def fails(*args, **kwargs):
        raise RuntimeError("audit")

    monkeypatch.setattr(broken, fails)
    with pytest.raises(RuntimeError):
        tell(ana, person)
    assert not Disclosure.objects.exists() and not EmergencyDisclosure.objects.exists()


def late(**changes):
    given_facts = {
        "told_at": clock.now() - timedelta(hours=5),
        "discloser": "Ben Ortiz",
        "reason": "The system was down",
        "told": "Takes kratom, 30 g a day",
        "categories": ("substance_use",),
        **changes,
    }
    return MedicalEmergency(**EMERGENCY, late=Late(**given_facts))


def write_down(by, person, **changes):
    return tell_medical_staff(person=person, emergency=late(**changes), chosen=(), medium=Medium.PHONE, by=by)


def test_a_late_record_holds_the_real_time_and_reason_and_builds_nothing(ana, person, monkeypatch):
    monkeypatch.setattr("records.door.sections.available_sections", lambda person: 1 / 0)
    packet = write_down(ana, person)
    row = Disclosure.objects.get()
    kept = row.emergency
    assert kept.late and kept.late_reason == "The system was down" and kept.discloser_name == "Ben Ortiz"
    assert clock.now() - row.at > timedelta(hours=4) and row.categories == ["substance_use"]
    assert "kratom" in str(packet.sections)
    kinds = set(Review.objects.values_list("kind", flat=True))
    assert kinds == {ReviewKind.EMERGENCY_DISCLOSURE, ReviewKind.LATE_RECORD}


@pytest.mark.parametrize("changes", [{"reason": " "}, {"told": ""}, {"discloser": ""}, {"categories": ()}])
def test_a_late_record_lacks_nothing(ana, person, changes):
    with pytest.raises(NotPermitted):
        write_down(ana, person, **changes)
    assert not EmergencyDisclosure.objects.exists()


def test_a_late_record_is_not_of_the_future(ana, person):
    with pytest.raises(NotPermitted) as refused:
        write_down(ana, person, told_at=clock.now() + timedelta(hours=1))
    assert refused.value.field == "told_at"


# the pages


def test_two_clicks_from_the_persons_page_and_from_the_menu(ana, person, as_user):
    browser, url = as_user(ana), reverse("records:emergency", args=[person.pk])
    assert url in browser.get(reverse("desk:person", args=[person.pk])).content.decode()
    menu = browser.get(reverse("desk:today")).content.decode()
    assert f'href="{reverse("desk:emergency-find")}"' in menu
    found = browser.post(reverse("desk:emergency-find"), {"reference": person.reference}).content.decode()
    assert url in found


def test_the_page_ticks_nothing_and_suggests_what_is_usual(ana, person, as_user):
    page = as_user(ana).get(reverse("records:emergency", args=[person.pk])).content.decode()
    assert " checked" not in page
    assert "Medical staff usually need this." in page
    assert "Time" not in re.findall(r"<label[^>]*>([^<]*)", page)


def test_saying_the_facts_shows_what_to_read_out(ana, person, as_user):
    browser = as_user(ana)
    answer = browser.post(reverse("records:emergency", args=[person.pk]), POSTED)
    assert answer.status_code == 302
    page = browser.get(answer.url).content.decode()
    assert "Read out what is below" in page and "Jordan Lee" in page and "Seizure" in page
    assert (
        "bona fide medical emergency" in page
        and "42 CFR part 2" in page
        and "Jordan" not in re.search("<title>.*</title>", page)[0]
    )
    assert Disclosure.objects.count() == 1


@pytest.mark.parametrize("name", ["personnel_name", "personnel_affiliation", "nature", "why", "sections"])
def test_a_blank_is_shown_again_with_all_that_was_typed(ana, person, as_user, name):
    answer = as_user(ana).post(reverse("records:emergency", args=[person.pk]), {**POSTED, name: ""})
    assert answer.status_code == 422 and not Disclosure.objects.exists()
    typed = {"personnel_name": "Haddad", "nature": "Seizure"}
    typed.pop(name, None)
    assert all(word in answer.content.decode() for word in typed.values())


def test_another_reason_needs_words(ana, person, as_user):
    browser, url = as_user(ana), reverse("records:emergency", args=[person.pk])
    assert browser.post(url, {**POSTED, "why": "other"}).status_code == 422
    assert browser.post(url, {**POSTED, "why": "other", "why_other": "Sedated"}).status_code == 302
    assert EmergencyDisclosure.objects.get().no_consent_why == "Sedated"


def test_a_double_click_tells_once(ana, person, as_user):
    browser, url = as_user(ana), reverse("records:emergency", args=[person.pk])
    key = "7a2f9d2e-6a40-4cb5-a2a3-1e6f7c1f3f10"
    first, second = (browser.post(url, {**POSTED, "submit_key": key}) for _ in range(2))
    assert first.url == second.url and Disclosure.objects.count() == 1


def test_writing_it_down_afterwards(ana, person, as_user):
    browser = as_user(ana)
    posted = {
        **POSTED, "told_at": "2026-01-02T03:04", "discloser": "Ben", "told": "All of it", "reason": "Down",
    }  # fmt: skip
    answer = browser.post(reverse("records:emergency-late", args=[person.pk]), posted)
    assert answer.status_code == 302
    assert "Written down afterwards" in browser.get(answer.url).content.decode()
    assert EmergencyDisclosure.objects.get().late


@pytest.mark.parametrize("role", ["pia", "audrey", "ada"])
def test_who_does_not_work_with_people_tells_nobody(request, ana, person, as_user, role):
    user = request.getfixturevalue(f"{role}")
    answer = as_user(user).post(reverse("records:emergency", args=[person.pk]), POSTED)
    assert answer.status_code == 403 and not Disclosure.objects.exists()


def test_the_stop_page_of_the_safety_check_leads_there(ana, as_user):
    episode = make_episode(ana)
    check = ask_safety(ana, episode, **{SUICIDE: "yes"})
    page = as_user(ana).get(reverse("intake:safety-stop", args=[episode.pk, check.pk])).content.decode()
    assert reverse("records:emergency", args=[episode.person_id]) in page


def test_an_emergency_does_not_wait_for_whoever_has_the_person_on_their_list(as_user, ana, ben):
    theirs = make_person(ana, "Jordan Lee")
    client = as_user(ben)
    join, form = "/staff/emergency/join/", f"/staff/people/{theirs.pk}/emergency/"
    assert client.get(form).status_code == 404
    assert client.post(join, {"person": str(theirs.pk)}).status_code == 409
    found = client.post("/staff/emergency/", {"name": "Jordan Lee"}).content.decode()
    assert theirs.reference in found and "Tell medical staff<" in found and "Jordan Lee</a>" not in found
    assert client.post(join, {"person": str(theirs.pk)})["Location"] == form
    assert client.get(form).status_code == 200
    assert Review.objects.get(kind="joined_by_search").person == theirs


def test_a_restricted_record_is_not_found_that_way(as_user, ana, ben, sam):
    theirs = make_person(ana, "Jordan Lee")
    set_restricted(person=theirs, by=sam, restricted=True, reason=RestrictReason.values[0])
    found = as_user(ben).post("/staff/emergency/", {"name": "Jordan Lee"}).content.decode()
    assert theirs.reference not in found
