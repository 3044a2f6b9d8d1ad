"""Supervisors change programs and beds; each change is a revision, and past stays keep what was."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from programs.actions import beds
from programs.actions.admissions import admit, discharge
from programs.actions.programs import add_bed, add_program, change_bed, change_program, open_or_close
from programs.models import Admission, Program, ProgramRevision
from programs.offers import blank_offer, differences
from tests.factories.accounts import make_user
from tests.factories.care import NO_NEXT, make_bed, make_program, make_use
from tests.factories.care import change_program as change_row
from tests.factories.episodes import make_episode
from tests.programs.gate import Case
from tests.programs.gate import admit as admit_row

pytestmark = pytest.mark.django_db
WHY = "The plan for spring"
IOP = {"name": "Evening IOP", "level": "iop", "slots": 8}


def fresh(program) -> Program:
    return Program.objects.get(pk=program.pk)


def code_of(sql, *values):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    except IntegrityError as error:
        return refusal_code(error)
    return None


def stay_of(case):
    place = {"program": case.program, "bed": case.bed}
    return admit(episode=case.episode, by=case.ana, left_open="Came at night", **place)


def test_adding_and_changing_keeps_each_revision(sam):
    program = add_program(offer=blank_offer(**IOP), reason="Asked for by many", by=sam)
    change_program(program=program, seen=1, offer={"slots": 10, "services": ["family"]}, reason=WHY, by=sam)
    first, second = ProgramRevision.objects.order_by("number")
    assert (first.reason, second.reason) == ("Asked for by many", WHY)
    assert first.changed_by == second.changed_by == sam
    assert differences(first.offer, second.offer) == [
        ("Services", "", "Family therapy"),
        ("Slots", "8", "10"),
    ]
    assert fresh(program).revision == 2


def test_a_stale_change_is_a_conflict_and_changes_nothing(sam):
    program = make_program("iop")
    change_program(program=program, seen=1, offer={"slots": 9}, reason=WHY, by=sam)
    other = make_user("supervisor", "sue")
    with pytest.raises(Conflict) as conflict:
        change_program(program=program, seen=1, offer={"slots": 12}, reason="Again", by=other)
    assert sam.display_name in conflict.value.message
    assert WHY in conflict.value.message
    assert fresh(program).slots == 9


@pytest.mark.parametrize("name", ["ana", "cole", "pia", "audrey", "ada"])
def test_only_supervisors_change_programs(request, name):
    user, program = request.getfixturevalue(name), make_bed().program
    for act in (
        lambda: add_program(offer=blank_offer(**IOP), reason=WHY, by=user),
        lambda: change_program(program=program, seen=1, offer={"about": "x"}, reason=WHY, by=user),
        lambda: open_or_close(program=program, seen=1, active=False, reason=WHY, by=user),
        lambda: add_bed(program=program, seen=1, label="R9", reason=WHY, by=user),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "not_permitted"
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        change_row(program, user, about="x")
    assert refusal_code(error.value) == "needs_supervisor"


# what is said of a program: the field that has to be mended
UNSOUND = [
    ({"level": "detox", "slots": None}, "operated_by"),
    ({"slots": None}, "slots"),
    ({"track": "long"}, "track"),
    ({"asam_label": "3.5"}, "asam_label"),
    ({"stay_days_min": 10}, "stay_days_max"),
    ({"stay_days_max": 10}, "stay_days_min"),
    ({"visits_min": 3, "visits_max": 2}, "visits_max"),
    ({"name": "Taken"}, "name"),
]


@pytest.mark.parametrize("said,field", UNSOUND)
def test_what_is_not_sound_is_named(sam, said, field):
    make_program(name="Taken")
    with pytest.raises(Refused) as refused:
        add_program(offer=blank_offer(**{**IOP, **said}), reason=WHY, by=sam)
    assert refused.value.field == field
    assert Program.objects.count() == 1


def test_a_change_needs_a_reason_and_a_difference(sam):
    program = make_program("iop", slots=8)
    for offer, reason in (({"slots": 9}, "  "), ({"slots": 8}, WHY)):
        with pytest.raises(Refused):
            change_program(program=program, seen=1, offer=offer, reason=reason, by=sam)
    assert fresh(program).revision == 1


def test_beds_are_part_of_the_history(sam):
    program = make_program("residential")
    bed = add_bed(program=program, seen=1, label="R9", reason="A new room", by=sam)
    change_bed(bed=bed, seen=2, label="R10", active=True, reason="Rooms have numbers", by=sam)
    change_bed(bed=bed, seen=3, label="R10", active=False, reason="The room is an office now", by=sam)
    offers = ProgramRevision.objects.order_by("number").values_list("offer__beds", flat=True)
    assert list(offers) == [[], ["R9"], ["R10"], []]
    with pytest.raises(Conflict):
        change_bed(bed=bed, seen=3, label="R11", active=True, reason=WHY, by=sam)


def test_no_bed_where_people_come_by_day_and_no_label_twice(sam):
    bed = make_bed(label="R1")
    with pytest.raises(Refused):
        add_bed(program=make_program("iop"), seen=1, label="D1", reason=WHY, by=sam)
    with pytest.raises(Refused) as refused:
        add_bed(program=bed.program, seen=1, label="R1", reason=WHY, by=sam)
    assert refused.value.field == "label"


@pytest.mark.parametrize("kind", ["hold", "return", "stay"])
def test_nothing_closes_while_somebody_is_there_or_waits_to_come(kind):
    case = Case.good()
    if kind == "stay":
        stay_of(case)
    else:
        make_use(case.bed, kind, case.episode)
    place = {"program": case.program, "seen": 1, "active": False}
    with pytest.raises(Refused) as refused:
        open_or_close(**place, reason=WHY, by=case.sam)
    assert refused.value.code == "program_in_use"
    with pytest.raises(Refused) as refused:
        change_bed(bed=case.bed, seen=1, label=case.bed.label, active=False, reason=WHY, by=case.sam)
    assert refused.value.code == "bed_in_use"


def test_a_closed_program_admits_nobody_until_it_opens_again():
    case = Case.good()
    open_or_close(program=case.program, seen=1, active=False, reason=WHY, by=case.sam)
    assert admit_row(case) == "program_closed"
    open_or_close(program=case.program, seen=2, active=True, reason="Ready again", by=case.sam)
    assert admit_row(case) is None


def test_a_past_stay_keeps_what_the_program_was(client, as_user):
    case = Case.good()
    before = case.program.name
    stay = Admission.objects.select_related("program_revision").get(pk=stay_of(case).pk)
    change_program(program=case.program, seen=1, offer={"name": "Maple"}, reason=WHY, by=case.sam)
    discharge(admission=stay, by=case.ana, plan=NO_NEXT)
    stay.refresh_from_db()
    assert stay.program_revision.number == 1
    assert stay.program_revision.offer["name"] == before
    as_user(case.ana)
    page = client.get(reverse("programs:stay", args=[stay.pk])).content.decode()
    assert before in page
    assert "Maple" not in page
    was = client.get(reverse("programs:program-revision", args=[case.program.pk, 1])).content.decode()
    assert before in was


def test_a_late_entry_keeps_the_revision_of_its_time():
    case = Case.good()
    past = clock.now() - timedelta(hours=1)
    change_program(program=case.program, seen=1, offer={"name": "Maple"}, reason=WHY, by=case.sam)
    case.admitted_at = past
    case.late = {"late_entry": True, "late_entry_by_id": case.sam.pk, "late_entry_reason": "Power was out"}
    assert admit_row(case) is None
    assert Admission.objects.get().program_revision.number == 1


def test_an_admission_now_keeps_the_present_revision():
    case = Case.good()
    change_program(program=case.program, seen=1, offer={"name": "Maple"}, reason=WHY, by=case.sam)
    assert admit_row(case) is None
    assert Admission.objects.get().program_revision.number == 2


def test_sql_changes_no_program_without_its_next_revision(sam):
    program = str(make_program("iop").pk)
    change = "UPDATE programs_program SET slots = 99{} WHERE id = %s"
    assert code_of(change.format(""), program) == "program_revision"
    assert code_of(change.format(", revision = 7"), program) == "program_revision"
    assert code_of(change.format(", revision = 2, reason = ' '"), program) == "program_reason"
    assert code_of(change.format(", revision = 2, reason = 'x'"), program) == "needs_supervisor"
    with_all = change.format(f", revision = 2, reason = 'x', changed_by_id = '{sam.pk}'")
    assert code_of(with_all, program) is None
    assert ProgramRevision.objects.get(number=2).offer["slots"] == 99


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE programs_programrevision SET reason = 'other'",
        "DELETE FROM programs_programrevision",
        "INSERT INTO programs_programrevision SELECT * FROM programs_programrevision",
        "DELETE FROM programs_program",
    ],
)
def test_nobody_writes_the_history_by_another_way(sql):
    make_program("iop")
    with connection.cursor() as cursor, pytest.raises(Exception, match="permission denied"):
        cursor.execute(sql)


def test_sql_gives_a_stay_no_other_revision():
    case = Case.good()
    stay_of(case)
    change_program(program=case.program, seen=1, offer={"name": "Maple"}, reason=WHY, by=case.sam)
    newer = str(ProgramRevision.objects.get(number=2, program=case.program).pk)
    sql = "UPDATE programs_admission SET program_revision_id = %s"
    assert code_of(sql, newer) is not None
    assert Admission.objects.get().program_revision.number == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_at_the_same_moment_one_is_a_conflict():
    sam, program = make_user("supervisor", "sam"), make_program("iop", slots=5)
    start, answers = threading.Barrier(2), []

    def change(slots):
        start.wait()
        try:
            change_program(program=program, seen=1, offer={"slots": slots}, reason=WHY, by=sam)
            answers.append("changed")
        except Conflict:
            answers.append("conflict")
        finally:
            connection.close()

    threads = [threading.Thread(target=change, args=(slots,)) for slots in (6, 7)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(answers) == ["changed", "conflict"]
    assert fresh(program).revision == 2


def sent(**given):
    return {
        "name": "Evening IOP",
        "level": "iop",
        "operated_by": "center",
        "slots": "8",
        "reason": WHY,
    } | given


def test_the_pages_of_a_supervisor(client, as_user, sam):
    as_user(sam)
    added = client.post(reverse("programs:program-new"), sent(revision="0", monday="Groups at 6"))
    program = Program.objects.get(name="Evening IOP")
    assert added.url == reverse("programs:program", args=[program.pk])
    assert program.week[0] == "Groups at 6"
    url = reverse("programs:program-change", args=[program.pk])
    assert "Groups at 6" in client.get(url).content.decode()
    assert client.post(url, sent(revision="1", slots="9", reason="")).status_code == 422
    assert client.post(url, sent(revision="1", slots="9", tuesday="Art")).status_code == 302
    stale = client.post(url, sent(revision="1", slots="11", monday="Groups at 6"))
    assert stale.status_code == 409
    shown = stale.content.decode()
    assert "while you were" in shown
    assert "What changed meanwhile" in shown
    mine = shown.split("What you wrote")[1].split("</section>")[0]
    assert ">11<" in mine
    assert "Art" in shown and "Art" not in mine, "a colleague's change is not what was written here"
    history = client.get(reverse("programs:program-history", args=[program.pk])).content.decode()
    assert WHY in history
    assert "Groups at 6" in history
    close = reverse("programs:program-close", args=[program.pk])
    assert client.post(close, {"revision": "2", "reason": "Summer"}).status_code == 302
    assert not fresh(program).active


def test_the_pages_of_beds(client, as_user, sam):
    as_user(sam)
    program = make_program()
    new = reverse("programs:program-bed-new", args=[program.pk])
    assert client.post(new, {"revision": "1", "label": "R9", "reason": WHY}).status_code == 302
    bed = program.beds.get()
    change = reverse("programs:bed-change", args=[bed.pk])
    assert "R9" in client.get(change).content.decode()
    assert client.post(change, {"revision": "2", "label": "R9", "reason": "Closed"}).status_code == 302
    bed.refresh_from_db()
    assert not bed.active
    with pytest.raises(Conflict):
        beds.hold(bed=bed, episode=make_episode(sam), by=sam)


def test_the_level_is_fixed_on_the_page_once_somebody_was_admitted(client, as_user):
    case = Case.good()
    stay_of(case)
    as_user(case.sam)
    url = reverse("programs:program-change", args=[case.program.pk])
    assert "Somebody was admitted here" in client.get(url).content.decode()
    client.post(url, sent(name="Maple", level="inpatient", slots="", revision="1"))
    changed = fresh(case.program)
    assert (changed.name, changed.level) == ("Maple", "residential")
    with pytest.raises(Refused):
        change_program(program=changed, seen=2, offer={"level": "inpatient"}, reason=WHY, by=case.sam)


@pytest.mark.parametrize("service", ["withdrawal", "monitoring"])
def test_withdrawal_is_treated_by_partners_alone(sam, service):
    offer = {"name": "House", "level": "inpatient", "services": ["individual", service]}
    with pytest.raises(Refused) as refused:
        add_program(offer=blank_offer(**offer), reason="It opens", by=sam)
    assert refused.value.field == "services"
    kept = add_program(offer=blank_offer(**offer, operated_by="partner"), reason="It opens", by=sam)
    assert kept.services == offer["services"]
