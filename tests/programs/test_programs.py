"""Programs: what each offers, who runs it, and what the database refuses whoever writes."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.db import refusal_code
from programs.choices import LADDER_SETTINGS, Level
from programs.choices_programs import ASAM_LABELS, LEVEL_WORDS, Service
from programs.models import Bed, Program
from programs.offers import ALL_LINES, OFFERED, differences, facts_of, offer_of, week_of
from programs.queries import programs_for
from tests.factories.care import change_program, make_bed, make_determination, make_program
from tests.programs.gate import Case, admit, by_orm, by_sql

pytestmark = pytest.mark.django_db
WEEK = ["9:00 group therapy", "", "9:00 group therapy", "", "", "", ""]


def refused(write) -> str | None:
    """Return the code that the database refuses a write with."""
    try:
        with transaction.atomic():
            write()
    except IntegrityError as error:
        return refusal_code(error)
    return None


def sql(statement, *values):
    """Return a write by hand-written SQL as the app's role."""

    def write():
        with connection.cursor() as cursor:
            cursor.execute(statement, values)

    return write


def raw_program(**given) -> str | None:
    """Insert a program by SQL and return the refusal."""
    row = {
        "id": str(uuid.uuid4()),
        "name": uuid.uuid4().hex,
        "level": "iop",
        "operated_by": "center",
        "slots": 4,
        "active": True,
        "about": "",
        "setting": "",
        "track": "",
        "medical_staff": False,
        "psychiatric_medicines": False,
        "medicines_continue": False,
        "services": [],
        "audiences": [],
        "week": [],
        "asam_label": "",
        "revision": 1,
        "reason": "New",
        **given,
    }
    marks = ", ".join("%s::varchar[]" if isinstance(value, list) else "%s" for value in row.values())
    return refused(sql(f"INSERT INTO programs_program ({', '.join(row)}) VALUES ({marks})", *row.values()))


# what is written: the rule that refuses it, or none
WRITES = [
    ({}, None),
    ({"level": "detox", "operated_by": "partner", "slots": None}, None),
    ({"level": "inpatient", "operated_by": "partner", "slots": None}, None),
    ({"level": "detox", "slots": 4}, "programs_program_detox_at_partner"),
    ({"level": "detox", "slots": None}, "programs_program_beds_or_slots"),
    ({"operated_by": "partner", "slots": 4}, "programs_program_beds_or_slots"),
    ({"level": "residential", "slots": 4}, "programs_program_beds_or_slots"),
    ({"slots": None}, "programs_program_beds_or_slots"),
    ({"level": "spa"}, "programs_program_vocabulary"),
    ({"operated_by": "nobody"}, "programs_program_beds_or_slots"),
    ({"track": "short"}, "programs_program_track_residential"),
    ({"level": "residential", "slots": None, "track": "short"}, None),
    ({"level": "residential", "slots": None, "track": "any"}, "programs_program_track_residential"),
    ({"stay_days_min": 28, "stay_days_max": 90}, None),
    ({"stay_days_min": 90, "stay_days_max": 28}, "programs_program_stay"),
    ({"stay_days_min": 28}, "programs_program_stay"),
    ({"stay_days_max": 28}, "programs_program_stay"),
    ({"visits_min": 0, "visits_max": 2}, "programs_program_visits"),
    ({"services": ["groups", "massage"]}, "programs_program_offer_known"),
    ({"audiences": ["everybody"]}, "programs_program_offer_known"),
    ({"setting": "moon"}, "programs_program_offer_known"),
    ({"asam_label": "9"}, "programs_program_offer_known"),
    ({"week": WEEK}, None),
    ({"week": WEEK[:5]}, "programs_program_week"),
]


@pytest.mark.parametrize("given,rule", WRITES)
def test_what_the_database_lets_a_program_be(given, rule):
    assert raw_program(**given) == rule


def test_no_program_becomes_one_of_detox_here(sam):
    day, nights = make_program("php"), make_program()
    assert refused(lambda: change_program(day, sam, level="detox")) == "programs_program_detox_at_partner"
    assert refused(lambda: change_program(nights, sam, level="detox")) == "programs_program_beds_or_slots"


@pytest.mark.parametrize(
    "level,operator,code",
    [
        ("detox", "partner", "bed_of_partner"),
        ("residential", "partner", "bed_of_partner"),
        ("iop", "center", "bed_by_day"),
        ("inpatient", "center", None),
    ],
)
def test_where_a_bed_can_stand(level, operator, code):
    program = make_program(level, operated_by=operator)
    assert refused(lambda: make_bed(program)) == code
    moved = make_bed()
    assert refused(lambda: Bed.objects.filter(pk=moved.pk).update(program=program)) == code
    new = "INSERT INTO programs_bed (id, program_id, label, active) VALUES (gen_random_uuid(), %s, 'Z', true)"
    assert refused(sql(new, str(program.pk))) == code


def test_a_program_with_beds_stays_one(sam):
    program = make_bed().program
    assert refused(lambda: change_program(program, sam, operated_by="partner")) == "program_has_beds"
    assert refused(lambda: change_program(program, sam, level="iop", slots=3)) == "program_has_beds"
    assert refused(lambda: change_program(program, sam, level="inpatient")) is None


def test_level_and_operator_stay_once_somebody_was_admitted():
    case = Case.good()
    assert admit(case) is None
    place, sam = case.program, case.sam
    assert refused(lambda: change_program(place, sam, level="inpatient")) == "program_kind_fixed"
    assert refused(lambda: change_program(place, sam, operated_by="partner")) == "program_kind_fixed"
    assert refused(lambda: change_program(place, sam, name="Maple House")) is None


@pytest.mark.parametrize("how", [by_orm, by_sql])
def test_nobody_is_admitted_into_a_partners_program(how):
    case = Case.good(determination=False)
    case.program, case.bed = make_program("iop", operated_by="partner"), None
    case.determination = make_determination(case.episode, case.cole, "iop")
    assert admit(case, how) == "partner_program"
    assert not programs_for(case.ana).filter(pk=case.program.pk).exists()


def test_an_offer_in_words():
    program = make_program(
        "iop",
        slots=9,
        setting="day",
        medicines_continue=True,
        services=["family", "groups"],
        audiences=["veterans"],
        visits_min=1,
        visits_max=2,
        week=WEEK,
        asam_label="2.1",
    )
    offer = offer_of(Program.objects.prefetch_related("beds").get(pk=program.pk))
    facts = dict(facts_of(offer))
    assert facts["Services"] == "Group therapy, Family therapy"
    assert facts["How often"] == "1 to 2 times a week"
    assert facts["Care day and night"] == "No"
    assert facts["Medicines from a prescriber go on"] == "Yes"
    assert "Expected stay" not in facts
    assert week_of(offer) == [("Monday", WEEK[0]), ("Wednesday", WEEK[2])]
    assert differences(offer, {**offer, "week": [], "slots": 12}) == [
        ("Slots", "9", "12"),
        ("Monday", WEEK[0], ""),
        ("Wednesday", WEEK[2], ""),
    ]


def test_whatever_can_change_has_a_line():
    assert {name for line in ALL_LINES for name in line.names} == {*OFFERED, "beds"}


def test_every_level_has_its_words_and_its_labels():
    assert set(LEVEL_WORDS) == set(ASAM_LABELS) == set(Level)
    assert ASAM_LABELS[Level.DETOX] == ()
    assert {label for labels in ASAM_LABELS.values() for label in labels} == set(LADDER_SETTINGS)


@pytest.mark.parametrize("name", ["ana", "cole", "sam", "pia", "audrey", "ada"])
def test_everybody_who_works_here_reads_what_programs_offer(client, as_user, request, name):
    program = make_program("residential", name="Maple", services=["dbt", "employment"], track="long")
    detox = make_program("detox", name="Detox elsewhere", operated_by="partner")
    as_user(request.getfixturevalue(name))
    listed = client.get(reverse("programs:program-list")).content.decode()
    assert all(level.label.replace("'", "&#x27;") in listed for level in Level)
    assert "Maple" in listed
    assert "At a partner" in listed
    page = client.get(reverse("programs:program", args=[program.pk])).content.decode()
    assert str(Service.EMPLOYMENT.label) in page
    assert "Long-term" in page
    elsewhere = client.get(reverse("programs:program", args=[detox.pk])).content.decode()
    assert "A partner runs this program" in elsewhere


def test_the_list_takes_the_same_queries_however_long(client, as_user, ana):
    as_user(ana)
    url = reverse("programs:program-list")
    make_bed()
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for level in ("residential", "inpatient", "residential"):
        make_bed(make_program(level))
    make_program("iop")
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(one)
