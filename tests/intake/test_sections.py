"""Saving answers: fields merge, conflicts are a choice, nothing that was said is lost."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from intake import hooks
from intake.actions import assessments as act
from intake.actions.assessments import add_substance, remove_substance, save_section
from intake.actions.sections import How, save_fields
from intake.actions.substance_rows import restore_substance
from intake.models import AssessmentSection, Episode, SectionRevision, SubstanceUse
from intake.picture import facts_of, picture_of, sources_of
from outbox.submit import AlreadyDone
from tests.factories.episodes import add_row, fill_rows, make_assessment, make_sendable, said, save

pytestmark = pytest.mark.django_db

CONFLICT_QUERIES = 19
ROW_QUERIES = 20
HOW = {"save_key", "source", "observed_at"}


def section_of(assessment, key):
    return AssessmentSection.objects.get(assessment=assessment, key=key)


def test_answers_are_kept_with_their_version(ana):
    assessment = make_assessment(ana)
    save(ana, assessment, "mental", anxiety="yes", diagnoses="none told")
    section = section_of(assessment, "mental")
    assert section.answers == said(anxiety="yes", diagnoses="none told")
    assert (section.version, section.updated_by) == (1, ana)
    assessment.refresh_from_db()
    assert (assessment.status, assessment.version) == ("in_progress", 1)
    event = Event.objects.get(name="assessment.section_saved")
    assert (event.fields, event.ids["section"]) == (["anxiety", "diagnoses"], "mental")


def test_saving_the_same_again_changes_nothing(ana):
    assessment = make_assessment(ana)
    save(ana, assessment, "mental", anxiety="yes")
    save(ana, assessment, "mental", anxiety="yes")
    assert section_of(assessment, "mental").version == 1
    assert SectionRevision.objects.count() == 1


def test_an_answer_can_be_taken_back_and_its_history_stays(ana):
    assessment = make_assessment(ana)
    save(ana, assessment, "mental", anxiety="yes")
    save_section(by=ana, assessment=assessment, key="mental", bases=1, answers={"anxiety": None})
    assert section_of(assessment, "mental").answers == {}
    assert [r.answers for r in SectionRevision.objects.order_by("version")] == [said(anxiety="yes"), {}]


def test_fields_changed_by_one_side_merge(ana, ben):
    assessment = make_assessment(ana)
    save(ana, assessment, "mental", anxiety="yes", depression="no")
    save(ana, assessment, "mental", base=1, anxiety="no", depression="no")
    save(ben, assessment, "mental", base=1, anxiety="yes", depression="yes")
    section = section_of(assessment, "mental")
    assert section.answers == said(anxiety="no", depression="yes")
    assert section.version == 3


def test_a_field_changed_by_both_is_a_choice_and_the_loser_is_kept(ana, ben):
    assessment = make_assessment(ana)
    save(ana, assessment, "mental", anxiety="yes")
    save(ana, assessment, "mental", base=1, anxiety="no", treatment_count=2)
    with pytest.raises(Conflict) as caught:
        save(ben, assessment, "mental", base=0, anxiety="yes", treatment_count=5, trauma="yes")
    conflicts = {c.field: c for c in caught.value.details["conflicts"]}
    assert set(conflicts) == {"anxiety", "treatment_count"}
    assert (conflicts["treatment_count"].mine, conflicts["treatment_count"].theirs) == (
        {"value": 5},
        {"value": 2},
    )
    assert conflicts["treatment_count"].who == ana.display_name
    assert caught.value.details["version"] == 3
    assert section_of(assessment, "mental").answers == said(anxiety="no", treatment_count=2, trauma="yes")
    lost = SectionRevision.objects.get(kind="not_kept")
    assert (lost.answers, lost.by) == (said(anxiety="yes", treatment_count=5), ben)


def test_a_replay_of_an_old_page_does_not_overwrite(ana):
    assessment = make_assessment(ana)
    save(ana, assessment, "mental", treatment_count=32)
    save(ana, assessment, "mental", treatment_count=40)
    with pytest.raises(Conflict):
        save(ana, assessment, "mental", base=1, treatment_count=35)
    save(ana, assessment, "mental", base=1, treatment_count=32)
    assert section_of(assessment, "mental").answers == said(treatment_count=40)


def test_a_version_that_never_was_is_a_conflict(ana):
    with pytest.raises(Conflict):
        save(ana, make_assessment(ana), "mental", base=7, anxiety="yes")


OTHER_ROW = "00000000-0000-4000-8000-000000000007:amount"


@pytest.mark.parametrize("field", ["no_such_question", "seizure_24h", OTHER_ROW])
def test_a_field_of_somewhere_else_is_refused(ana, field):
    assessment = make_assessment(ana)
    with pytest.raises(Refused):
        save_section(by=ana, assessment=assessment, key="substances", bases=0, answers=said(**{field: "no"}))


def test_a_row_of_another_assessment_is_refused(ana):
    row = add_row(ana, make_assessment(ana, name="One"), substance="alcohol")
    other = make_assessment(ana, name="Two")
    with pytest.raises(Refused):
        save(ana, other, "substances", **{f"{row.id}:amount": 5})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("mine", "conflicts"), [({"depression": "yes"}, 0), ({"treatment_count": 9}, 1)], ids=["apart", "same"]
)
def test_two_people_save_at_the_same_moment(ana, ben, mine, conflicts):
    assessment = make_assessment(ana)
    outcomes, ready = [], threading.Barrier(2)

    def press(by, values):
        ready.wait()
        try:
            save(by, assessment, "mental", base=0, **values)
            outcomes.append("saved")
        except Conflict:
            outcomes.append("conflict")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=press, args=(ana, {"treatment_count": 3})),
        threading.Thread(target=press, args=(ben, mine)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("conflict") == conflicts
    answers = section_of(assessment, "mental").answers
    sent = {"treatment_count": 3, **mine} if not conflicts else {}
    assert not sent or answers == said(**sent)
    said_somewhere = [r.answers.get("treatment_count") for r in SectionRevision.objects.all()]
    assert {"value": 3} in said_somewhere
    assert conflicts == 0 or {"value": 9} in said_somewhere


# One field at a time: bases, keys, drafts


def autosave(by, assessment, key, values, *, bases=0, **more):
    return save_fields(
        how=How(
            by, **{name: more.pop(name) for name in ("save_key", "source", "observed_at") if name in more}
        ),
        assessment=assessment,
        key=key,
        bases=bases,
        answers=values,
        edited=True,
        **more,
    )


def test_a_revision_holds_only_what_changed(ana):
    assessment = make_assessment(ana)
    save(ana, assessment, "mental", anxiety="yes", depression="no")
    save(ana, assessment, "mental", anxiety="no")
    assert [r.answers for r in SectionRevision.objects.order_by("version")] == [
        said(anxiety="yes", depression="no"),
        said(anxiety="no"),
    ]


def test_each_field_has_its_own_base(ana, ben):
    assessment = make_assessment(ana)
    save(ben, assessment, "mental", anxiety="yes")
    save(ben, assessment, "mental", depression="yes")
    done = autosave(
        ana, assessment, "mental", said(anxiety="no", depression="no"), bases={"anxiety": 0, "depression": 2}
    )
    assert [(c.field, c.theirs, c.who) for c in done.conflicts] == [
        ("anxiety", {"value": "yes"}, ben.display_name)
    ]
    assert section_of(assessment, "mental").answers == said(anxiety="yes", depression="no")


def test_a_field_whose_base_is_not_told_was_never_seen(ana, ben):
    assessment = make_assessment(ana)
    save(ben, assessment, "mental", anxiety="yes")
    assert autosave(ana, assessment, "mental", said(anxiety="no"), bases={}).conflicts


def test_an_answer_put_back_by_hand_does_not_vanish(ana, ben):
    assessment = make_assessment(ana)
    save(ana, assessment, "mental", anxiety="yes")
    save(ben, assessment, "mental", anxiety="no")
    assert autosave(ana, assessment, "mental", said(anxiety="yes"), bases=1).conflicts
    assert SectionRevision.objects.get(kind="not_kept").answers == said(anxiety="yes")


def test_a_key_of_somebody_else_is_a_conflict(ana, sam):
    assessment, key = make_assessment(ana), uuid4()
    autosave(ana, assessment, "mental", said(anxiety="yes"), save_key=key)
    with pytest.raises(Conflict):
        autosave(sam, assessment, "mental", said(anxiety="no"), save_key=key)
    assert section_of(assessment, "mental").answers == said(anxiety="yes")


def test_a_save_sent_again_answers_as_the_first_time_and_writes_nothing(ana, ben):
    assessment, key = make_assessment(ana), uuid4()
    first = autosave(ana, assessment, "mental", said(anxiety="yes"), save_key=key)
    save(ben, assessment, "mental", anxiety="no")
    again = autosave(ana, assessment, "mental", said(anxiety="yes"), save_key=key)
    assert (again.version, again.conflicts) == (first.version, ())
    assert section_of(assessment, "mental").answers == said(anxiety="no")
    assert SectionRevision.objects.count() == 2


def test_a_conflict_sent_again_is_the_same_conflict_once(ana, ben):
    assessment, key = make_assessment(ana), uuid4()
    save(ben, assessment, "mental", anxiety="no")
    for _ in range(2):
        told = autosave(ana, assessment, "mental", said(anxiety="yes"), save_key=key).conflicts
        assert [(c.field, c.mine, c.theirs) for c in told] == [("anxiety", {"value": "yes"}, {"value": "no"})]
    assert SectionRevision.objects.filter(kind="not_kept").count() == 1


def test_where_an_answer_comes_from_and_when_it_was_said_stays_with_it(ana):
    assessment = make_assessment(ana)
    row = add_row(ana, assessment)
    then = clock.now() - timedelta(days=3)
    autosave(
        ana,
        assessment,
        "substances",
        said(**{f"{row.pk}:substance": "alcohol", f"{row.pk}:last_use": "today"}),
        source="paper",
        observed_at=then,
    )
    kept = SectionRevision.objects.get()
    assert (kept.source, kept.observed_at) == ("paper", then)
    row.refresh_from_db()
    assert row.last_use_latest <= then


def test_what_is_typed_and_no_answer_is_kept_and_never_counts(ana, ben):
    assessment = make_assessment(ana)
    save(ana, assessment, "mental", treatment_count=2)
    typed = {"treatment_count": {"treatment_count": ["tw"], "treatment_count__na": [""]}}
    autosave(ana, assessment, "mental", {}, drafts=typed)
    section = section_of(assessment, "mental")
    assert section.drafts["treatment_count"]["posted"] == typed["treatment_count"]
    assert (section.version, section.answers) == (1, said(treatment_count=2))
    assert facts_of(assessment).sections["mental"] == said(treatment_count=2)
    save(ben, assessment, "mental", treatment_count=3)
    assert section_of(assessment, "mental").drafts is None


def test_a_whole_page_puts_away_only_its_own_sender_s_draft(ana, ben):
    """What another types meanwhile is on no page that was opened before; it waits for whoever typed it."""
    assessment = make_assessment(ana)
    typed = {"treatment_count": {"treatment_count": ["tw"], "treatment_count__na": [""]}}
    autosave(ana, assessment, "mental", {}, drafts=typed)
    whole = {"treatment_count": None, "anxiety": {"value": "yes"}}
    save_section(by=ben, assessment=assessment, key="mental", bases=0, answers=whole)
    section = section_of(assessment, "mental")
    assert section.answers == said(anxiety="yes")
    assert section.drafts["treatment_count"]["posted"] == typed["treatment_count"]
    save_section(by=ana, assessment=assessment, key="mental", bases=1, answers=whole)
    assert section_of(assessment, "mental").drafts is None


def test_a_section_that_is_newer_than_the_assessment_is_made_by_its_first_answer(ana):
    assessment = make_assessment(ana)
    AssessmentSection.objects.filter(assessment=assessment, key="goals").delete()
    autosave(ana, assessment, "goals", said(goal_words="To sleep again"))
    assert section_of(assessment, "goals").answers == said(goal_words="To sleep again")


@pytest.mark.parametrize("count", [1, 1000])
def test_saving_takes_the_same_queries_however_long_the_history(ana, count, django_assert_num_queries):
    assessment = make_assessment(ana)
    save(ana, assessment, "mental", treatment_count=0)
    section = section_of(assessment, "mental")
    SectionRevision.objects.bulk_create(
        SectionRevision(
            section=section, data_key=section.data_key, version=number, answers=said(treatment_count=number),
            field_names=["treatment_count"], by=ana,
        )
        for number in range(2, count + 1)
    )  # fmt: skip
    AssessmentSection.objects.filter(pk=section.pk).update(version=count)
    with django_assert_num_queries(CONFLICT_QUERIES):
        save_fields(
            how=How(ana),
            assessment=assessment,
            key="mental",
            bases={"treatment_count": 0, "anxiety": count},
            answers=said(treatment_count=7, anxiety="yes"),
        )


@pytest.mark.parametrize("rows", [1, 50])
def test_saving_one_field_takes_the_same_queries_for_one_row_and_fifty(ana, rows, django_assert_num_queries):
    assessment = make_assessment(ana)
    row = add_row(ana, assessment, substance="alcohol")
    fill_rows(assessment, rows - 1)
    with django_assert_num_queries(ROW_QUERIES):
        autosave(ana, assessment, "substances", said(**{f"{row.pk}:amount": 5}), bases=1)


def test_a_decided_or_held_assessment_keeps_no_new_answer(ana, cole):
    held, decided = make_assessment(ana, name="One"), make_sendable(ana, name="Two")
    act.hold(by=ana, assessment=held, reason="will_call_back")
    act.submit(by=ana, assessment=decided)
    act.mark_decided(by=cole, assessment=decided)
    for one in (held, decided):
        with pytest.raises(Conflict):
            autosave(ana, one, "goals", said(goal_words="x"))
        with pytest.raises(Conflict):
            autosave(ana, one, "goals", {}, drafts={"goal_words": {"goal_words": ["x"]}})


def test_a_removed_row_comes_back_with_what_it_said(ana):
    assessment = make_assessment(ana)
    row = add_row(ana, assessment, substance="alcohol", amount=5)
    remove_substance(by=ana, assessment=assessment, row_id=row.pk)
    restore_substance(by=ana, assessment=assessment, row_id=row.pk)
    assert [one.answers["amount"] for one in facts_of(assessment).rows] == [{"value": 5}]


# Substances and the last use


def test_the_episode_knows_the_latest_reported_use(ana):
    assessment = make_assessment(ana)
    add_row(ana, assessment, substance="alcohol", last_use="exact", last_use_at="2026-07-01T10:00:00+00:00")
    assert Episode.objects.get().last_use_latest.isoformat() == "2026-07-01T10:00:00+00:00"
    later = add_row(ana, assessment, substance="kratom_leaf", last_use="today")
    assert abs((clock.now() - Episode.objects.get().last_use_latest).total_seconds()) < 60
    remove_substance(by=ana, assessment=assessment, row_id=later.pk)
    assert Episode.objects.get().last_use_latest.isoformat() == "2026-07-01T10:00:00+00:00"


def test_a_substance_without_a_last_use_can_have_been_used_just_now(ana):
    row = add_row(ana, make_assessment(ana), substance="alcohol")
    assert abs((clock.now() - row.last_use_latest).total_seconds()) < 60
    assert "hours_since_last" not in picture_of(row.assessment, clock.now())["substances"]["alcohol"]


def test_editing_another_field_does_not_move_the_last_use(ana):
    assessment = make_assessment(ana)
    row = add_row(ana, assessment, substance="alcohol", last_use="today")
    before = row.last_use_latest
    save(ana, assessment, "substances", **{f"{row.id}:amount": 5})
    row.refresh_from_db()
    assert row.last_use_latest == before
    assert row.details["amount"] == {"value": 5}


def test_a_removed_row_keeps_what_it_said_and_leaves_the_picture(ana):
    assessment = make_assessment(ana)
    row = add_row(ana, assessment, substance="alcohol", amount=5)
    remove_substance(by=ana, assessment=assessment, row_id=row.pk)
    remove_substance(by=ana, assessment=assessment, row_id=row.pk)
    assert "substances" not in picture_of(assessment, clock.now())
    assert SubstanceUse.objects.get().details["amount"] == {"value": 5}


def test_a_change_to_a_row_that_another_person_removed_brings_it_back(ana, ben):
    assessment = make_assessment(ana)
    row = add_row(ana, assessment, substance="alcohol", amount=5)
    version = section_of(assessment, "substances").version
    remove_substance(by=ben, assessment=assessment, row_id=row.pk)
    save(ana, assessment, "substances", base=version, **{f"{row.id}:amount": 9})
    row.refresh_from_db()
    assert row.removed_at is None
    assert row.details["amount"] == {"value": 9}


def test_the_list_has_an_end(ana):
    assessment = make_assessment(ana)
    fill_rows(assessment, 60)
    with pytest.raises(Refused):
        add_substance(by=ana, assessment=assessment)


def test_hooks_run_inside_the_transaction(ana, monkeypatch):
    def fail(**facts):
        raise RuntimeError

    monkeypatch.setattr(hooks, "after_answers_changed", [fail])
    assessment = make_assessment(ana)
    with pytest.raises(RuntimeError):
        save(ana, assessment, "mental", anxiety="yes")
    assert section_of(assessment, "mental").answers == {}


def test_facts_take_the_same_queries_for_one_row_and_fifty(ana, django_assert_num_queries):
    assessment = make_assessment(ana)
    add_row(ana, assessment, substance="alcohol")
    with django_assert_num_queries(5):
        facts_of(assessment)
    fill_rows(assessment, 49)
    with django_assert_num_queries(5):
        assert len(facts_of(assessment).rows) == 50


def test_sources_lead_to_questions(ana):
    assessment = make_assessment(ana)
    row = add_row(ana, assessment, substance="alcohol", amount=5)
    sources = sources_of(assessment)
    assert sources["substances.alcohol.amount"] == ("substances", "Amount each time", f"id_{row.id}-amount")
    assert sources["pregnant"].section == "health"
    assert sources["red_flags.seizure_24h"].section == "safety"
    assert sources["vitals.hr"].anchor == "id_hr"


# The database


def refused(sql, *params):
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return refusal_code(caught.value)


def test_the_last_use_of_the_episode_never_falls_behind(ana):
    assessment = make_assessment(ana)
    row = add_row(ana, assessment, substance="alcohol", last_use="today")
    earlier = "UPDATE intake_episode SET last_use_latest = now() - interval '3 days' WHERE id = %s"
    later = "UPDATE intake_substanceuse SET last_use_latest = now() + interval '1 minute' WHERE id = %s"
    assert refused(earlier, assessment.episode_id) == "intake_episode_last_use_behind"
    assert refused(later, row.pk) == "intake_episode_last_use_behind"
    assert refused("DELETE FROM intake_substanceuse WHERE id = %s", row.pk) == "intake_substanceuse_kept"


@pytest.mark.parametrize(
    "sql", ["UPDATE intake_sectionrevision SET version = 9", "DELETE FROM intake_sectionrevision"]
)
def test_revisions_are_append_only(ana, sql):
    save(ana, make_assessment(ana), "mental", anxiety="yes")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_dump_shows_no_answer(ana):
    assessment = make_assessment(ana, name="Quillon Ashgrove")
    add_row(ana, assessment, substance="kratom_leaf", product_name="zanzibar", amount=8)
    save(ana, assessment, "mental", diagnoses="zanzibar")
    with connection.cursor() as cursor:
        for table in (
            "assessment",
            "assessmentsection",
            "sectionrevision",
            "substanceuse",
            "safetycheck",
            "episode",
        ):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM intake_{table} t")
            text = cursor.fetchone()[0]
            for word in ("zanzibar", "kratom_leaf", "Quillon"):
                assert word not in text
                assert word.encode().hex() not in text


def test_pressing_add_twice_adds_one_row(ana):
    assessment, key = make_assessment(ana), uuid4()
    add_substance(by=ana, assessment=assessment, submit_key=key)
    with pytest.raises(AlreadyDone):
        add_substance(by=ana, assessment=assessment, submit_key=key)
    assert SubstanceUse.objects.count() == 1
