"""What an admission should have: shown, left open for a reason, and kept until it is finished."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from config import clock
from config.clock import center_day
from config.db import refusal_code
from config.errors import Conflict, Refused
from config.templatetags.ui import clock_day
from desk.today import items_for
from programs.actions import admissions, beds, open_items, preparing
from programs.choices_admission import Preparation
from programs.models import Admission, ChecklistItem, OpenItem
from programs.rules.should_have import DUE_HOURS, Known, due_at, should_have
from records.actions.notices import give_notice
from tests.factories.care import NO_NEXT, make_clearance
from tests.factories.notices import publish_notice
from tests.programs.gate import Case

pytestmark = pytest.mark.django_db
NOTHING = Known(False, 0, "", False, False, "", 0, 7)
ALL = Known(True, 1, "Verified", True, True, "Expected today, 10 am", 7, 7)


def admit(case, **given):
    values = {"program": case.program, "bed": case.bed, "by": case.ana, "left_open": "Came at 3 am.", **given}
    return admissions.admit(episode=case.episode, **values)


def prepare(case, item="packing", state="done", **given):
    values = {"owner": "Sister", "note": "Two bags", "done_on": None, "by": case.ana, **given}
    return preparing.write_checklist_item(episode=case.episode, item=item, state=state, **values)


def contact(case, kind="emergency", **given):
    details = {"name": "Maple Lee", "phone": "(804) 555-0177", "place": "sister", "medicines": ""}
    return preparing.add_contact(
        episode=case.episode, kind=kind, details=details, recipient=None, by=case.ana, **given
    )


def plan(case, **given):
    values = {"expected_at": clock.now() + timedelta(hours=3), "details": {"ride": "Sister"}, **given}
    return preparing.plan_arrival(episode=case.episode, by=case.ana, **values)


def sql(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.parametrize(
    ("item", "there"),
    [
        ("notice", {"notice_given": True}),
        ("consent", {"consents": 2}),
        ("benefits", {"benefits": "Verified", "benefits_settled": True}),
        ("emergency", {"emergency_contact": True}),
        ("arrival", {"arrival": "Expected today, 10 am"}),
        ("checklist", {"prepared": 7}),
    ],
)
def test_each_thing_by_itself(item, there):
    before = {one.item: one.there for one in should_have(NOTHING)}
    after = {one.item: one.there for one in should_have(Known(**{**vars(NOTHING), **there}))}
    assert not any(before.values())
    assert [name for name, yes in after.items() if yes] == [item]
    assert list(after) == list(DUE_HOURS)


def test_nothing_is_open_when_all_is_there_and_recorded_benefits_are_not_yet_settled_ones():
    assert all(one.there for one in should_have(ALL))
    waits = should_have(Known(**{**vars(ALL), "benefits_settled": False, "benefits": "Asked"}))
    assert [(one.item, one.words) for one in waits if not one.there] == [("benefits", "Asked")]


def test_due_times():
    now = clock.now()
    assert due_at("notice", now) == now + timedelta(hours=4)
    assert due_at("arrival", now) is None


def test_without_a_reason_nobody_is_admitted_and_with_one_each_open_thing_is_a_row():
    case = Case.good()
    with pytest.raises(Refused) as refused:
        admit(case, left_open="  ")
    assert (refused.value.code, refused.value.field) == ("should_have", "left_open")
    assert not Admission.objects.exists()
    contact(case)
    made = admit(case)
    rows = {one.item: one for one in made.open_items.all()}
    assert set(rows) == {"notice", "consent", "benefits", "arrival", "checklist"}
    assert {one.owner_id for one in rows.values()} == {case.ana.pk}
    assert rows["notice"].reason == "Came at 3 am."
    assert rows["arrival"].done_at is not None
    assert rows["checklist"].due_at - made.admitted_at > timedelta(hours=71)


def test_what_must_be_there_is_said_before_what_should():
    case = Case.good(clearance=False)
    with pytest.raises(Refused) as refused:
        admit(case, left_open="")
    assert refused.value.code == "no_clearance"


def test_who_signed_the_clearance_does_not_admit_by_it():
    case = Case.good()
    paper = make_clearance(
        case.episode,
        accepted_by=case.cole,
        verified_by=case.dana,
        recorded_by=case.sam,
        content={
            "examined_at": case.clearance.examined_at.isoformat(),
            "examiner_name": case.ana.display_name.upper(),
        },
    )
    with pytest.raises(Refused) as refused:
        admit(case)
    assert refused.value.code == "signer_is_ours"
    assert admit(case, by=case.sam).clearance_id == paper.pk


def test_an_open_item_is_on_today_until_finished_and_finished_once():
    case = Case.good()
    admit(case)
    now = clock.now()
    (row,) = [one for one in items_for(case.ana, now) if one.kind == "admission"]
    assert "benefits verified" in row.why
    item = OpenItem.objects.get(item="benefits")
    open_items.finish(item=item, by=case.ana)
    with pytest.raises(Conflict):
        open_items.finish(item=item, by=case.ana)
    (row,) = [one for one in items_for(case.ana, now) if one.kind == "admission"]
    assert "benefits verified" not in row.why


def test_what_an_admission_left_open_is_one_row_on_today():
    case = Case.good()
    admit(case)
    (row,) = [one for one in items_for(case.ana, clock.now()) if one.kind == "admission"]
    assert row.why.startswith("Left open at the admission: ") and "patient notice, " in row.why
    assert row.due_at == min(OpenItem.objects.filter(done_at=None).values_list("due_at", flat=True))


def test_what_is_still_open_ends_with_the_stay():
    case = Case.good()
    stay = admit(case)
    waiting = OpenItem.objects.filter(done_at=None).count()
    assert waiting
    admissions.discharge(admission=stay, by=case.ana, plan=NO_NEXT)
    assert not OpenItem.objects.filter(done_at=None).exists()
    assert not [one for one in items_for(case.ana, clock.now()) if one.kind == "admission"]
    assert Event.objects.filter(name="admission.open_item_ended").count() == waiting
    assert not OpenItem.objects.filter(done_by__isnull=False).exists(), "nobody said that it was finished"


def test_what_is_finished_where_it_is_kept_ends_by_itself():
    case = Case.good()
    admit(case)
    contact(case)
    open_items.sweep_finished(clock.now())
    ended = OpenItem.objects.get(item="emergency")
    assert ended.done_at is not None
    assert ended.done_by is None
    assert OpenItem.objects.get(item="checklist").done_at is None
    assert Event.objects.filter(name="admission.open_item_done").count() == 1


def test_the_database_keeps_open_items_as_they_were_written():
    case = Case.good()
    admit(case)
    row = OpenItem.objects.get(item="checklist")
    for statement in (
        "UPDATE programs_openitem SET due_at = due_at + interval '9 days' WHERE id = %s",
        "UPDATE programs_openitem SET done_by_id = owner_id WHERE id = %s",
        "DELETE FROM programs_openitem WHERE id = %s",
    ):
        with pytest.raises(Exception, match=r"stays|programs_openitem"):
            sql(statement, str(row.pk))
    open_items.finish(item=row, by=case.ana)
    with pytest.raises(Exception, match=r"programs_openitem|change"):
        sql("UPDATE programs_openitem SET done_at = NULL, done_by_id = NULL WHERE id = %s", str(row.pk))


def test_the_list_of_seven():
    case = Case.good()
    prepare(case)
    row = prepare(case, state="not_needed")
    assert row.done_on is None
    with pytest.raises(Refused):
        prepare(case, done_on=clock.center_day(clock.now() + timedelta(days=3)))
    for item in Preparation.values:
        prepare(case, item)
    made = admit(case)
    assert "checklist" not in set(made.open_items.values_list("item", flat=True))
    with pytest.raises(IntegrityError) as error:
        sql("UPDATE programs_checklistitem SET done_on = NULL WHERE item = 'packing'")
    assert refusal_code(error.value) == "programs_checklistitem_done_when"


def test_the_newest_arrival_plan_counts_and_none_is_for_the_past():
    case = Case.good()
    with pytest.raises(Refused):
        plan(case, expected_at=clock.now() - timedelta(minutes=1))
    plan(case)
    newest = plan(case, details={"ride": "Taxi"})
    assert case.episode.arrival_plans.count() == 2
    made = admit(case)
    assert "arrival" not in set(made.open_items.values_list("item", flat=True))
    with pytest.raises(Exception, match="programs_arrivalplan"):
        sql("UPDATE programs_arrivalplan SET expected_at = app_now() WHERE id = %s", str(newest.pk))


def test_a_contact_is_ended_once_and_never_changed():
    case = Case.good()
    made = contact(case)
    with pytest.raises(IntegrityError) as error:
        sql("UPDATE programs_carecontact SET kind = 'doctor' WHERE id = %s", str(made.pk))
    assert refusal_code(error.value) == "row_is_fixed"
    preparing.end_contact(episode=case.episode, contact=made, by=case.ana)
    with pytest.raises(Conflict):
        preparing.end_contact(episode=case.episode, contact=made, by=case.ana)


def test_the_pages(as_user):
    case = Case.good()
    client, episode = as_user(case.ana), case.episode
    ready = reverse("programs:readiness", args=[episode.pk])
    page = client.get(ready).content.decode()
    assert "Should have" in page
    assert "0 of 7 done" in page
    url = reverse("programs:checklist", args=[episode.pk])
    form = {f"{item}_state": "open" for item in Preparation.values}
    sent = client.post(url, form | {"pets_state": "done", "pets_owner": "Neighbor"})
    assert sent.status_code == 302
    assert "1 of 7 done" in client.get(ready).content.decode()
    assert client.post(url, form | {"pets_state": "later"}).status_code == 422
    contacts = reverse("programs:care-contacts", args=[episode.pk])
    assert client.post(contacts, {"kind": "emergency"}).status_code == 422
    given = {"kind": "emergency", "name": "Maple Lee", "phone": "(804) 555-0177"}
    assert client.post(contacts, given).status_code == 302
    assert "Only in a medical emergency" in client.get(contacts).content.decode()
    arrival = reverse("programs:arrival", args=[episode.pk])
    assert client.post(arrival, {"ride": "Sister", "expected_at": "2020-01-01T10:00"}).status_code == 422
    admit_url = reverse("programs:admit", args=[episode.pk])
    refused = client.post(admit_url, {"place": f"bed:{case.bed.pk}"})
    assert refused.status_code == 422
    assert 'href="#id_left_open"' in refused.content.decode()
    done = client.post(admit_url, {"place": f"bed:{case.bed.pk}", "left_open": "Came at 3 am."})
    assert done.status_code == 302
    page = client.get(ready).content.decode()
    assert "Still to finish" in page
    item = OpenItem.objects.get(item="notice")
    assert client.post(reverse("programs:open-item-done", args=[item.pk])).status_code == 302


def test_a_stale_checklist_overwrites_nothing(as_user):
    case = Case.good()
    client, url = as_user(case.ana), reverse("programs:checklist", args=[case.episode.pk])
    stale = {f"{item}_state": "open" for item in Preparation.values}
    shown = client.get(url).context["form"]["shown"].value()
    prepare(case, "pets", by=case.sam)
    prepare(case, "packing", by=case.sam)
    page = client.post(url, stale | {"shown": shown, "pets_owner": "Neighbor"})
    assert page.status_code == 409
    assert f"{case.sam.display_name} wrote meanwhile: Done, Sister, Two bags" in page.content.decode()
    again = page.context["form"]["shown"].value()
    assert client.post(url, stale | {"shown": again, "pets_owner": "Neighbor"}).status_code == 302
    rows = {one.item: one for one in ChecklistItem.objects.all()}
    assert (rows["pets"].state, rows["pets"].owner) == ("open", "Neighbor")
    assert (rows["packing"].state, rows["packing"].owner) == ("done", "Sister")


def test_a_plan_of_arrival_that_a_colleague_made_meanwhile_is_not_replaced_unseen(as_user):
    case = Case.good()
    client, url = as_user(case.ana), reverse("programs:arrival", args=[case.episode.pk])
    day = center_day(clock.now()) + timedelta(days=2)
    mine = {"expected_at": f"{day}T10:00", "ride": "Brother", "after": ""}
    soon = clock.now() + timedelta(hours=3)
    preparing.plan_arrival(episode=case.episode, by=case.sam, expected_at=soon, details={"ride": "Sister"})
    page = client.post(url, mine)
    assert page.status_code == 409
    assert f"{case.sam.display_name} planned this meanwhile" in page.content.decode()
    again = page.context["form"]["after"].value()
    assert client.post(url, {**mine, "after": again}).status_code == 302


def test_the_page_says_who_did_each_thing_and_when_in_the_same_number_of_queries(
    as_user, pia, django_assert_num_queries
):
    case = Case.good()
    client, url = as_user(case.cole), reverse("programs:readiness", args=[case.episode.pk])
    client.get(url)
    with CaptureQueriesContext(connection) as before:
        bare = client.get(url).content.decode()
    contact(case)
    plan(case)
    for item in Preparation.values:
        prepare(case, item, done_on=center_day(clock.now()))
    publish_notice(pia)
    give_notice(by=case.sam, person=case.episode.person, how="paper", answer="yes", note="")
    with django_assert_num_queries(len(before)):
        page = client.get(url).content.decode()
    assert page.count(case.ana.display_name) >= bare.count(case.ana.display_name) + 3
    assert f"{case.sam.display_name}, today, " in page and f"{case.sam.display_name}, today, " not in bare
    for line in (
        f"Signed: {case.cole.display_name}, ",
        f"Accepted: {case.clearance.accepted_by.display_name}, ",
        f"Verified: {case.clearance.verified_by.display_name}, ",
    ):
        assert line in page
    assert "Held: " not in page
    until = clock.now() + timedelta(hours=20)
    beds.hold(bed=case.bed, episode=case.episode, by=case.ana, until=until)
    held = client.get(url).content.decode()
    assert f"Held: {case.ana.display_name}, " in held and f", until {clock_day(until, clock.now())}" in held
