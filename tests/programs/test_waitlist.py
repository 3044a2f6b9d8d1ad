"""Who waits, in which order, and what of it others may read (features P11)."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from desk.actions import close_episode
from programs.actions import admissions
from programs.actions.waitlist import change_reasons, join, leave, level_decided
from programs.merging import stay_or_hold
from programs.models import Determination, WaitlistEntry
from programs.queries_waiting import open_entries
from programs.views import waitlist as page_of_waitlist
from tests.factories.care import make_determination
from tests.factories.episodes import make_episode, make_sendable, save
from tests.factories.waiting import make_waiting
from tests.programs.gate import Case

pytestmark = pytest.mark.django_db


def code_of(sql, *values):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    except IntegrityError as error:
        return refusal_code(error)
    return None


def test_the_database_keeps_the_stated_order(ana, cole):
    by_time = make_waiting(ana, cole)
    safety = make_waiting(ana, cole, reasons=["overdose"])
    pregnant = make_waiting(ana, cole, pregnant=True)
    later = make_waiting(ana, cole)
    assert list(open_entries()) == [pregnant, safety, by_time, later]
    assert pregnant.said["reasons"] == ["pregnancy"]


def test_nobody_waits_for_a_level_that_nobody_decided_on(ana, cole):
    episode = make_episode(ana)
    with pytest.raises(Refused) as refused:
        join(episode=episode, level="residential", reasons=[], by=ana)
    assert refused.value.code == "no_decision"
    make_determination(episode, cole, "iop", needs_second=True)
    with pytest.raises(Refused):
        join(episode=episode, level="iop", reasons=[], by=ana)


def test_once_for_each_level(ana, cole):
    entry = make_waiting(ana, cole)
    with pytest.raises(Conflict):
        join(episode=entry.episode, level="residential", reasons=[], by=ana)
    leave(entry=entry, reason="elsewhere", by=ana)
    assert join(episode=entry.episode, level="residential", reasons=[], by=ana).since > entry.since


@pytest.mark.parametrize("reason", ["pregnancy", "money", ""])
def test_reasons_come_from_the_list_and_pregnancy_from_the_assessment(ana, cole, reason):
    entry = make_waiting(ana, cole)
    with pytest.raises(Refused):
        change_reasons(entry=entry, reasons=[reason], note="", by=ana)


def test_new_reasons_change_the_place(ana, cole):
    first, second = make_waiting(ana, cole), make_waiting(ana, cole)
    change_reasons(entry=second, reasons=["unsafe"], note="Sleeps in a car.", by=ana)
    assert list(open_entries()) == [second, first]
    change_reasons(entry=second, reasons=[], note="", by=ana)
    assert list(open_entries()) == [first, second]


def test_a_pregnancy_that_comes_to_light_changes_the_place(ana, cole):
    first = make_waiting(ana, cole)
    assessment = make_sendable(ana, name="Riley Park", phone="+18045550111")
    second = make_waiting(ana, cole, episode=assessment.episode)
    save(ana, assessment, "health", pregnant="possible")
    assert list(open_entries()) == [second, first]
    save(ana, assessment, "health", pregnant="no")
    assert list(open_entries()) == [first, second]


def test_an_admission_to_the_level_ends_it(ana, cole):
    case = Case.good()
    entry = join(episode=case.episode, level="residential", reasons=[], by=case.ana)
    admissions.admit(
        episode=case.episode, program=case.program, bed=case.bed, by=case.ana, left_open="At night"
    )
    entry.refresh_from_db()
    assert (entry.end_reason, entry.ended_by) == ("admitted", case.ana)


def test_closing_the_episode_ends_it(ana, cole):
    entry = make_waiting(ana, cole)
    close_episode(by=ana, episode=entry.episode, reason="lost_contact", submit_key=uuid4())
    entry.refresh_from_db()
    assert entry.end_reason == "closed"
    with pytest.raises(Conflict):
        leave(entry=entry, reason="person", by=ana)


def test_others_read_priority_and_no_more(as_user, ana, ben, cole):
    make_waiting(ana, cole, reasons=["self_harm"], note="Talked about it on Monday.")
    make_waiting(ana, cole, pregnant=True)
    make_waiting(ana, cole)
    url = reverse("programs:waitlist")
    mine = as_user(ana).get(url).content.decode()
    assert "Thoughts of suicide" in mine
    assert "Pregnant, or may be" in mine
    seen = as_user(ben).get(url).content.decode()
    assert seen.count("Not shown") == 6  # who, and since when: it would tell the reason of who is ahead
    assert (seen.count(">Priority<"), seen.count(">In order of time<")) == (2, 1)
    for secret in ("suicide", "Pregnant, or", "Casey", "Monday", "/staff/waitlist/"):
        body = seen.split("<main")[1]
        assert secret not in body
    for entry in WaitlistEntry.objects.all():
        assert str(entry.pk) not in seen
        assert entry.episode.reference not in seen


def test_a_stranger_opens_nothing_of_an_entry(as_user, ana, ben, cole):
    entry = make_waiting(ana, cole)
    client = as_user(ben)
    for name in ("entry", "reasons", "leave", "call", "offer"):
        assert client.get(reverse(f"programs:waitlist-{name}", args=[entry.pk])).status_code == 404
    assert client.get(reverse("programs:waiting-of", args=[entry.episode_id])).status_code == 404


def test_pages_put_somebody_on_the_list_and_off_it(as_user, ana, cole):
    episode = make_episode(ana)
    url = reverse("programs:waiting-of", args=[episode.pk])
    client = as_user(ana)
    assert "Nobody has decided" in client.get(url).content.decode()
    make_determination(episode, cole)
    assert client.post(url, {"level": "iop"}).status_code == 422
    answer = client.post(url, {"level": "residential", "reasons": ["unsafe"], "note": "Alone."}, follow=True)
    assert "is on the waitlist" in answer.content.decode()
    entry = WaitlistEntry.objects.get()
    page = client.get(reverse("programs:waitlist-entry", args=[entry.pk])).content.decode()
    assert "Not safe where they are" in page
    leaving = reverse("programs:waitlist-leave", args=[entry.pk])
    assert client.post(leaving, {}).status_code == 422
    assert client.post(leaving, {"reason": "person"}).url == reverse("desk:episode-close", args=[episode.pk])
    assert client.post(leaving, {"reason": "person"}).status_code == 409
    assert Event.objects.filter(name="record.viewed", person_id=episode.person_id).exists()


def test_the_list_takes_the_same_queries_for_many(as_user, ana, cole):
    client, url = as_user(ana), reverse("programs:waitlist")

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    make_waiting(ana, cole)
    client.get(url)
    few = queries()
    for _ in range(6):
        make_waiting(ana, cole)
    assert queries() == few


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("DELETE FROM programs_waitlistentry", "waitlist_is_kept"),
        ("UPDATE programs_waitlistentry SET since = since - interval '1 day'", "waitlist_is_kept"),
        ("UPDATE programs_waitlistentry SET level = 'iop'", "waitlist_is_kept"),
        ("UPDATE programs_waitlistentry SET rank = 0", "programs_waitlistentry_known"),
        ("UPDATE programs_waitlistentry SET ended_at = app_now()", "programs_waitlistentry_end_complete"),
        (
            "UPDATE intake_episode SET status = 'closed', stage = 'closed', closed_at = app_now(),"
            " close_reason = 'lost_contact'",
            "episode_waits",
        ),
        (
            "INSERT INTO programs_waitlistentry (id, episode_id, data_key_id, level, rank, said, added_by_id,"
            " end_reason) SELECT gen_random_uuid(), episode_id, data_key_id, level, 1, said, added_by_id, ''"
            " FROM programs_waitlistentry",
            "programs_waitlistentry_one_open",
        ),
        (
            "INSERT INTO programs_waitlistentry (id, episode_id, data_key_id, level, rank, said, added_by_id,"
            " end_reason) SELECT gen_random_uuid(), episode_id, data_key_id, 'iop', 1, said, added_by_id, ''"
            " FROM programs_waitlistentry",
            "waitlist_not_decided",
        ),
    ],
)
def test_sql_moves_nobody_up(ana, cole, sql, code):
    make_waiting(ana, cole)
    assert code_of(sql) == code


def test_sql_opens_no_waiting_that_has_ended(ana, cole):
    entry = make_waiting(ana, cole)
    leave(entry=entry, reason="elsewhere", by=ana)
    sql = "UPDATE programs_waitlistentry SET ended_at = NULL, ended_by_id = NULL, end_reason = ''"
    assert code_of(sql) == "waitlist_is_kept"


def test_nothing_sealed_is_in_the_table(ana, cole):
    make_waiting(ana, cole, reasons=["overdose"], note="In March.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT w::text FROM programs_waitlistentry w")
        (row,) = cursor.fetchone()
    assert "overdose" not in row
    assert "March" not in row


def test_a_record_that_waits_is_not_merged_away(ana, cole):
    entry = make_waiting(ana, cole)
    person = entry.episode.person
    other = make_episode(ana, name="Riley Park", phone="+18045550112").person
    assert [url for _words, url in stay_or_hold(survivor=other, merged=person)] == [
        reverse("programs:waitlist-entry", args=[entry.pk])
    ]
    leave(entry=entry, reason="elsewhere", by=ana)
    assert stay_or_hold(survivor=other, merged=person) == []


def test_reasons_that_a_colleague_changed_meanwhile_are_not_overwritten(as_user, ana, cole):
    entry = make_waiting(ana, cole)
    client, url = as_user(ana), reverse("programs:waitlist-reasons", args=[entry.pk])
    seen = client.get(url).context["form"]["seen"].value()
    change_reasons(entry=entry, reasons=["unsafe"], note="Sleeps in a car.", by=ana)
    page = client.post(url, {"seen": seen, "note": "Has a phone now."})
    assert page.status_code == 409
    assert "Not safe where they are; Sleeps in a car." in page.content.decode()
    entry.refresh_from_db()
    assert entry.said["reasons"] == ["unsafe"]
    again = page.context["form"]["seen"].value()
    assert client.post(url, {"seen": again, "note": "Has a phone now."}).status_code == 302
    entry.refresh_from_db()
    assert entry.said == {"reasons": [], "note": "Has a phone now."}


@pytest.mark.parametrize(
    ("level", "outcome", "waits"),
    [("residential", "other", True), ("php", "other", False), ("detox", "other", True), ("", "refer", False)],
)
def test_a_new_decision_for_another_level_ends_the_waiting(ana, cole, level, outcome, waits):
    entry = make_waiting(ana, cole)
    decided = Determination(episode=entry.episode, level=level, outcome=outcome)
    level_decided(determination=decided, by=cole, now=clock.now())
    entry.refresh_from_db()
    assert (entry.ended_at is None, entry.end_reason) == (waits, "" if waits else "other_level")


def test_a_long_list_has_pages_that_show_everybody_once_in_place(as_user, ana, cole, monkeypatch):
    monkeypatch.setattr(page_of_waitlist, "LIST_LIMIT", 2)
    late = [make_waiting(ana, cole, "inpatient") for _ in range(3)]
    first_one = make_waiting(ana, cole, "inpatient", pregnant=True)
    other = make_waiting(ana, cole)
    client, url, seen = as_user(ana), reverse("programs:waitlist"), []
    while url:
        context = client.get(url).context
        seen += [
            (row["entry"].pk, row["position"], one["waits"])
            for one in context["lists"]
            for row in one["rows"]
        ]
        url = context["next_url"] and reverse("programs:waitlist") + context["next_url"]
    assert seen == [(one.pk, number, 4) for number, one in enumerate([first_one, *late], start=1)] + [
        (other.pk, 1, 1)
    ]
    assert client.get(reverse("programs:waitlist") + "?after=nobody").context["first_url"] == ""


def test_the_menu_leads_to_the_list(as_user, ana):
    found = as_user(ana).get(reverse("programs:waitlist")).content.decode()
    assert f'href="{reverse("programs:waitlist")}" aria-current="page"' in found
