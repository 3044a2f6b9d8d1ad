"""U17: the downtime kit prints what staff need on paper, and nothing about anybody."""

import io
import re

import pytest
from django.urls import reverse
from pypdf import PdfReader

from audit.models import Event
from config import clock
from desk.downtime_kit import SUBSTANCES_ON_PAPER
from intake.paper import read_serial
from intake.questions import BY_KEY, REPEATABLE, SAFETY, SECTIONS
from programs.actions import slots
from records.models import Recipient
from referrals.actions.facilities import add_agreement
from tests.factories.care import goes_to_detox, make_program, make_slot_hold
from tests.factories.episodes import make_episode
from tests.factories.referrals import make_facility, one_sent
from tests.factories.world import build_world

pytestmark = pytest.mark.django_db


def kit(client, forms=1):
    answer = client.get(reverse("desk:downtime-kit"), {"forms": forms})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    reader = PdfReader(io.BytesIO(answer.content))
    told = " ".join("\n".join(page.extract_text() for page in reader.pages).split())
    return reader, told.replace("\u200b", "")  # where a long word may be broken


def test_every_question_stands_on_the_form_with_its_id(ana, as_user):
    _, text = kit(as_user(ana))
    for section in (SAFETY, *SECTIONS):
        for question in (*section.questions, *section.row_questions):
            on_paper = question.name != "amount_confirmed"  # the system alone knows what is unusual
            assert (f"{section.key}.{question.name}" in text) == on_paper, question.name


def test_what_another_answer_opens_says_so(ana, as_user):
    _, text = kit(as_user(ana))
    for line in (
        "Only if “Takes buprenorphine, methadone or naltrexone now?” is: Yes.",
        "Only if “Times a day” is more than 1.",
        "Only if “Is the person pregnant, or could they be?” is: Yes; It is possible.",
    ):
        assert line in text, line
    of_sections = [one for section in SECTIONS for one in section.questions if one.shown_when]
    of_rows = [one for one in BY_KEY[REPEATABLE].row_questions if one.shown_when]
    assert text.count("Only if “") == len(of_sections) + (len(of_rows) - 1) * SUBSTANCES_ON_PAPER


def test_the_card_comes_first_and_names_the_numbers(ana, as_user):
    reader, _ = kit(as_user(ana))
    first = " ".join(reader.pages[0].extract_text().split())
    assert all(number in first for number in ("911", "988", "1-800-222-1222"))
    assert all(question.label in first for question in SAFETY.questions)


def test_each_form_has_a_number_of_its_own(ana, as_user):
    _, text = kit(as_user(ana), forms=2)
    serials = set(re.findall(r"Intake form (\w+)", text))
    assert len(serials) == 2
    assert all(read_serial(serial) == serial for serial in serials)


def test_nothing_in_it_is_about_anybody(ana, cole, dana, as_user):
    made = build_world(ana, cole, dana)
    _, text = kit(as_user(ana))
    text = text.replace(f"Cedar {made.ordinary.person.name}", "").replace("Cedar Casey Moon", "")  # partners
    for person in (made.ordinary.person, made.ordinary.admission.episode.person):
        assert [word for word in (person.name, person.reference) if word in text] == []
    assert "In use" in text


def test_it_lists_the_slots_of_day_programs_like_beds(ana, as_user):
    _, text = kit(as_user(ana))
    assert "Day programs" not in text
    program, empty = make_program("php", "Elm Days", slots=4), make_program("iop", "Oak Evenings", slots=6)
    held = make_slot_hold(program, make_episode(ana, "Riley Park"), by=ana)
    away = make_episode(ana, "Casey Moon")
    goes_to_detox(away)
    slots.reserve_return(program=program, episode=away, by=ana, expected_at=held.period[1])
    _, text = kit(as_user(ana))
    assert re.search(
        r"Elm Days 4 0 (Held until .* Held for a return|Held for a return Held until .*) 2", text
    )
    assert f"{empty.name} 6 0 6" in text
    assert not [word for word in ("Riley", "Casey") if word in text]


def test_the_bare_address_makes_a_few_forms(ana, as_user):
    assert as_user(ana).get(reverse("desk:downtime-kit")).status_code == 200
    assert Event.objects.filter(name="downtime_kit.made", ids__forms=3).exists()


def test_making_it_is_an_event_and_needs_a_role_that_works_with_people(ana, audrey, as_user):
    kit(as_user(ana), forms=3)
    assert Event.objects.filter(name="downtime_kit.made", ids__forms=3).exists()
    assert as_user(audrey).get(reverse("desk:downtime-kit"), {"forms": 1}).status_code == 403


@pytest.mark.parametrize("forms", ["", "-1", "21", "many"])
def test_a_number_that_cannot_be_is_explained(ana, as_user, forms):
    answer = as_user(ana).get(reverse("desk:downtime-kit"), {"forms": forms})
    assert answer.status_code == 422
    assert b"Blank intake forms" in answer.content


def agreed(sam, name, **fields):
    made = make_facility(name, **fields)
    add_agreement(facility=made, by=sam, kind="transfer", begins_on=clock.center_day(clock.now()))
    return made


def test_only_partners_that_we_work_with_and_near_enough_the_nearest_first(ana, sam, as_user, settings):
    settings.CENTER_ZIP = "23220"
    agreed(sam, "Norfolk House", zip="23510")
    agreed(sam, "Richmond House", zip="23220")
    agreed(sam, "Nowhere House", zip="")
    agreed(sam, "Alaska House", zip="99501")
    make_facility("Stranger House", zip="23220")
    one_sent(ana, make_facility("Asked House", zip="23005"))
    gone = agreed(sam, "Gone House", zip="23220")
    Recipient.objects.filter(pk=gone.recipient_id).update(active=False)
    _, text = kit(as_user(ana))
    shown = ["Richmond House", "Asked House", "Norfolk House", "Nowhere House"]
    places = [text.find(name) for name in shown]
    assert -1 not in places and places == sorted(places)
    assert not [name for name in ("Alaska House", "Stranger House", "Gone House") if name in text]
    assert "asked within a year, at most about 150 miles from here" in text


def test_the_sheet_says_that_it_holds_not_all(ana, sam, as_user, settings):
    settings.CENTER_ZIP, settings.DOWNTIME_KIT_PARTNERS = "23220", 2
    for name, place in (("Far House", "23510"), ("Near House", "23220"), ("Middle House", "23005")):
        agreed(sam, name, zip=place)
    _, text = kit(as_user(ana))
    assert "Only the nearest 2 are printed." in text
    assert ("Far House" in text, "Near House" in text, "Middle House" in text) == (False, True, True)


def test_without_a_place_of_ours_nobody_is_left_out_and_without_partners_it_says_so(
    ana, sam, as_user, settings
):
    settings.CENTER_ZIP = ""
    _, text = kit(as_user(ana))
    assert "There is none: call the supervisor for a number." in text
    agreed(sam, "Alaska House", zip="99501")
    _, text = kit(as_user(ana))
    assert "Alaska House" in text
