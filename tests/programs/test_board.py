"""The bed board: whose names it shows, what comes next, the days ahead; holds that go on, beds out of use."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.utils import InternalError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from intake.models import Episode
from programs.actions import admissions, beds, leaves, preparing
from programs.actions.undo import undo
from programs.models import BedUse, PlannedLeave
from programs.queries import ended_holds
from programs.queries_board import leave_of
from programs.rules.bed_days import Use, ends, is_open
from tests.factories.care import NO_NEXT, make_bed, make_use
from tests.factories.episodes import make_episode
from tests.programs.gate import Case
from tests.programs.test_places import admit

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
BOARD = "/staff/beds/"


def today():
    return clock.now().astimezone(ZoneInfo("America/New_York")).date()


def page_of(client, address=BOARD):
    return client.get(address).content.decode()


def sql(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


# ------------------------------------------------------------------ holds


def test_a_hold_goes_on_as_a_new_one(ana):
    bed, episode = make_bed(), make_episode(ana)
    first = beds.hold(bed=bed, episode=episode, by=ana)
    until = clock.now() + 48 * HOUR
    later = beds.extend(use=first, until=until, by=ana)
    first.refresh_from_db()
    later.refresh_from_db()
    assert (later.bed, later.episode, later.period.upper) == (bed, episode, until)
    assert first.released_by == ana
    with pytest.raises(Conflict):
        beds.extend(use=first, until=until, by=ana)


@pytest.mark.parametrize("hours", [1, 24 * 8])
def test_how_far_a_hold_goes_on(ana, hours):
    use = beds.hold(bed=make_bed(), episode=make_episode(ana), by=ana)
    with pytest.raises(Refused) as refused:
        beds.extend(use=use, until=clock.now() + hours * HOUR, by=ana)
    assert refused.value.field == "until"


def ended(ana, bed):
    episode = make_episode(ana)
    Episode.objects.filter(pk=episode.pk).update(stage="clearance")
    now = clock.now()
    return make_use(bed, "hold", episode, start=now - 3 * HOUR, end=now - HOUR)


def test_an_ended_hold_asks_for_release_or_extension(ana, client, as_user):
    use = ended(ana, make_bed(label="R1"))
    as_user(ana)
    assert "release or extend?" in page_of(client)
    period = use.period
    assert client.post(reverse("programs:bed-release", args=[use.pk])).status_code == 302
    use.refresh_from_db()
    assert use.released_by == ana
    assert use.period.upper == period[1]
    assert not ended_holds(ana, clock.now()).exists()


def test_an_ended_hold_goes_on_while_the_bed_is_open(ana, ben):
    bed, other = make_bed(), make_bed()
    beds.extend(use=ended(ana, bed), until=clock.now() + HOUR, by=ana)
    assert not ended_holds(ana, clock.now()).exists()
    late = ended(ana, other)
    beds.hold(bed=other, episode=make_episode(ben, "Riley Park"), by=ben)
    with pytest.raises(Conflict) as conflict:
        beds.extend(use=late, until=clock.now() + HOUR, by=ana)
    assert ben.display_name in conflict.value.message
    assert list(ended_holds(ana, clock.now())) == [late]


def test_the_page_that_extends(ana, ben, client, as_user):
    use = beds.hold(bed=make_bed(), episode=make_episode(ana), by=ana)
    url = reverse("programs:bed-extend", args=[use.pk])
    as_user(ben)
    assert client.get(url).status_code == 404
    as_user(ana)
    assert client.post(url, {"until": ""}).status_code == 422
    until = (clock.now() + 48 * HOUR).astimezone(ZoneInfo("America/New_York")).strftime("%Y-%m-%d %H:%M")
    assert client.post(url, {"until": until, "submit_key": uuid4()}).status_code == 302
    assert BedUse.objects.count() == 2


# ------------------------------------------------------------------ out of use


def test_out_of_use_needs_a_known_reason(sam, client, as_user):
    bed = make_bed()
    with pytest.raises(Refused) as refused:
        beds.take_out(bed=bed, reason="", by=sam)
    assert refused.value.field == "reason"
    as_user(sam)
    url = reverse("programs:bed-take-out", args=[bed.pk])
    assert client.post(url, {"reason": "", "until": ""}).status_code == 422
    assert client.post(url, {"reason": "repair", "until": ""}).status_code == 302
    assert "Repair" in page_of(client)
    again = client.post(url, {"reason": "repair", "until": "2027-03-01T10:00"})
    assert again.status_code == 409
    assert again.context["form"]["until"].value() == "2027-03-01T10:00", "what was typed stays"


@pytest.mark.parametrize(("kind", "reason"), [("out", ""), ("out", "bored"), ("cleaning", "repair")])
def test_the_database_knows_the_reasons(kind, reason):
    with pytest.raises(IntegrityError) as error:
        sql(
            "INSERT INTO programs_beduse (id, bed_id, period, kind, out_reason)"
            " VALUES (gen_random_uuid(), %s, tstzrange(app_now(), NULL), %s, %s)",
            str(make_bed().pk), kind, reason,
        )  # fmt: skip
    assert refusal_code(error.value) == "programs_beduse_out_reason"


def test_a_reason_is_not_rewritten():
    use = make_use(make_bed(), "out")
    with pytest.raises(IntegrityError) as error:
        sql("UPDATE programs_beduse SET out_reason = 'staff' WHERE id = %s", str(use.pk))
    assert refusal_code(error.value) == "bed_use_is_fixed"


# ------------------------------------------------------------------ a bed becomes free


def test_a_discharge_frees_nothing_before_the_bed_is_ready():
    case = Case.good()
    admissions.discharge(admission=admit(case), by=case.ana, plan=NO_NEXT)
    with pytest.raises(Conflict):
        beds.hold(bed=case.bed, episode=make_episode(case.ana, name="Casey Moon"), by=case.ana)
    beds.release(use=BedUse.objects.get(kind="cleaning"), by=case.ana)
    assert beds.hold(bed=case.bed, episode=make_episode(case.ana, name="Riley Park"), by=case.ana)


def test_taking_an_admission_back_frees_the_bed_at_once():
    case = Case.good()
    undo(admission=admit(case), reason="Wrong bed", by=case.ana)
    assert not BedUse.objects.filter(kind="cleaning").exists()
    assert beds.hold(bed=case.bed, episode=case.episode, by=case.ana)


# ------------------------------------------------------------------ planned leaves


def test_the_last_planned_leave_counts(client, as_user):
    case = Case.good()
    made = admit(case)
    day = today() + timedelta(days=28)
    leaves.plan_leave(admission=made, leaves_on=day + timedelta(days=1), by=case.ana)
    as_user(case.ana)
    url = reverse("programs:stay", args=[made.pk])
    seen = (day + timedelta(days=1)).isoformat()
    data = {"action": "leave", "leaves_on": day.isoformat(), "seen": seen, "submit_key": uuid4()}
    assert client.post(url, data).status_code == 302
    assert leave_of(made.pk) == day
    page = page_of(client)
    assert "Day 1, plan day 29" in page
    leaves.plan_leave(admission=made, leaves_on=None, by=case.ana)
    assert leave_of(made.pk) is None
    assert PlannedLeave.objects.count() == 3


def test_a_day_that_a_colleague_planned_meanwhile_is_not_overwritten(as_user):
    case = Case.good()
    made, day = admit(case), today() + timedelta(days=28)
    client, url = as_user(case.ana), reverse("programs:stay", args=[made.pk])
    assert client.get(url).context["leave_form"]["seen"].value() is None
    leaves.plan_leave(admission=made, leaves_on=day, by=case.ana)
    mine = {"action": "leave", "leaves_on": (day + timedelta(days=1)).isoformat(), "seen": ""}
    answer = client.post(url, {**mine, "submit_key": uuid4()})
    page = answer.content.decode()
    assert answer.status_code == 409 and "A colleague changed this meanwhile" in page
    assert mine["leaves_on"] in page and leave_of(made.pk) == day
    seen = answer.context["leave_form"]["seen"].value()
    assert client.post(url, {**mine, "seen": seen, "submit_key": uuid4()}).status_code == 302
    assert leave_of(made.pk) == day + timedelta(days=1)


def test_nobody_plans_a_day_that_has_passed_or_for_who_has_left():
    case = Case.good()
    made = admit(case)
    with pytest.raises(Refused) as refused:
        leaves.plan_leave(admission=made, leaves_on=today() - timedelta(days=1), by=case.ana)
    assert refused.value.field == "leaves_on"
    admissions.discharge(admission=made, by=case.ana, plan=NO_NEXT)
    with pytest.raises(Conflict):
        leaves.plan_leave(admission=made, leaves_on=today(), by=case.ana)


def test_planned_leaves_are_only_added():
    case = Case.good()
    leaves.plan_leave(admission=admit(case), leaves_on=today(), by=case.ana)
    for statement in (
        "UPDATE programs_plannedleave SET leaves_on = NULL",
        "DELETE FROM programs_plannedleave",
    ):
        with pytest.raises((IntegrityError, InternalError, ProgrammingError)):
            sql(statement)


# ------------------------------------------------------------------ the page


def test_full_names_are_of_ones_own_people_and_recorded(ana, ben, client, as_user):
    make_use(make_bed(label="R1"), "hold", make_episode(ana))
    as_user(ben)
    page = page_of(client, BOARD + "?names=full")
    assert "Not shown" in page
    assert "Jordan" not in page
    as_user(ana)
    assert "Jordan Lee" not in page_of(client)
    assert "Jordan Lee" in page_of(client, BOARD + "?names=full&view=tiles")
    mine = Event.objects.filter(name="list.viewed", actor_id=str(ana.pk)).order_by("at")
    full = [event.ids["full_names"] for event in mine]
    assert full == [False, True]


def test_one_program_and_tiles(ana, client, as_user):
    one, other = make_bed(label="R1"), make_bed(label="X9")
    as_user(ana)
    page = page_of(client, f"{BOARD}?view=tiles&program={one.program_id}")
    assert "R1" in page
    assert other.label not in page
    assert "bed-tiles" in page
    assert other.label in page_of(client, BOARD + "?program=nonsense")


def test_the_days_ahead(client, as_user):
    case = Case.good()
    made = admit(case)
    leaves.plan_leave(admission=made, leaves_on=today() + timedelta(days=1), by=case.ana)
    other = make_episode(case.ana, "Riley Park")
    preparing.plan_arrival(episode=other, expected_at=clock.now() + 48 * HOUR, details={}, by=case.ana)
    as_user(case.ana)
    days = client.get(BOARD).context["days"]
    assert [one["open"] for one in days] == [0, 1, 1, 1]
    assert [one["leaves"] for one in days] == [0, 1, 0, 0]
    assert [one["arrivals"] for one in days] == [0, 0, 1, 0]
    # Of one program: whoever has a bed of it held.
    mine, another = make_bed(), make_bed()
    beds.hold(bed=mine, episode=other, by=case.ana)
    for bed, count in ((mine, 1), (another, 0)):
        days = client.get(f"{BOARD}?program={bed.program_id}").context["days"]
        assert days[2]["arrivals"] == count


def test_the_history_of_a_bed(ana, ben, client, as_user):
    bed = make_bed(label="R1")
    beds.release(use=beds.hold(bed=bed, episode=make_episode(ana), by=ana), by=ana)
    url = reverse("programs:bed-history", args=[bed.pk])
    as_user(ana)
    assert "J. L." in page_of(client, url)
    as_user(ben)
    page = page_of(client, url)
    assert "J. L." not in page
    assert "Not shown" in page


def test_the_board_takes_the_same_queries_for_many_beds(ana, sam, client, as_user):
    make_use(make_bed(), "hold", make_episode(ana))
    admit(Case.good())
    as_user(sam)

    def queries():
        page_of(client)
        with CaptureQueriesContext(connection) as captured:
            page_of(client)
        return len(captured)

    few = queries()
    for number in range(9):
        bed = make_bed()
        make_use(bed, "hold", make_episode(ana, f"Person {number}"))
        ended(ana, make_bed())
        case = Case.good()
        leaves.plan_leave(admission=admit(case), leaves_on=today(), by=case.ana)
    assert queries() == few


# ------------------------------------------------------------------ the rule

NOON = datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("UTC"))
SOON, LATER = NOON + HOUR, NOON + 2 * HOUR


@pytest.mark.parametrize(
    ("use", "end"),
    [
        (Use("stay", NOON), None),
        (Use("stay", NOON, leaves=LATER), LATER),
        (Use("stay", NOON, leaves=NOON - HOUR), None),
        (Use("hold", NOON, SOON), SOON),
        (Use("hold", NOON, SOON, expected=True), None),
        (Use("return", NOON), None),
        (Use("cleaning", NOON, about=SOON), SOON),
        (Use("out", NOON), None),
        (Use("out", NOON, LATER), LATER),
    ],
)
def test_from_when_a_bed_counts_on_being_open(use, end):
    assert ends(use, NOON) == end


def test_ends_touch_and_do_not_overlap():
    use = Use("out", SOON, LATER)
    assert is_open([use], NOON, NOON)
    assert not is_open([use], SOON, NOON)
    assert is_open([use], LATER, NOON)
