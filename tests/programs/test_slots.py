"""Slots of day programs: held, extended, released, counted at the gate, by the actions and by raw SQL."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from config.templatetags.ui import clock_day
from desk.actions import close_episode
from desk.today import items_for
from intake.models import Episode
from outbox.submit import AlreadyDone
from programs.actions import admissions, beds, slots
from programs.actions.moves import move
from programs.actions.programs import change_program as change
from programs.actions.programs import open_or_close
from programs.actions.undo import undo
from programs.merging import stay_or_hold
from programs.models import Program, SlotHold
from programs.queries import place_of, programs_for
from programs.queries_slots import ended_slot_holds, free_slots
from referrals.queries import return_places
from tests.factories.accounts import make_user
from tests.factories.care import (
    change_program,
    goes_to_detox,
    make_bed,
    make_determination,
    make_program,
    make_slot_hold,
)
from tests.factories.episodes import make_episode
from tests.factories.waiting import make_waiting
from tests.programs.gate import Case, by_orm, by_sql
from tests.programs.gate import admit as admit_as

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def code_of(sql, *values):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    except IntegrityError as error:
        return refusal_code(error)
    return None


def case_of(program) -> Case:
    """Somebody with everything that an admission to this day program needs."""
    case = Case.good(determination=False)
    case.determination = make_determination(case.episode, case.cole, program.level, detox_first=True)
    case.program, case.bed = program, None
    return case


def admit(case):
    place = {"program": case.program, "bed": case.bed}
    return admissions.admit(episode=case.episode, by=case.ana, left_open="Came at night.", **place)


def taken_of(user, program):
    found = programs_for(user).get(pk=program.pk)
    return found.present, found.held, found.taken


# ------------------------------------------------------------------ the actions


def test_a_hold_ends_by_itself_and_a_return_does_not(ana):
    program, episode = make_program("php", slots=2), make_episode(ana)
    held = slots.hold(program=program, episode=episode, by=ana)
    assert held.period[1] - held.period[0] == 24 * HOUR
    assert place_of(episode, clock.now()) == held
    other = make_episode(ana, "Riley Park")
    goes_to_detox(other)
    kept = slots.reserve_return(program=program, episode=other, by=ana, expected_at=clock.now() + 99 * HOUR)
    kept.refresh_from_db()
    assert (kept.period.upper, kept.review_at > clock.now() + 146 * HOUR) == (None, True)
    assert taken_of(ana, program) == (0, 2, 2)
    assert set(Event.objects.filter(name="slot.held").values_list("ids__program", flat=True)) == {
        str(program.pk)
    }
    assert {one.place for one in return_places([episode.pk, other.pk], clock.now()).values()} == {
        f"a slot in {program.name}"
    }


def test_a_full_program_says_what_is_held_what_is_open_and_the_place_in_line(ana, ben, cole, as_user):
    program = make_program("php", "Days", slots=1)
    evening = make_program("php", "Evenings", slots=1)
    slots.hold(program=program, episode=make_episode(ana), by=ana)
    make_waiting(ana, cole, "php")
    late = make_episode(ben, "Riley Park")
    with pytest.raises(Conflict) as conflict:
        slots.hold(program=program, episode=late, by=ben)
    told = conflict.value.message
    assert told.startswith("Every slot of Days is taken. 1 is held for somebody, the first until ")
    assert told.endswith(
        "Open: Evenings. On the waitlist for Partial hospitalization (PHP) the person would be number 2."
    )
    tomorrow = (clock.now() + 20 * HOUR).strftime("%Y-%m-%dT%H:%M")
    sent = {
        "episode": str(late.pk),
        "place": f"program:{program.pk}",
        "kind": "hold",
        "until": tomorrow,
        "submit_key": uuid4(),
    }
    url = reverse("programs:bed-hold", args=[late.pk])
    answer = as_user(ben).post(url, sent)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert f"{url}?place=program:{evening.pk}" in page
    assert reverse("programs:waiting-of", args=[late.pk]) in page
    more = {"by": ana, "passed_over": "Lives next door."}
    slots.hold(program=evening, episode=make_episode(ana, "Casey Moon"), **more)
    with pytest.raises(Conflict) as conflict:
        slots.hold(program=program, episode=late, by=ben)
    assert "No other program of this level has one." in conflict.value.message


def test_a_person_has_one_place_a_bed_or_a_slot(ana):
    program, bed, episode = make_program("php", slots=1), make_bed(), make_episode(ana)
    in_bed = beds.hold(bed=bed, episode=episode, by=ana)
    slot = slots.hold(program=program, episode=episode, by=ana)
    in_bed.refresh_from_db()
    assert in_bed.released_at is not None
    again = slots.hold(program=program, episode=episode, by=ana)
    slot.refresh_from_db()
    assert slot.released_at is not None
    beds.hold(bed=bed, episode=episode, by=ana)
    again.refresh_from_db()
    assert again.released_at is not None
    assert Event.objects.filter(name="slot.released").count() == 2
    assert taken_of(ana, program) == (0, 0, 0)


def test_extending_and_releasing(ana):
    program, episode, now = make_program("php", slots=1), make_episode(ana), clock.now()
    held = make_slot_hold(program, episode, start=now - 9 * HOUR, end=now - HOUR)
    longer = slots.extend(held=held, until=now + 9 * HOUR, by=ana)
    held.refresh_from_db()
    assert (held.released_by, held.period.upper < now) == (ana, True)
    with pytest.raises(Conflict):
        slots.extend(held=held, until=now + 10 * HOUR, by=ana)
    longer.refresh_from_db()
    with pytest.raises(Refused) as refused:
        slots.extend(held=longer, until=now + HOUR, by=ana)
    assert refused.value.field == "until"
    slots.release(held=longer, by=ana)
    with pytest.raises(Conflict):
        slots.release(held=longer, by=ana)
    assert list(free_slots("php").values_list("free", flat=True)) == [1]


@pytest.mark.parametrize("hours", [-1, 24 * 8])
def test_how_long_a_hold_may_be(ana, hours):
    with pytest.raises(Refused):
        slots.hold(
            program=make_program("iop"),
            episode=make_episode(ana),
            by=ana,
            until=clock.now() + hours * HOUR,
        )


@pytest.mark.parametrize(
    ("level", "offer"), [("residential", {}), ("iop", {"operated_by": "partner"})], ids=["nights", "partner"]
)
def test_only_a_day_program_of_ours_has_slots(ana, level, offer):
    with pytest.raises(Refused) as refused:
        slots.hold(program=make_program(level, **offer), episode=make_episode(ana), by=ana)
    assert refused.value.code == "no_slots"


def test_a_closed_program_and_who_is_in_it_hold_nothing(ana, sam):
    program = make_program("php")
    case = case_of(program)
    admit(case)
    with pytest.raises(Conflict) as conflict:
        slots.hold(program=program, episode=case.episode, by=ana)
    assert conflict.value.message == "The person is in this program now."
    closed = make_program("php")
    change_program(closed, sam, active=False)
    with pytest.raises(Conflict) as conflict:
        slots.hold(program=closed, episode=make_episode(ana), by=ana)
    assert conflict.value.message == "This program takes nobody now."


def test_pressing_twice_holds_once(ana):
    program, episode, key = make_program("php"), make_episode(ana), uuid4()
    slots.hold(program=program, episode=episode, by=ana, submit_key=key, url="/there/")
    with pytest.raises(AlreadyDone):
        slots.hold(program=program, episode=episode, by=ana, submit_key=key, url="/there/")
    assert SlotHold.objects.count() == 1


def test_an_auditor_holds_and_releases_nothing(ana):
    auditor = make_user("auditor", "audit")
    held = slots.hold(program=make_program("php"), episode=make_episode(ana), by=ana)
    for act in (
        lambda: slots.release(held=held, by=auditor),
        lambda: slots.extend(held=held, until=clock.now() + 30 * HOUR, by=auditor),
        lambda: slots.hold(program=held.program, episode=held.episode, by=auditor),
    ):
        with pytest.raises(Refused):
            act()


# ------------------------------------------------------------------ admission, move, undo, close, merge


def test_the_hold_lets_in_whose_it_is_and_keeps_others_out():
    program = make_program("php", slots=1)
    held_for, other = case_of(program), case_of(program)
    held = slots.hold(program=program, episode=held_for.episode, by=held_for.ana)
    with pytest.raises(Refused) as refused:
        admit(other)
    assert [one.code for one in refused.value.reasons] == ["program_full"]
    admit(held_for)
    held.refresh_from_db()
    assert (held.released_at is not None, held.released_by) == (True, held_for.ana)
    assert taken_of(other.ana, program) == (1, 0, 1)


def test_an_admission_elsewhere_frees_the_slot(ana):
    case, program = Case.good(), make_program("php", slots=1)
    held = slots.hold(program=program, episode=case.episode, by=case.ana)
    admit(case)
    held.refresh_from_db()
    assert held.released_at is not None
    assert taken_of(ana, program) == (0, 0, 0)


def test_a_move_takes_the_slot_that_was_held(ana, cole):
    case, program = Case.good(), make_program("php", slots=1)
    made = admit(case)
    held = slots.hold(program=program, episode=case.episode, by=case.ana)
    with pytest.raises(Conflict):
        slots.hold(program=program, episode=make_episode(ana, "Riley Park"), by=ana)
    case.determination.superseded_at = clock.now()
    case.determination.save(update_fields=["superseded_at"])
    make_determination(case.episode, cole, "php")
    move(admission=made, program=program, bed=None, reason="Steady at home.", by=case.sam)
    held.refresh_from_db()
    assert held.released_by == case.sam
    assert taken_of(ana, program) == (1, 0, 1)


@pytest.mark.parametrize("kind", ["hold", "return"])
def test_an_admission_that_is_taken_back_holds_the_slot_again(kind):
    program = make_program("php", slots=1)
    case, soon = case_of(program), clock.now() + 9 * HOUR
    if kind == "hold":
        held = slots.hold(program=program, episode=case.episode, by=case.ana, until=soon)
    else:
        held = slots.reserve_return(program=program, episode=case.episode, by=case.ana, expected_at=soon)
    undo(admission=admit(case), reason="Wrong person", by=case.ana)
    again = place_of(case.episode, clock.now())
    assert (again.program, again.kind, again.review_at) == (program, kind, held.review_at)
    assert again.pk != held.pk
    assert (again.period.upper is None) is (kind == "return")


def test_closing_the_episode_ends_the_hold_and_asks_about_a_return(ana, as_user):
    program = make_program("php", "Days")
    episode, away = make_episode(ana), make_episode(ana, "Riley Park")
    held = slots.hold(program=program, episode=episode, by=ana)
    close_episode(by=ana, episode=episode, reason="lost_contact", submit_key=uuid4())
    held.refresh_from_db()
    assert held.released_by == ana
    goes_to_detox(away)
    kept = slots.reserve_return(program=program, episode=away, by=ana, expected_at=clock.now() + HOUR)
    with pytest.raises(Refused) as refused:
        close_episode(by=ana, episode=away, reason="lost_contact", submit_key=uuid4())
    assert refused.value.message.startswith("A slot in Days is kept for the return from detox.")
    page = as_user(ana).get(reverse("desk:episode-close", args=[away.pk])).content.decode()
    assert "Release a slot in Days, kept for the return from detox" in page
    close_episode(by=ana, episode=away, reason="lost_contact", submit_key=uuid4(), release_return=True)
    kept.refresh_from_db()
    assert kept.released_by == ana


def test_a_record_with_a_held_slot_is_not_merged_away(ana):
    stays, goes = make_episode(ana).person, make_episode(ana, "Riley Park")
    slots.hold(program=make_program("php"), episode=goes, by=ana)
    found = stay_or_hold(survivor=stays, merged=goes.person)
    assert [words for words, _url in found] == ["A slot is held for the record that goes. Release it"]


def test_a_program_with_a_held_slot_does_not_close_or_change_its_level(ana, sam):
    program = make_program("php")
    held = slots.hold(program=program, episode=make_episode(ana), by=ana)
    with pytest.raises(Refused) as refused:
        open_or_close(program=program, seen=1, active=False, reason="Summer", by=sam)
    assert refused.value.code == "program_in_use"
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        change_program(program, sam, active=False)
    assert refusal_code(error.value) == "program_in_use"
    slots.release(held=held, by=ana)
    with pytest.raises(Refused) as refused:
        change(program=program, seen=1, offer={"level": "iop"}, reason="Fewer days", by=sam)
    assert refused.value.code == "program_kind_fixed"
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        change_program(program, sam, level="iop")
    assert refusal_code(error.value) == "program_kind_fixed"
    open_or_close(program=program, seen=1, active=False, reason="Summer", by=sam)


# ------------------------------------------------------------------ what ended, and the pages


def test_a_hold_that_ended_by_itself_shows_on_today_and_the_board_until_somebody_looked(
    ana, ben, client, as_user
):
    program, episode, now = make_program("php", "Days"), make_episode(ana), clock.now()
    Episode.objects.filter(pk=episode.pk).update(stage="clearance")
    held = make_slot_hold(program, episode, start=now - 9 * HOUR, end=now - HOUR)
    held.refresh_from_db()
    assert list(ended_slot_holds(ana, now)) == [held]
    assert list(ended_slot_holds(ben, now)) == []
    assert [one.why for one in items_for(ana, now) if one.kind == "bed"] == [
        "The hold on a slot in Days ended"
    ]
    as_user(ana)
    page = client.get(reverse("programs:bed-board")).content.decode()
    assert f'id="hold-{held.pk}"' in page
    later = (now + 20 * HOUR).strftime("%Y-%m-%dT%H:%M")
    url = reverse("programs:slot-extend", args=[held.pk])
    page = client.get(url).content.decode()
    assert "A slot in Days" in page
    assert f"The hold ended {clock_day(held.period.upper, now)}." in page
    assert client.post(url, {"until": ""}).status_code == 422
    assert client.post(url, {"until": later}).status_code == 302
    assert client.post(url, {"until": later}).status_code == 409
    again = SlotHold.objects.get(released_at=None)
    told = client.post(reverse("programs:slot-release", args=[again.pk]), follow=True)
    assert "A slot in Days is released." in told.content.decode()
    told = client.post(reverse("programs:slot-release", args=[again.pk]), follow=True)
    assert "This had ended already." in told.content.decode()
    assert not ended_slot_holds(ana, clock.now() + 99 * HOUR).exists()


def test_the_board_shows_what_is_held_and_not_for_whom_to_others(ana, ben, client, as_user):
    program, episode = make_program("php", "Days", slots=2), make_episode(ana)
    held = slots.hold(program=program, episode=episode, by=ana)
    as_user(ana)
    mine = client.get(reverse("programs:bed-board")).content.decode()
    assert "J. L." in mine
    assert reverse("programs:slot-release", args=[held.pk]) in mine
    as_user(ben)
    seen = client.get(reverse("programs:bed-board")).content.decode()
    assert "Not shown" in seen
    assert "J. L." not in seen
    assert str(episode.pk) not in seen
    for name in ("extend", "release"):
        assert client.post(reverse(f"programs:slot-{name}", args=[held.pk])).status_code == 404
    slots.hold(program=program, episode=make_episode(ana, "Riley Park"), by=ana)
    assert (
        reverse("programs:slot-hold-for", args=[program.pk])
        not in client.get(reverse("programs:bed-board")).content.decode()
    )


def test_pages_hold_a_slot_and_the_admission_page_chooses_it(client, as_user):
    program = make_program("php", "Days", slots=1)
    case = case_of(program)
    Episode.objects.filter(pk=case.episode.pk).update(stage="clearance")
    as_user(case.ana)
    url = reverse("programs:slot-hold-for", args=[program.pk])
    given = {
        "episode": str(case.episode.pk),
        "place": f"program:{program.pk}",
        "kind": "hold",
        "until": (clock.now() + 20 * HOUR).strftime("%Y-%m-%dT%H:%M"),
    }
    assert client.post(url, {**given, "place": f"bed:{make_bed().pk}"}).status_code == 422
    told = client.post(url, given, follow=True)
    assert "A slot in Days is held." in told.content.decode()
    page = client.get(reverse("programs:readiness", args=[case.episode.pk])).content.decode()
    assert f'<option value="program:{program.pk}" selected>Days (held for this person)' in page
    assert "A slot in Days" in page
    sent = {"place": f"program:{program.pk}", "left_open": "Came at night."}
    assert client.post(reverse("programs:admit", args=[case.episode.pk]), sent).status_code == 302
    assert Program.objects.get(pk=program.pk).admissions.count() == 1


def test_the_board_and_today_take_the_same_queries_for_many_slots(ana, sam, client, as_user):
    slots.hold(program=make_program("php"), episode=make_episode(ana), by=ana)

    def more(number):
        program, now = make_program("php"), clock.now()
        slots.hold(program=program, episode=make_episode(ana, f"Person {number}"), by=ana)
        over = make_episode(ana, f"Gone {number}")
        Episode.objects.filter(pk=over.pk).update(stage="clearance")
        make_slot_hold(program, over, start=now - 9 * HOUR, end=now - HOUR)

    def queries(path):
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        return len(captured)

    more(0)
    as_user(sam)
    paths = (reverse("programs:bed-board"), reverse("desk:today"))
    few = [queries(path) for path in paths]
    for number in range(1, 9):
        more(number)
    assert [queries(path) for path in paths] == few


# ------------------------------------------------------------------ raw SQL as the app's role

INSERT = (
    "INSERT INTO programs_slothold (id, program_id, episode_id, kind, period)"
    " VALUES (gen_random_uuid(), %s, %s, %s, tstzrange(app_now(), app_now() + interval '1 hour'))"
)
FULL, NONE, CLOSED, WAITS = "program_full", "program_has_no_slots", "program_closed", "already_in_program"


@pytest.mark.parametrize("kind", ["hold", "return"])
def test_sql_holds_no_slot_beyond_those_there_are(ana, kind):
    program = make_program("php", slots=2)
    admit(case_of(program))
    make_slot_hold(program, make_episode(ana), kind)
    late = make_episode(ana, "Riley Park")
    goes_to_detox(late)
    assert code_of(INSERT, program.pk, late.pk, kind) == FULL
    now = clock.now()
    SlotHold.objects.update(period=(now - HOUR / 60, now))
    assert code_of(INSERT, program.pk, late.pk, kind) is None


def test_sql_holds_nothing_where_there_is_nothing_to_hold(ana, sam):
    episode, shut, php = make_episode(ana), make_program("php"), make_program("php")
    change_program(shut, sam, active=False)
    case = case_of(php)
    admit(case)
    for program, whose, code in (
        (make_bed().program, episode, NONE),
        (make_program("iop", operated_by="partner"), episode, NONE),
        (shut, episode, CLOSED),
        (php, case.episode, WAITS),
    ):
        assert code_of(INSERT, program.pk, whose.pk, "hold") == code
    assert code_of(INSERT, php.pk, episode.pk, "stay") == "programs_slothold_kind_known"
    assert code_of(INSERT, php.pk, episode.pk, "hold") is None
    assert code_of(INSERT, php.pk, episode.pk, "hold") == "programs_slothold_one_place"
    close_episode(by=ana, episode=episode, reason="lost_contact", submit_key=uuid4())
    assert code_of(INSERT, php.pk, episode.pk, "hold") == "episode_closed"


@pytest.mark.parametrize(
    ("period", "code"),
    [
        ("tstzrange(app_now(), NULL)", "programs_slothold_hold_ends"),
        ("tstzrange(NULL, app_now() + interval '1 hour')", "programs_slothold_has_start"),
    ],
)
def test_sql_holds_from_a_time_to_a_time(ana, period, code):
    insert = INSERT.replace("tstzrange(app_now(), app_now() + interval '1 hour')", period)
    assert code_of(insert, make_program("php").pk, make_episode(ana).pk, "hold") == code


@pytest.mark.parametrize(
    "change",
    [
        "period = tstzrange(lower(period), upper(period) + interval '1 hour')",
        "kind = 'return'",
        "made_at = app_now() - interval '1 day'",
        "released_at = NULL",
        "program_id = (SELECT id FROM programs_program WHERE name = 'Other')",
    ],
)
def test_sql_changes_a_hold_only_to_end_it_sooner(ana, change):
    make_program("php", "Other")
    held = slots.hold(program=make_program("php"), episode=make_episode(ana), by=ana)
    if change.startswith("released"):
        slots.release(held=held, by=ana)
    assert code_of(f"UPDATE programs_slothold SET {change}") == "slot_hold_is_fixed"
    assert code_of("UPDATE programs_slothold SET period = 'empty'") is None


def test_sql_deletes_no_hold(ana):
    slots.hold(program=make_program("php"), episode=make_episode(ana), by=ana)
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        SlotHold.objects.all()._raw_delete("default")


@pytest.mark.parametrize("kind", ["hold", "return"])
def test_sql_closes_no_episode_that_holds_a_slot(ana, kind):
    episode = make_episode(ana)
    held = make_slot_hold(make_program("php"), episode, kind)
    close = (
        "UPDATE intake_episode SET status = 'closed', stage = 'closed', closed_at = app_now(),"
        " close_reason = 'lost_contact' WHERE id = %s"
    )
    assert code_of(close, episode.pk) == "episode_holds_slot"
    slots.release(held=held, by=ana)
    assert code_of(close, episode.pk) is None


@pytest.mark.parametrize("how", [by_sql, by_orm])
def test_the_gate_lets_in_by_ones_own_hold_and_frees_it(how):
    program = make_program("php", slots=1)
    case, other = case_of(program), case_of(program)
    held = make_slot_hold(program, case.episode, "return")
    elsewhere = make_slot_hold(make_program("iop"), other.episode)
    assert admit_as(other, how) == FULL
    assert admit_as(case, how) is None
    held.refresh_from_db()
    assert held.released_at is not None
    assert held.period.upper <= clock.now()
    elsewhere.refresh_from_db()
    assert elsewhere.released_at is None


def test_a_late_entry_is_kept_out_by_what_is_held_now_only(ana):
    """What ended since then is free; what is held now was promised."""
    program = make_program("php", slots=1)
    case, now = case_of(program), clock.now()
    case.admitted_at = now - HOUR
    case.late = {"late_entry": True, "late_entry_by_id": case.sam.pk, "late_entry_reason": "Power was out"}
    make_slot_hold(program, make_episode(ana), start=now - 2 * HOUR, end=now - HOUR / 2)
    promised = make_slot_hold(program, make_episode(ana, "Riley Park"))
    assert admit_as(case) == FULL
    promised.refresh_from_db()
    promised.period = (promised.period.lower, clock.now())
    promised.save(update_fields=["period"])
    assert admit_as(case) is None


def test_the_history_of_slots_says_who_why_first_and_until_when(ana, ben, cole, client, as_user):
    make_waiting(ana, cole, "php")
    program, later = make_program("php", "Days"), make_program("php", "Evenings")
    url = reverse("programs:slot-history", args=[program.pk])
    why = "Was promised it on the phone."
    assert "Nothing here was used yet." in as_user(ana).get(url).content.decode()
    held = slots.hold(program=program, episode=make_episode(ana, "Riley Park"), by=ana, passed_over=why)
    slots.release(held=held, by=ana)
    case = case_of(program)
    made = admissions.admit(
        episode=case.episode,
        by=case.ana,
        program=program,
        bed=None,
        left_open="At night.",
        passed_over="Sick.",
    )
    move(admission=made, program=later, bed=None, reason="Works by day", by=case.dana)
    answer = as_user(ana).get(url)
    page = answer.content.decode()
    kinds = [(row["use"].kind, row["use"].period.upper is None) for row in answer.context["rows"]]
    assert kinds == [("stay", False), ("hold", False)]
    assert "R. P." in page and why in page and f"ended by {ana.display_name}" in page
    assert "Sick." in as_user(case.ana).get(url).content.decode()
    page = as_user(ben).get(url).content.decode()
    assert "R. P." not in page and why not in page and "Not shown" in page
    there = reverse("programs:slot-history", args=[later.pk])
    answer = as_user(case.ana).get(there)
    (row,) = answer.context["rows"]
    assert (row["use"].made_by, row["use"].period.upper, row["passed_over"]) == (case.dana, None, "")
    assert "Sick." not in answer.content.decode()
    assert f'href="{there}"' in client.get(reverse("programs:bed-board")).content.decode()
    assert client.get(reverse("programs:slot-history", args=[make_program().pk])).status_code == 404


def test_the_history_of_slots_takes_the_same_queries_for_many(ana, as_user):
    program = make_program("php", slots=30)
    client, url = as_user(ana), reverse("programs:slot-history", args=[program.pk])

    def queries(more):
        for number in range(more):
            slots.hold(program=program, episode=make_episode(ana, f"Person {number}"), by=ana)
            admit(case_of(program))
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    assert queries(1) == queries(4)
