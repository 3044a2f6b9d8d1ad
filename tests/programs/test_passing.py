"""Who gets a place before others that wait for the same level: only with a reason, which is kept."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from programs.actions import admissions, beds, moves, place_offers, places, slots
from programs.actions.undo import undo
from programs.models import Admission, BedUse, Determination, PassedOver, SlotHold, StayMove
from programs.queries import place_of
from tests.factories.care import make_bed, make_determination, make_program, make_use
from tests.factories.episodes import make_episode
from tests.factories.waiting import make_waiting
from tests.programs.gate import Case

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
WHY = "Was promised this bed on the phone."


def refused(act, **given):
    with pytest.raises(Refused) as told:
        act(**given)
    assert (told.value.code, told.value.field) == ("passed_over", "passed_over")
    return told.value.message


def test_a_bed_held_past_who_waits_needs_a_reason_that_is_kept(ana, cole, as_user):
    waits = make_waiting(ana, cole)
    bed, episode = make_bed(label="R2"), make_episode(ana)
    message = refused(beds.hold, bed=bed, episode=episode, by=ana, passed_over="  ")
    assert waits.episode.reference in message
    assert not BedUse.objects.exists() and not PassedOver.objects.exists()
    use = beds.hold(bed=bed, episode=episode, by=ana, passed_over=WHY)
    row = PassedOver.objects.get()
    assert (row.bed_use, row.entries, row.reason, row.made_by) == (use, [waits.pk], WHY, ana)
    assert Event.objects.get(name="waitlist.passed_over").ids["passed"] == 1
    history = as_user(ana).get(reverse("programs:bed-history", args=[bed.pk])).content.decode()
    assert WHY in history
    mine = as_user(ana).get(reverse("programs:waitlist-entry", args=[waits.pk])).content.decode()
    assert "Somebody else came first" in mine and WHY not in mine


def test_a_reason_is_read_only_by_who_may_open_the_record(ana, ben, cole, as_user):
    make_waiting(ana, cole)
    bed = make_bed()
    beds.hold(bed=bed, episode=make_episode(ana), by=ana, passed_over=WHY)
    page = as_user(ben).get(reverse("programs:bed-history", args=[bed.pk])).content.decode()
    assert "Not shown" in page and WHY not in page


def test_a_slot_and_a_reservation_need_it_too(ana, cole):
    make_waiting(ana, cole, "php")
    program = make_program("php")
    refused(slots.hold, program=program, episode=make_episode(ana), by=ana)
    held = slots.hold(program=program, episode=make_episode(ana, "Riley Park"), by=ana, passed_over=WHY)
    assert PassedOver.objects.get().slot_hold == held
    away = make_episode(ana, "Casey Moon")
    make_determination(away, cole, "php", detox_first=True)
    sent = {"place": program, "episode": away, "by": ana, "expected_at": clock.now() + 48 * HOUR}
    refused(places.reserve_return, **sent)
    places.reserve_return(**sent, passed_over=WHY)
    assert PassedOver.objects.count() == 2


def test_nobody_is_passed_over_by_who_is_first_or_by_who_waits_for_another_level(ana, cole):
    mine = make_waiting(ana, cole, reasons=["unsafe"])
    make_waiting(ana, cole)
    make_waiting(ana, cole, "inpatient")
    beds.hold(bed=make_bed(), episode=mine.episode, by=ana)
    assert not PassedOver.objects.exists()


def test_who_has_a_place_or_is_out_at_detox_is_not_passed_over(ana, cole):
    placed, away = make_waiting(ana, cole), make_waiting(ana, cole)
    make_use(make_bed(), episode=placed.episode, by=ana)
    away.episode.stage = "detox"
    away.episode.save(update_fields=["stage"])
    beds.hold(bed=make_bed(), episode=make_episode(ana), by=ana)
    assert not PassedOver.objects.exists()


def test_who_has_a_place_may_change_it_or_hold_it_on(ana, cole):
    program = make_program()
    episode = make_episode(ana)
    beds.hold(bed=make_bed(program), episode=episode, by=ana)
    make_waiting(ana, cole)
    use = beds.hold(bed=make_bed(program), episode=episode, by=ana)
    beds.extend(use=use, until=use.period[1] + HOUR, by=ana)
    other = make_bed(make_program("inpatient"))
    make_waiting(ana, cole, "inpatient")
    refused(beds.hold, bed=other, episode=episode, by=ana)


def test_a_hold_that_ended_is_held_on_past_others_only_with_a_reason(ana, cole, as_user):
    episode, now = make_episode(ana), clock.now()
    use = make_use(make_bed(), episode=episode, start=now - 5 * HOUR, end=now - HOUR, by=ana)
    waits = make_waiting(ana, cole)
    url, until = reverse("programs:bed-extend", args=[use.pk]), now + 20 * HOUR
    sent = {"until": until.strftime("%Y-%m-%dT%H:%M"), "passed_over": "", "submit_key": uuid4()}
    answer = as_user(ana).post(url, sent)
    assert answer.status_code == 422 and waits.episode.reference in answer.content.decode()
    assert as_user(ana).post(url, {**sent, "passed_over": WHY}).status_code == 302
    assert PassedOver.objects.get().reason == WHY


def test_a_taken_bed_is_told_before_a_reason_is_asked(ana, cole):
    bed = make_bed()
    make_use(bed, episode=make_episode(ana), by=ana)
    make_waiting(ana, cole)
    with pytest.raises(Conflict):
        beds.hold(bed=bed, episode=make_episode(ana, "Riley Park"), by=ana)


def test_admitting_past_others_needs_a_reason_after_everything_else_is_there(cole, as_user):
    case = Case.good()
    waits = make_waiting(case.ana, cole, case.program.level)
    url = reverse("programs:admit", args=[case.episode.pk])
    sent = {"place": f"bed:{case.bed.pk}", "left_open": "At night.", "submit_key": str(uuid4())}
    answer = as_user(case.ana).post(url, sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and waits.episode.reference in page
    assert "id_passed_over" in page and "At night." in page
    assert not Admission.objects.exists()
    assert as_user(case.ana).post(url, {**sent, "passed_over": WHY}).status_code == 302
    row = PassedOver.objects.get()
    assert (row.admission, row.entries) == (Admission.objects.get(), [waits.pk])
    stay = as_user(case.ana).get(reverse("programs:stay", args=[row.admission_id])).content.decode()
    assert WHY in stay
    history = as_user(case.ana).get(reverse("programs:bed-history", args=[case.bed.pk])).content.decode()
    assert WHY in history


def test_who_is_admitted_from_a_hold_passes_over_nobody(cole):
    case = Case.good()
    beds.hold(bed=case.bed, episode=case.episode, by=case.ana)
    make_waiting(case.ana, cole, case.program.level)
    made = admissions.admit(
        episode=case.episode, program=case.program, bed=case.bed, by=case.ana, left_open="At night."
    )
    undo(admission=made, reason="Wrong day", by=case.ana)
    # The next in line has waited for less time than the person had the bed.
    assert place_of(case.episode, clock.now()) is not None
    assert not PassedOver.objects.exists()


def test_the_form_shows_who_is_passed_and_asks_nothing_when_nobody_is(ana, cole, as_user):
    episode, bed = make_episode(ana), make_bed()
    url = reverse("programs:bed-hold", args=[episode.pk])
    assert "id_passed_over" not in as_user(ana).get(url).content.decode()
    names = [make_waiting(ana, cole).episode.reference for _ in range(7)]
    for address in (url, reverse("programs:bed-hold-for", args=[bed.pk])):
        page = as_user(ana).get(address).content.decode()
        assert "id_passed_over" in page
        assert all(name in page for name in names[:5]) and "and 2 more" in page
        assert names[5] not in page.split("id_passed_over")[1]
    until = (clock.now() + 20 * HOUR).strftime("%Y-%m-%dT%H:%M")
    sent = {"episode": str(episode.pk), "place": f"bed:{bed.pk}", "kind": "hold", "until": until}
    answer = as_user(ana).post(url, {**sent, "submit_key": uuid4()})
    assert answer.status_code == 422 and "Write why this person comes first" in answer.content.decode()
    assert as_user(ana).post(url, {**sent, "passed_over": WHY, "submit_key": uuid4()}).status_code == 302


def test_a_decline_offers_the_place_to_the_next_or_to_nobody(ana, cole):
    offer = place_offers.offer_place(entry=make_waiting(ana, cole), place=make_bed(), by=ana)
    place_offers.decline(offer=offer, by=ana)
    assert offer.entry.offers.count() == 1
    one, other = (make_waiting(ana, cole, "php") for _ in range(2))
    offer = place_offers.offer_place(entry=one, place=make_program("php", slots=1), by=ana)
    place_offers.decline(offer=offer, by=ana, stops=True)
    assert SlotHold.objects.filter(episode=other.episode, released_at=None).exists()


def decided_for_php():
    """A person who is here, with a decision to go on by day."""
    case = Case.good()
    place = {"program": case.program, "bed": case.bed}
    stay = admissions.admit(episode=case.episode, by=case.ana, left_open="At night.", **place)
    Determination.objects.filter(episode=case.episode).update(superseded_at=clock.now())
    make_determination(case.episode, case.cole, "php")
    return case, stay


def test_a_move_to_another_level_past_who_waits_for_it_needs_a_reason(cole, as_user):
    case, stay = decided_for_php()
    day = make_program("php")
    waits = make_waiting(case.ana, cole, "php")
    url = reverse("programs:stay", args=[stay.pk])
    asked = as_user(case.ana).get(url).content.decode()
    assert "id_passed_over" in asked and waits.episode.reference in asked
    sent = {"action": "move", "place": f"program:{day.pk}", "reason": "Ready.", "submit_key": uuid4()}
    answer = as_user(case.ana).post(url, sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and "Write why this person comes first" in page and "Ready." in page
    assert not StayMove.objects.exists() and not PassedOver.objects.exists()
    assert as_user(case.ana).post(url, {**sent, "passed_over": WHY}).status_code == 302
    row = PassedOver.objects.get()
    assert (row.stay_move, row.entries, row.reason) == (StayMove.objects.get(), [waits.pk], WHY)
    assert WHY in as_user(case.ana).get(url).content.decode()


def test_a_move_within_the_level_or_from_an_own_place_in_the_line_passes_over_nobody(cole, as_user):
    case, stay = decided_for_php()
    make_waiting(case.ana, cole, case.program.level)
    assert (
        "id_passed_over"
        not in as_user(case.ana).get(reverse("programs:stay", args=[stay.pk])).content.decode()
    )
    other, day = make_bed(case.program), make_program("php")
    moves.move(admission=stay, program=case.program, bed=other, reason="Snores", by=case.ana)
    slots.hold(program=day, episode=case.episode, by=case.ana)
    make_waiting(case.ana, cole, "php")
    moves.move(admission=stay, program=day, bed=None, reason="Ready.", by=case.ana)
    assert not PassedOver.objects.exists()


@pytest.mark.parametrize(
    "sql", ["DELETE FROM programs_passedover", "UPDATE programs_passedover SET reason = 'y'"]
)
def test_a_reason_stays_as_it_is(ana, cole, sql):
    make_waiting(ana, cole)
    beds.hold(bed=make_bed(), episode=make_episode(ana), by=ana, passed_over=WHY)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    ("entries", "with_place", "code"),
    [
        ("{}", True, "programs_passedover_somebody"),
        ("{00000000-0000-0000-0000-000000000001}", False, "programs_passedover_one_place"),
    ],
)
def test_the_database_wants_one_place_and_somebody(ana, entries, with_place, code):
    episode = make_episode(ana)
    use = make_use(make_bed(), episode=episode, by=ana)
    values = [str(episode.person.data_key_id), str(use.pk) if with_place else None, entries, str(ana.pk)]
    with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO programs_passedover (id, data_key_id, bed_use_id, entries, reason, made_by_id)"
            " VALUES (gen_random_uuid(), %s, %s, %s, 'x', %s)",
            values,
        )
    assert refusal_code(error.value) == code


@pytest.mark.parametrize("kind", ["bed", "slot"])
@pytest.mark.parametrize("decided", [None, "at home", "before", "detox"])
def test_sql_keeps_no_place_for_the_return_of_who_does_not_go_to_detox(ana, cole, kind, decided):
    episode, room = make_episode(ana), make_bed() if kind == "bed" else make_program("php")
    if decided == "before":
        make_determination(episode, cole, detox_first=True, superseded_at=clock.now())
    if decided:
        make_determination(episode, cole, detox_first=decided == "detox")
    table, column = ("beduse", "bed_id") if kind == "bed" else ("slothold", "program_id")
    code = None
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO programs_{table} (id, {column}, episode_id, kind, period)"
                " VALUES (gen_random_uuid(), %s, %s, 'return', tstzrange(app_now(), NULL))",
                [str(room.pk), str(episode.pk)],
            )
    except IntegrityError as error:
        code = refusal_code(error)
    assert code == (None if decided == "detox" else "return_not_from_detox")
