"""A signed version is corrected by the next one; the signed one stays as it was, in the database too."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from config.db import refusal_code
from config.errors import Conflict, Refused
from intake.actions import assessments as act
from intake.actions.corrections import correct, drop
from intake.actions.review_questions import Asked
from intake.models import Assessment, AssessmentStatusChange, Episode, ReviewQuestion
from intake.queries import current_assessment
from outbox.submit import AlreadyDone
from tests.factories.episodes import add_row, make_sendable, save

pytestmark = pytest.mark.django_db
WHY = "The dose was misheard on the phone."


def refused(sql, *params):
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
    return refusal_code(caught.value)


@pytest.fixture
def signed(ana, cole):
    made = make_sendable(ana)
    act.submit(by=ana, assessment=made)
    return act.mark_decided(by=cole, assessment=made)


def began(version, key):
    """The version that a page of this section has seen which was opened before anybody changed it."""
    return version.sections.get(key=key).version


def test_it_begins_as_a_copy_with_removed_rows_and_leaves_the_signed_one_alone(ana, cole):
    made = make_sendable(ana)
    gone = add_row(ana, made, substance="alcohol", last_use="over_a_week")
    act.remove_substance(by=ana, assessment=made, row_id=gone.pk)
    act.submit(by=ana, assessment=made)
    signed = act.mark_decided(by=cole, assessment=made)
    second = correct(by=ana, assessment=signed, reason=WHY)

    assert (second.number, second.status, second.corrects) == (2, "in_progress", signed)
    assert second.correction_reason == WHY
    assert current_assessment(signed.episode) == second
    assert {one.key: one.answers for one in second.sections.all()} == {
        one.key: one.answers for one in signed.sections.all()
    }
    copies = {row.copied_from_id: row for row in second.substance_rows.all()}
    assert set(copies) == {row.pk for row in signed.substance_rows.all()}
    assert copies[gone.pk].removed_at is not None
    assert copies[gone.pk].details == gone.details

    save(ana, second, "mental", anxiety="no")
    assert signed.sections.get(key="mental").answers["anxiety"] == {"value": "yes"}
    assert second.sections.get(key="mental").answers["anxiety"] == {"value": "no"}


def test_a_page_of_the_signed_version_never_overwrites_its_correction(ana, ben, cole):
    """The page says which version it saw, and a correction counts on from there."""
    made = make_sendable(ana)
    save(ana, made, "mental", anxiety="no")
    seen = made.sections.get(key="mental").version
    save(ana, made, "mental", depression="yes")
    act.submit(by=ana, assessment=made)
    second = correct(by=ana, assessment=act.mark_decided(by=cole, assessment=made), reason=WHY)
    save(ana, second, "mental", anxiety="yes")
    for _ in range(seen):
        save(ana, second, "mental", depression="no")
        save(ana, second, "mental", depression="yes")

    with pytest.raises(Conflict):
        save(ben, second, "mental", base=seen, anxiety="no", depression="yes")
    with pytest.raises(Conflict) as both:  # the page that was open when it was signed
        save(ben, second, "mental", base=seen + 1, anxiety="declined", depression="yes")
    assert [one.field for one in both.value.details["conflicts"]] == ["anxiety"]
    assert second.sections.get(key="mental").answers["anxiety"] == {"value": "yes"}


def test_only_a_signed_version_in_force_is_corrected_with_a_reason(ana, signed, pia):
    with pytest.raises(Refused) as no_reason:
        correct(by=ana, assessment=signed, reason="wrong")
    assert no_reason.value.field == "reason"
    with pytest.raises(Refused):
        correct(by=pia, assessment=signed, reason=WHY)
    second = correct(by=ana, assessment=signed, reason=WHY)
    for version in (signed, second):
        with pytest.raises(Conflict):
            correct(by=ana, assessment=version, reason=WHY)
    assert Assessment.objects.count() == 2


def test_one_press_begins_one_correction(ana, signed):
    key = uuid4()
    correct(by=ana, assessment=signed, reason=WHY, submit_key=key)
    with pytest.raises(AlreadyDone):
        correct(by=ana, assessment=signed, reason=WHY, submit_key=key)


def test_a_correction_of_a_correction(ana, cole, signed):
    second = correct(by=ana, assessment=signed, reason=WHY)
    act.submit(by=ana, assessment=second)
    act.mark_decided(by=cole, assessment=second)
    with pytest.raises(Conflict):
        correct(by=ana, assessment=signed, reason=WHY)
    third = correct(by=ana, assessment=second, reason=WHY)
    assert (third.number, third.corrects) == (3, second)


def test_the_episode_stays_where_it_is_while_it_is_corrected(ana, cole, signed):
    Episode.objects.filter(pk=signed.episode_id).update(stage="clearance")
    second = correct(by=ana, assessment=signed, reason=WHY)
    act.submit(by=ana, assessment=second)
    act.send_back(by=cole, assessment=second, questions=[Asked("How much, then?")])
    assert Episode.objects.get().stage == "clearance"


def test_given_up_it_stays_readable_and_the_signed_one_counts_again(ana, signed):
    second = correct(by=ana, assessment=signed, reason=WHY)
    act.hold(by=ana, assessment=second, reason="shift_end")
    drop(by=ana, assessment=second)
    second.refresh_from_db()
    assert second.status == "dropped"
    assert second.correction_reason == WHY
    assert current_assessment(signed.episode) == signed
    assert AssessmentStatusChange.objects.filter(assessment=second, new="dropped").exists()
    with pytest.raises(Conflict):
        save(ana, second, "mental", anxiety="no")
    third = correct(by=ana, assessment=signed, reason=WHY)
    assert third.number == 3


def test_only_a_correction_can_be_given_up(ana):
    with pytest.raises(Conflict):
        drop(by=ana, assessment=make_sendable(ana))


def test_while_it_is_open_the_later_last_use_counts(ana, cole, signed):
    """The gate never opens by a correction that nobody signed, and a use that was told is never dropped."""
    before = Episode.objects.get().last_use_latest
    second = correct(by=ana, assessment=signed, reason=WHY)
    row = second.substance_rows.get()
    save(ana, second, "substances", **{f"{row.pk}:last_use": "over_a_week"})
    assert Episode.objects.get().last_use_latest == before
    act.submit(by=ana, assessment=second)
    act.mark_decided(by=cole, assessment=second)
    earlier = Episode.objects.get().last_use_latest
    assert earlier < before

    third = correct(by=ana, assessment=second, reason=WHY)
    row = third.substance_rows.get()
    save(ana, third, "substances", **{f"{row.pk}:last_use": "today"})
    assert Episode.objects.get().last_use_latest > earlier
    with pytest.raises(Refused) as later:
        drop(by=ana, assessment=third)
    assert later.value.code == "later_use"
    assert Assessment.objects.get(pk=third.pk).status == "in_progress"


def test_the_database_keeps_the_bound_at_the_later_of_both(ana, signed):
    second = correct(by=ana, assessment=signed, reason=WHY)
    row = second.substance_rows.get()
    save(ana, second, "substances", **{f"{row.pk}:last_use": "over_a_week"})
    sql = "UPDATE intake_episode SET last_use_latest = %s WHERE id = %s"
    row.refresh_from_db()
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [row.last_use_latest, signed.episode_id])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert refusal_code(caught.value) == "intake_episode_last_use_behind"


REVISION = (
    "INSERT INTO intake_sectionrevision (id, data_key_id, section_id, kind, version, answers, field_names,"
    " by_id, source) SELECT gen_random_uuid(), data_key_id, section_id, 'saved', 99, answers, field_names,"
    " by_id, source"
    " FROM intake_sectionrevision WHERE section_id IN (SELECT id FROM intake_assessmentsection"
    " WHERE assessment_id = %s) LIMIT 1"
)
QUESTION = (
    "INSERT INTO intake_reviewquestion (id, data_key_id, assessment_id, section, field, text, asked_by_id,"
    " due_at, answer_kind) SELECT gen_random_uuid(), data_key_id, id, '', '', '\\x00',"
    " submitted_by_id, now(), ''"
    " FROM intake_assessment WHERE id = %s"
)


@pytest.mark.parametrize("how", ["decided", "dropped"])
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE intake_assessment SET status = 'in_progress' WHERE id = %s",
        "UPDATE intake_assessment SET correction_reason = '\\x00' WHERE id = %s",
        "UPDATE intake_assessment SET number = 7 WHERE id = %s",
        "DELETE FROM intake_assessment WHERE id = %s",
        "UPDATE intake_assessmentsection SET answers = '\\x00' WHERE assessment_id = %s",
        "UPDATE intake_substanceuse SET details = '\\x00' WHERE assessment_id = %s",
        "UPDATE intake_substanceuse SET removed_at = now() WHERE assessment_id = %s",
        REVISION,
        QUESTION,
    ],
)
def test_sql_changes_nothing_of_a_version_that_ended(ana, cole, signed, how, sql):
    ended = correct(by=ana, assessment=signed, reason=WHY)
    save(ana, ended, "mental", anxiety="no")
    if how == "decided":
        act.submit(by=ana, assessment=ended)
        act.mark_decided(by=cole, assessment=ended)
    else:
        Assessment.objects.filter(pk=ended.pk).update(submitted_by=ana)
        drop(by=ana, assessment=ended)
    assert refused(sql, ended.pk) == "intake_assessment_decided"


def test_sql_can_not_delete_or_rewrite_the_history_of_answers(ana, signed):
    for sql in ("UPDATE intake_sectionrevision SET version = 9", "DELETE FROM intake_sectionrevision"):
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            connection.cursor().execute(sql)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("number = 9", "intake_version_kept"),
        ("correction_reason = '\\x00'", "intake_version_kept"),
        ("corrects_id = NULL", "intake_version_kept"),
        ("episode_id = gen_random_uuid()", "intake_version_kept"),
    ],
)
def test_what_an_open_correction_is_never_changes(ana, signed, change, code):
    second = correct(by=ana, assessment=signed, reason=WHY)
    assert refused(f"UPDATE intake_assessment SET {change} WHERE id = %s", second.pk) == code


COPY = (
    "INSERT INTO intake_assessment (id, data_key_id, episode_id, number, corrects_id, corrected_by_id,"
    " correction_reason, status, version, hold_reason) SELECT gen_random_uuid(), data_key_id, episode_id, 5,"
    " %s, {by}, {why}, 'in_progress', 0, '' FROM intake_assessment WHERE id = %s"
)


def test_the_database_takes_corrections_of_the_signed_version_alone(ana, cole, signed):
    plain = COPY.format(by="submitted_by_id", why="'\\x00'")
    other = make_sendable(ana, name="Riley Park")
    assert refused(plain, other.pk, other.pk) == "intake_correction_of_signed"
    assert refused(plain, signed.pk, other.pk) == "intake_correction_of_signed"
    without = COPY.format(by="submitted_by_id", why="NULL")
    assert refused(without, signed.pk, signed.pk) == "intake_assessment_correction_complete"
    second = correct(by=ana, assessment=signed, reason=WHY)
    assert refused(plain, signed.pk, signed.pk) == "intake_assessment_one_open"
    act.submit(by=ana, assessment=second)
    act.mark_decided(by=cole, assessment=second)
    assert refused(plain, signed.pk, signed.pk) == "intake_correction_of_signed"


def test_the_first_version_is_never_given_up(ana):
    made = make_sendable(ana)
    sql = "UPDATE intake_assessment SET status = 'dropped' WHERE id = %s"
    assert refused(sql, made.pk) == "intake_assessment_only_corrections_dropped"
    assert not ReviewQuestion.objects.exists()


@pytest.mark.parametrize("decided_before", [1, 2])
def test_an_old_page_of_a_correction_merges_what_it_left_as_it_was(ana, ben, cole, signed, decided_before):
    """Without script a page sends every field; those copied from the signed version it did not change."""
    version = signed
    for _ in range(decided_before):
        if version.status == "in_progress":
            act.submit(by=ana, assessment=version)
            act.mark_decided(by=cole, assessment=version)
            version.refresh_from_db()
        version = correct(by=ana, assessment=version, reason=WHY)
    row = version.substance_rows.get()
    amount, often = f"{row.pk}:amount", f"{row.pk}:times_a_day"
    mental, substances = began(version, "mental"), began(version, "substances")
    save(ana, version, "mental", anxiety="no")
    save(ana, version, "substances", **{amount: 5})

    save(ben, version, "mental", base=mental, anxiety="yes", depression="yes")
    save(ben, version, "substances", base=substances, **{amount: 8, often: 2})
    assert version.sections.get(key="mental").answers["anxiety"] == {"value": "no"}
    assert version.sections.get(key="mental").answers["depression"] == {"value": "yes"}
    row.refresh_from_db()
    assert (row.details["amount"], row.details["times_a_day"]) == ({"value": 5}, {"value": 2})


def test_what_an_old_page_of_a_correction_did_change_is_a_choice(ana, ben, signed):
    second = correct(by=ana, assessment=signed, reason=WHY)
    row = second.substance_rows.get()
    for key, field, theirs, mine in (
        ("mental", "suicidality", "low", "moderate"),
        ("substances", f"{row.pk}:amount", 5, 6),
    ):
        seen = began(second, key)
        save(ana, second, key, **{field: theirs})
        with pytest.raises(Conflict) as caught:
            save(ben, second, key, base=seen, **{field: mine})
        assert [one.field for one in caught.value.details["conflicts"]] == [field]
