"""Answers from elsewhere are offered, and count for nothing until a person uses them."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Conflict
from intake.actions.episodes import close_episode, start_episode
from intake.actions.offering import Origin, offer_answers
from intake.actions.prefills import set_prefills_aside, use_prefills
from intake.actions.sections import save_section
from intake.models import Prefill, SectionRevision
from intake.picture import facts_of, picture_of
from intake.prefills import offers_for_section
from intake.queries import current_assessment
from intake.questions import SECTIONS
from intake.rules.gaps import gaps
from intake.rules.prefill import ANEW, ANEW_OF_ROW, ANEW_PREFIX, LASTING, LASTING_OF_ROW, Standing
from referrals.packet import packet_sections
from tests.factories.contact import make_request
from tests.factories.episodes import add_row, ask_safety, make_episode, make_sendable, said, save

pytestmark = pytest.mark.django_db


def second_episode(by):
    """A person whose first episode was answered in full and closed, and who calls again."""
    first = make_sendable(by)
    save(by, first, "mental", suicidality="low", diagnoses="none told", mental_notes="crying")
    save(by, first, "withdrawal", symptoms_now=["sweats"], quit_attempts=2)
    save(by, first, "health", medicines="sertraline 50 mg", hr=80)
    save(by, first, "social", zip_code="23220")
    close_episode(by=by, episode=first.episode, reason="declined_by_person")
    again = start_episode(by=by, person=first.episode.person)
    return first, current_assessment(again)


def offered(assessment, section):
    return {one.prefill.field or "row": one for one in offers_for_section(assessment, section)}


def ids(*offers):
    return [one.prefill.pk for one in offers]


def stored(assessment, section):
    return assessment.sections.get(key=section).answers


def refused(sql, *params):
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
    return refusal_code(caught.value)


# ------------------------------------------------------------------ what is offered


def test_a_second_episode_is_offered_what_may_still_be_true(ana):
    _first, again = second_episode(ana)
    assert set(offered(again, "mental")) == {"anxiety", "diagnoses"}
    assert set(offered(again, "withdrawal")) == {"prior_complicated_withdrawal", "quit_attempts"}
    assert set(offered(again, "health")) == {"medicines"}
    assert offered(again, "social")["zip_code"].words == "23220"


def test_a_substance_comes_as_a_whole_row_without_its_last_use(ana):
    _first, again = second_episode(ana)
    row = offered(again, "substances")["row"]
    assert row.label == "Kratom leaf, powder, capsules or tea"
    assert ("Amount each time", "8") in row.details
    assert not {name for name in row.answer if name.startswith("last_use")}


def test_safety_scores_symptoms_and_notes_are_never_offered(ana):
    _first, _again = second_episode(ana)
    fields = set(Prefill.objects.values_list("field", flat=True))
    assert not fields & {"suicidality", "symptoms_now", "hr", "mental_notes", "pregnant", "last_use"}


def test_each_question_is_known_to_last_or_to_be_asked_anew():
    """A new question goes into one of both lists in intake/rules/prefill.py."""
    for section in SECTIONS:
        lasting, anew = LASTING.get(section.key, frozenset()), ANEW.get(section.key, frozenset())
        names = {one.name for one in section.questions if not one.name.startswith(ANEW_PREFIX)}
        assert names <= lasting | anew, section.key
        assert lasting <= names
        assert not lasting & anew
        if section.row_questions:
            of_rows = {question.name for question in section.row_questions}
            assert of_rows <= LASTING_OF_ROW | ANEW_OF_ROW
            assert of_rows >= LASTING_OF_ROW


def test_it_says_from_when(ana):
    first, again = second_episode(ana)
    month = f"{(first.submitted_at or first.created_at):%B %Y}"
    assert offered(again, "mental")["anxiety"].prefill.origin == month


def test_an_unknown_answer_is_no_answer_to_offer(ana):
    first = make_sendable(ana)
    declined = {"depression": {"missing": "declined"}}
    version = first.sections.get(key="mental").version
    save_section(by=ana, assessment=first, key="mental", bases=version, answers=declined)
    close_episode(by=ana, episode=first.episode, reason="lost_contact")
    again = current_assessment(start_episode(by=ana, person=first.episode.person))
    assert "depression" not in offered(again, "mental")


def test_the_persons_own_request_offers_its_language_and_the_note(ana):
    request = make_request(ana, who="me", language="es")
    episode = start_episode(by=ana, new_person={"name": "Robin Poe"}, contact_request=request)
    found = offered(current_assessment(episode), "goals")
    assert found["language_care"].words == "Spanish"
    assert found["language_care"].prefill.origin.startswith("the request of ")


def test_a_relatives_request_offers_nothing(ana):
    request = make_request(ana, who="family", language="es")
    start_episode(by=ana, new_person={"name": "Robin Poe"}, contact_request=request)
    assert not Prefill.objects.exists()


def test_a_partners_answers_are_offered_by_one_call(ana):
    episode = make_episode(ana)
    origin = Origin("partner", "Harbor Detox", clock.now())
    offer_answers(
        by=ana,
        episode=episode,
        origin=origin,
        sections={"health": said(medicines="buprenorphine 8 mg")},
        rows=[said(substance="kratom_leaf", amount=8)],
    )
    assessment = current_assessment(episode)
    assert offered(assessment, "health")["medicines"].prefill.origin == "Harbor Detox"
    assert use_prefills(by=ana, assessment=assessment, ids=ids(*offered(assessment, "substances").values()))
    assert SectionRevision.objects.get(section__key="substances").source == "partner"


# ------------------------------------------------------------------ it counts for nothing


def test_nothing_counts_until_it_is_used(ana):
    _first, again = second_episode(ana)
    facts = facts_of(again)
    assert not any(facts.sections.values())
    assert facts.rows == ()
    assert (
        "substances" not in picture_of(again, clock.now()) or not picture_of(again, clock.now())["substances"]
    )
    assert "prior_complicated_withdrawal" in {gap.field for gap in gaps(facts)}
    packet = packet_sections(again.episode)
    assert all(not build() for name, build in packet.items() if name in ("mental_health", "medications"))


# ------------------------------------------------------------------ using it


def test_use_answers_the_question_and_history_says_where_it_is_from(ana, ben):
    _first, again = second_episode(ana)
    assert use_prefills(by=ben, assessment=again, ids=ids(offered(again, "mental")["anxiety"])) == (1, 0)
    assert stored(again, "mental") == said(anxiety="yes")
    revision = SectionRevision.objects.get(section__assessment=again)
    assert (revision.source, revision.by) == ("earlier", ben)
    assert "anxiety" not in offered(again, "mental")
    event = Event.objects.get(name="prefills.used")
    assert event.fields == ["anxiety"]


def test_a_used_row_is_a_row_that_still_lacks_its_last_use(ana):
    _first, again = second_episode(ana)
    use_prefills(by=ana, assessment=again, ids=ids(offered(again, "substances")["row"]))
    row = again.substance_rows.get()
    assert row.details["amount"] == {"value": 8}
    assert "last_use" not in row.details
    assert row.last_use_latest is None or row.last_use_latest <= clock.now()
    assert any(
        gap.section == "substances" and "last" in gap.sentence.lower() for gap in gaps(facts_of(again))
    )


def test_an_answer_that_was_given_is_never_overwritten(ana):
    _first, again = second_episode(ana)
    save(ana, again, "mental", anxiety="no")
    anxiety = offered(again, "mental")["anxiety"]
    assert anxiety.standing == Standing.DIFFERS
    assert use_prefills(by=ana, assessment=again, ids=ids(anxiety)) == (0, 1)
    assert stored(again, "mental") == said(anxiety="no")


def test_the_same_answer_is_not_offered(ana):
    _first, again = second_episode(ana)
    save(ana, again, "mental", anxiety="yes")
    assert "anxiety" not in offered(again, "mental")


def test_a_substance_that_is_on_the_list_is_not_added_twice(ana):
    _first, again = second_episode(ana)
    row = offered(again, "substances")["row"]
    add_row(ana, again, substance="kratom_leaf", amount=3)
    assert offered(again, "substances")["row"].standing == Standing.DIFFERS
    assert use_prefills(by=ana, assessment=again, ids=ids(row)) == (0, 1)
    assert again.substance_rows.count() == 1


def test_not_any_more_answers_nothing_and_is_offered_no_more(ana):
    _first, again = second_episode(ana)
    assert set_prefills_aside(by=ana, assessment=again, ids=ids(offered(again, "mental")["anxiety"])) == 1
    assert stored(again, "mental") == {}
    assert "anxiety" not in offered(again, "mental")
    assert Prefill.objects.get(field="anxiety").decision == "set_aside"


def test_the_offers_of_somebody_else_are_out_of_reach(ana):
    _first, again = second_episode(ana)
    other = current_assessment(make_episode(ana, "Casey Moon"))
    mine = ids(offered(again, "mental")["anxiety"])
    assert use_prefills(by=ana, assessment=other, ids=mine) == (0, 0)
    assert stored(other, "mental") == {}


def test_a_closed_episode_takes_none(ana):
    _first, again = second_episode(ana)
    anxiety = ids(offered(again, "mental")["anxiety"])
    close_episode(by=ana, episode=again.episode, reason="lost_contact")
    with pytest.raises(Conflict):
        use_prefills(by=ana, assessment=again, ids=anxiety)


# ------------------------------------------------------------------ the database


def test_an_offer_stays_as_it_was_made_and_is_decided_once(ana):
    _first, again = second_episode(ana)
    set_prefills_aside(by=ana, assessment=again, ids=ids(offered(again, "mental")["anxiety"]))
    kept = "intake_prefill_kept"
    assert refused("UPDATE intake_prefill SET field = 'trauma' WHERE decision = ''") == kept
    assert refused("UPDATE intake_prefill SET decision = 'used' WHERE decision = 'set_aside'") == kept
    assert refused("DELETE FROM intake_prefill") == kept


def test_a_decision_is_whole(ana):
    second_episode(ana)
    assert refused("UPDATE intake_prefill SET decision = 'used'") == "intake_prefill_decision_complete"


def test_an_asked_answer_is_no_offer(ana):
    episode = make_episode(ana)
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        offer_answers(
            by=ana, episode=episode, origin=Origin("asked", "us"), sections={"health": said(pain="yes")}
        )
    assert refusal_code(caught.value) == "intake_prefill_source_known"


# ------------------------------------------------------------------ the pages


def page(episode, section, name="assessment-section"):
    return reverse(f"intake:{name}", args=[episode.pk, section])


def test_the_section_shows_what_is_known_from_before(as_user, ana):
    _first, again = second_episode(ana)
    ask_safety(ana, again.episode)
    shown = as_user(ana).get(page(again.episode, "mental")).content.decode()
    assert "Known from before" in shown
    assert "none told" in shown
    assert "Use all of this section" in shown
    assert "Known from before" not in as_user(ana).get(page(again.episode, "goals")).content.decode()


def test_use_saves_what_was_typed_and_then_uses_the_answer(as_user, ana):
    _first, again = second_episode(ana)
    ask_safety(ana, again.episode)
    anxiety = offered(again, "mental")["anxiety"].prefill
    sent = {"version": 0, "trauma": "yes", "do": f"use:{anxiety.pk}"}
    answer = as_user(ana).post(page(again.episode, "mental"), sent)
    assert answer.status_code == 302
    assert stored(again, "mental") == said(anxiety="yes", trauma="yes")


def test_all_of_a_section_goes_by_a_page_that_shows_it(as_user, ana):
    _first, again = second_episode(ana)
    ask_safety(ana, again.episode)
    review = page(again.episode, "mental", "assessment-before")
    asked = as_user(ana).post(page(again.episode, "mental"), {"version": 0, "do": "use-all"})
    assert asked.url == review
    shown = as_user(ana).get(review)
    assert stored(again, "mental") == {}
    assert "none told" in shown.content.decode()
    assert as_user(ana).post(review, {}).status_code == 422
    chosen = [str(one) for one in ids(*offered(again, "mental").values())]
    assert as_user(ana).post(review, {"prefill": chosen}).status_code == 302
    assert stored(again, "mental") == said(anxiety="yes", diagnoses="none told")


def test_the_queries_of_a_section_do_not_grow_with_offers(as_user, ana):
    _first, again = second_episode(ana)
    ask_safety(ana, again.episode)
    client = as_user(ana)
    client.get(page(again.episode, "substances"))

    def count():
        with CaptureQueriesContext(connection) as seen:
            client.get(page(again.episode, "substances"))
        return len(seen)

    before = count()
    offer_answers(
        by=ana,
        episode=again.episode,
        origin=Origin("partner", "Harbor Detox"),
        sections={},
        rows=[said(substance="alcohol", amount=number) for number in range(30)],
    )
    assert count() == before
