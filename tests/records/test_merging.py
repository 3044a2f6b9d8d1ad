"""Two records of one person: one stands for the other, nothing moves, and undoing restores both exactly."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from desk.queries import newest_people, search_people
from intake.actions.episodes import close_episode, start_episode
from intake.models import Episode
from records import hooks
from records.actions.break_glass import set_restricted
from records.actions.merging import confirm_merge, differences, merge_people, undo_merge
from records.actions.people import update_person
from records.disclose import ByConsent, NotPermitted, disclose
from records.models import Consent, Disclosure, Person, PersonMerge
from records.queries import people_for, same_person
from records.queries.accounting import accounting_for
from records.queries.consents import consent_for
from records.rules.accounting import Window
from tests.factories.consents import draft_consent, signed_consent
from tests.factories.door import make_limit
from tests.factories.records import clinicians_join, join, make_person, make_recipient

pytestmark = pytest.mark.django_db
PHONE, BORN = "+18045550101", "1988-04-02"
WHY = "Same phone; he says he is Bob"


@pytest.fixture
def robert(ana):
    return make_person(ana, "Robert Smith", phone=PHONE, date_of_birth=BORN)


@pytest.fixture
def bob(ana):
    return make_person(ana, "Bob Smith", phone=PHONE, date_of_birth=None, email="bob@example.org")


def fresh(person):
    return Person.objects.get(pk=person.pk)


def merge(by, survivor, merged, side="survivor", **sides):
    taken = dict.fromkeys(differences(survivor, merged), side) | sides
    return merge_people(by=by, survivor=survivor, merged=merged, reason=WHY, taken=taken)


def dump(*people):
    """Every column of these records, opened, as the product reads them."""
    names = [field.attname for field in Person._meta.concrete_fields]
    rows = Person.objects.filter(pk__in=[one.pk for one in people]).order_by("pk")
    as_bytes = lambda value: bytes(value) if isinstance(value, memoryview) else value  # noqa: E731
    return [{name: as_bytes(getattr(row, name)) for name in names} for row in rows]


def refused(sql, *params):
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return refusal_code(caught.value)


def share(person, recipient, by, purpose="treatment"):
    return disclose(
        person=person, recipient=recipient, basis=ByConsent(), purpose=purpose,
        sections={"identity": lambda: [["Name", person.name]]}, medium="print", by=by, subject="offer:1",
    )  # fmt: skip


# ------------------------------------------------------------------ merging


def test_nothing_moves_and_one_stands_for_both(ana, sam, robert, bob):
    first = close_episode(by=ana, episode=start_episode(by=ana, person=bob), reason="completed")
    merge(sam, robert, bob)
    assert fresh(bob).merged_into == robert
    assert set(same_person(robert).values_list("pk", flat=True)) == {robert.pk, bob.pk}
    assert set(same_person(bob).values_list("pk", flat=True)) == {robert.pk, bob.pk}
    first.refresh_from_db()
    assert first.person == bob
    assert Event.objects.get(name="person.merged").ids["merged"] == str(bob.pk)


def test_each_field_that_differs_is_chosen(sam, robert, bob):
    assert set(differences(robert, bob)) == {"name", "date_of_birth", "email"}
    with pytest.raises(Refused) as caught:
        merge_people(by=sam, survivor=robert, merged=bob, reason=WHY, taken={"name": "merged"})
    assert caught.value.code == "choice"
    merge(sam, robert, bob, email="merged")
    assert fresh(robert).email == "bob@example.org"
    assert fresh(robert).name == "Robert Smith"
    assert fresh(bob).name == "Bob Smith"


def test_it_needs_a_reason(sam, robert, bob):
    with pytest.raises(Refused):
        merge_people(by=sam, survivor=robert, merged=bob, reason="same", taken={})


def test_admissions_ask_and_a_second_colleague_confirms(ana, ben, cole, robert, bob):
    row = merge(ana, robert, bob)
    assert fresh(bob).merged_into is None
    with pytest.raises(Refused) as caught:
        confirm_merge(by=ana, merge=row)
    assert caught.value.code == "second_person"
    confirm_merge(by=ben, merge=row)
    assert fresh(bob).merged_into == robert
    row.refresh_from_db()
    assert (row.asked_by, row.by) == (ana, ben)


def test_what_changed_meanwhile_is_asked_again(ana, ben, robert, bob):
    row = merge(ana, robert, bob)
    update_person(person=bob, by=ana, name="Bobby Smith")
    with pytest.raises(Conflict):
        confirm_merge(by=ben, merge=row)
    assert fresh(bob).merged_into is None


def test_an_asked_one_can_be_set_aside(ana, robert, bob):
    row = merge(ana, robert, bob)
    undo_merge(by=ana, merge=row, reason="I was wrong about this")
    merge(ana, robert, bob)


@pytest.mark.parametrize("role", ["pia", "audrey", "ada"])
def test_others_do_not_merge(request, role, robert, bob):
    with pytest.raises(Refused):
        merge(request.getfixturevalue(f"{role}"), robert, bob)


# ------------------------------------------------------------------ what has to be resolved first


def test_an_open_episode_of_the_one_that_goes_is_resolved_first(ana, sam, robert, bob):
    start_episode(by=ana, person=bob)
    with pytest.raises(Refused) as caught:
        merge(sam, robert, bob)
    assert caught.value.code == "resolve_first"
    merge(sam, bob, robert)
    assert fresh(robert).merged_into == bob


def test_two_open_episodes_are_refused_either_way(ana, sam, robert, bob):
    start_episode(by=ana, person=bob)
    start_episode(by=ana, person=robert)
    for stays, goes in ((bob, robert), (robert, bob)):
        with pytest.raises(Refused) as caught:
            merge(sam, stays, goes)
        assert "close one" in " ".join(caught.value.reasons)


def test_a_consent_that_waits_is_resolved_first(ana, sam, robert, bob):
    draft_consent(ana, bob, make_recipient())
    with pytest.raises(Refused) as caught:
        merge(sam, robert, bob)
    assert "waits for a signature" in caught.value.reasons[0]


def test_what_the_upper_apps_ask_first_is_listed_here():
    assert [hook.__module__ for hook in hooks.before_merge] == [
        "intake.merging", "programs.merging", "referrals.merging",
    ]  # fmt: skip


def test_no_chains(ana, sam, robert, bob):
    merge(sam, robert, bob)
    third = make_person(ana, "Rob Smith", phone=PHONE)
    with pytest.raises(Refused):
        merge(sam, third, robert)
    with pytest.raises(Refused):
        merge(sam, fresh(bob), third)
    merge(sam, robert, third)
    assert same_person(bob).count() == 3


# ------------------------------------------------------------------ undoing


def test_undo_restores_both_exactly(ana, sam, robert, bob):
    update_person(person=robert, by=ana, preferred_name="Rob")
    set_restricted(person=bob, by=sam, restricted=True, reason="vip")
    before = dump(robert, bob)
    row = merge(sam, fresh(robert), fresh(bob), side="merged")
    assert dump(robert, bob) != before
    undo_merge(by=sam, merge=row, reason="They are two people")
    assert dump(robert, bob) == before
    row.refresh_from_db()
    assert (row.undone_by, row.undo_reason) == (sam, "They are two people")
    assert Event.objects.filter(name="person.unmerged").count() == 1


def test_what_was_changed_since_stays(ana, sam, robert, bob):
    row = merge(sam, robert, bob, email="merged")
    update_person(person=fresh(robert), by=ana, email="new@example.org")
    undo_merge(by=sam, merge=row, reason="They are two people")
    assert fresh(robert).email == "new@example.org"


def test_a_merge_is_undone_once_and_by_a_supervisor(ana, sam, robert, bob):
    row = merge(sam, robert, bob)
    with pytest.raises(Refused):
        undo_merge(by=ana, merge=row, reason="They are two people")
    undo_merge(by=sam, merge=row, reason="They are two people")
    with pytest.raises(Conflict):
        undo_merge(by=sam, merge=row, reason="They are two people")
    merge(sam, fresh(robert), fresh(bob))


# ------------------------------------------------------------------ reads by person


def test_members_of_either_team_see_both(ana, ben, sam, robert):
    other = make_person(ben, "Bob Smith", phone=PHONE)
    assert not people_for(ben).filter(pk=robert.pk).exists()
    row = merge(sam, robert, other)
    for user in (ana, ben):
        assert set(people_for(user)) == {robert, other}
    undo_merge(by=sam, merge=row, reason="They are two people")
    assert set(people_for(ben)) == {other}


def test_a_restriction_of_one_holds_for_both(ana, cole, sam, robert, bob):
    clinicians_join(robert, ana)
    assert people_for(cole).filter(pk=robert.pk).exists()
    set_restricted(person=bob, by=sam, restricted=True, reason="vip")
    row = merge(sam, robert, fresh(bob))
    assert not people_for(cole).exists()
    undo_merge(by=sam, merge=row, reason="They are two people")
    assert people_for(cole).filter(pk=robert.pk).exists()


def test_a_restriction_set_later_holds_for_both_and_outlasts_the_undoing(sam, robert, bob):
    row = merge(sam, robert, bob)
    set_restricted(person=fresh(robert), by=sam, restricted=True, reason="vip")
    assert fresh(bob).restricted
    undo_merge(by=sam, merge=row, reason="They are two people")
    assert fresh(bob).restricted
    assert fresh(robert).restricted


def test_a_live_consent_of_either_opens_the_door_for_both(ana, sam, robert, bob):
    harbor = make_recipient()
    consent = signed_consent(ana, bob, harbor)
    with pytest.raises(NotPermitted):
        share(robert, harbor, ana)
    row = merge(sam, robert, bob)
    share(robert, harbor, ana)
    assert Disclosure.objects.get().consent == consent
    assert consent_for(robert, harbor, "treatment", ["identity"], clock.now())[0].person == bob
    undo_merge(by=sam, merge=row, reason="They are two people")
    with pytest.raises(NotPermitted):
        share(robert, harbor, ana)


@pytest.mark.parametrize(("kind", "purpose"), [("facility", "treatment"), ("payer", "payment")])
def test_a_limit_of_either_cuts_the_packets_of_both(ana, sam, robert, bob, kind, purpose):
    """The same for what was paid in full, which nothing of goes to a health plan."""
    to = make_recipient(kind=kind)
    signed_consent(ana, robert, to, purposes=[purpose])
    share(robert, to, ana, purpose)
    make_limit(bob, categories=["identity"], paid_in_full=kind == "payer")
    merge(sam, robert, bob)
    with pytest.raises(NotPermitted) as caught:
        share(robert, to, ana, purpose)
    assert caught.value.code == "restricted"


def test_the_accounting_shows_what_left_of_either(ana, sam, robert, bob):
    harbor = make_recipient()
    signed_consent(ana, bob, harbor)
    share(bob, harbor, ana)
    today = clock.center_day(clock.now())
    window = Window(today - timedelta(days=2), today + timedelta(days=2))
    assert accounting_for(ana, robert, window).count() == 0
    merge(sam, robert, bob)
    assert accounting_for(ana, robert, window).count() == 1
    assert accounting_for(ana, bob, window).count() == 1


def test_lists_and_searches_show_one_person(ana, sam, robert, bob):
    close_episode(by=ana, episode=start_episode(by=ana, person=bob), reason="completed")
    merge(sam, robert, bob)
    assert newest_people(ana).rows == [robert]
    [one] = search_people(ana, name="Bob Smith")
    assert one == robert
    assert bob.reference in one.how
    assert len(one.closed_episodes) == 1


# ------------------------------------------------------------------ the database


@pytest.fixture
def merged(sam, robert, bob):
    merge(sam, robert, bob)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return fresh(bob)


def test_nothing_new_begins_for_a_merged_record(ana, merged):
    with pytest.raises(Conflict):
        start_episode(by=ana, person=merged)
    key = [str(merged.data_key_id), str(merged.pk)]
    assert refused(
        "INSERT INTO intake_episode (id, person_id, reference, status, stage, owner_id, close_reason,"
        " ob_contact_needed) VALUES (gen_random_uuid(), %s, 'X-1', 'open', 'assessment', %s, '', false)",
        merged.pk, ana.pk,
    ) == "records_person_merged"  # fmt: skip
    for table in ("records_consent", "records_noticegiven", "records_document"):
        sql = f"INSERT INTO {table} (id, data_key_id, person_id) VALUES (gen_random_uuid(), %s, %s)"
        assert refused(sql, *key) == "records_person_merged"


def test_a_closed_episode_of_a_merged_record_is_not_opened_again(ana, sam, robert, bob):
    first = close_episode(by=ana, episode=start_episode(by=ana, person=bob), reason="completed")
    merge(sam, robert, bob)
    sql = (
        "UPDATE intake_episode SET status='open', stage='review', closed_at=NULL, close_reason='' WHERE id=%s"
    )
    assert refused(sql, first.pk) == "records_person_merged"


def test_the_pointer_agrees_with_the_merges(ana, sam, robert, bob, merged):
    agrees = "records_person_merge_agrees"
    other = make_person(ana, "Casey Moon")
    assert refused("UPDATE records_person SET merged_into_id = NULL WHERE id = %s", bob.pk) == agrees
    assert refused("UPDATE records_person SET merged_into_id = %s WHERE id = %s", other.pk, bob.pk) == agrees
    assert refused("UPDATE records_person SET merged_into_id = %s WHERE id = %s", bob.pk, other.pk) == agrees
    undone = "UPDATE records_personmerge SET undone_at = now(), undone_by_id = %s, undo_reason = 'x'"
    assert refused(undone, sam.pk) == agrees


def test_a_merge_is_never_changed_or_deleted(merged):
    kept = "records_personmerge_kept"
    assert refused("UPDATE records_personmerge SET asked_at = now()") == kept
    assert refused("DELETE FROM records_personmerge") == kept


@pytest.mark.django_db(transaction=True)
def test_a_merge_and_a_new_episode_at_the_same_moment(ana, sam, robert, bob):
    """Whoever comes first, no open episode is left on a record that is merged."""
    for _ in range(5):
        ready, outcomes = threading.Barrier(2), []

        def run(work, ready=ready, outcomes=outcomes):
            ready.wait()
            try:
                outcomes.append(work())
            except (Conflict, Refused) as error:
                outcomes.append(error)
            finally:
                connection.close()

        works = (
            lambda: merge(sam, fresh(robert), fresh(bob)),
            lambda: start_episode(by=ana, person=fresh(bob)),
        )
        threads = [threading.Thread(target=run, args=(work,)) for work in works]
        [one.start() for one in threads]
        [one.join() for one in threads]
        merged = fresh(bob).merged_into_id is not None
        opened = Episode.objects.filter(person=bob, status="open").exists()
        assert merged != opened, outcomes
        if merged:
            undo_merge(by=sam, merge=PersonMerge.objects.get(undone_at=None), reason="They are two people")
        else:
            close_episode(by=ana, episode=Episode.objects.get(person=bob, status="open"), reason="completed")


# ------------------------------------------------------------------ the pages


def test_the_preview_shows_both_sides_and_merges(as_user, sam, robert, bob):
    compare = reverse("records:same-compare", args=[robert.pk]) + f"?with={bob.pk}"
    shown = as_user(sam).get(compare).content.decode()
    assert "Bob Smith" in shown
    assert "bob@example.org" in shown
    sent = {"with": str(bob.pk), "name": "survivor", "date_of_birth": "survivor", "email": "merged"}
    assert as_user(sam).post(compare, sent).status_code == 422
    assert as_user(sam).post(compare, sent | {"reason": WHY}).status_code == 302
    assert as_user(sam).get(reverse("desk:person", args=[bob.pk])).url == reverse(
        "desk:person", args=[robert.pk]
    )


def test_the_preview_says_what_to_resolve_first(as_user, ana, robert, bob):
    episode = start_episode(by=ana, person=bob)
    compare = reverse("records:same-compare", args=[robert.pk]) + f"?with={bob.pk}"
    shown = as_user(ana).get(compare).content.decode()
    assert "Resolve first" in shown
    assert reverse("intake:assessment", args=[episode.pk]) in shown


def test_confirm_and_undo_by_the_page(as_user, ana, ben, sam, robert, bob):
    row = merge(ana, robert, bob)
    join(robert, ben)
    join(bob, ben)
    page = reverse("records:same", args=[robert.pk])
    assert "Confirm the merge" not in as_user(ana).get(page).content.decode()
    assert "Confirm the merge" in as_user(ben).get(page).content.decode()
    confirm = reverse("records:same-confirm", args=[robert.pk])
    assert as_user(ana).post(confirm, {"merge": str(row.pk)}).status_code == 409
    assert as_user(ben).post(confirm, {"merge": str(row.pk)}).status_code == 302
    undo = reverse("records:same-undo", args=[robert.pk])
    assert as_user(sam).post(undo, {"merge": str(row.pk), "reason": ""}).status_code == 422
    assert (
        as_user(sam).post(undo, {"merge": str(row.pk), "reason": "two people after all"}).status_code == 302
    )
    assert fresh(bob).merged_into is None


def test_who_sees_one_of_two_compares_neither(as_user, ana, ben, robert):
    other = make_person(ben, "Bob Smith", phone=PHONE)
    compare = reverse("records:same-compare", args=[robert.pk]) + f"?with={other.pk}"
    assert as_user(ana).get(compare).status_code == 404


def test_who_sees_one_of_two_reads_no_merge_of_them(as_user, ana, ben, sam, robert, bob):
    row = merge(ana, robert, bob)
    join(robert, ben)
    page, confirm = (reverse(f"records:{one}", args=[robert.pk]) for one in ("same", "same-confirm"))
    shown = as_user(ben).get(page).content.decode()
    assert "bob@example.org" not in shown and "Confirm the merge" not in shown
    assert as_user(ben).post(confirm, {"merge": str(row.pk)}).status_code == 404
    assert "bob@example.org" in as_user(sam).get(page).content.decode()
    assert str(bob.pk) in Event.objects.filter(name="list.viewed").latest("at").ids["shown"]


def test_the_survivors_page_shows_the_episodes_and_consents_of_both(as_user, ana, sam, robert, bob):
    first = close_episode(by=ana, episode=start_episode(by=ana, person=bob), reason="completed")
    consent = signed_consent(ana, bob, make_recipient())
    merge(sam, robert, bob)
    shown = as_user(ana).get(reverse("desk:person", args=[robert.pk])).content.decode()
    assert first.reference in shown
    assert reverse("records:consent-detail", args=[consent.pk]) in shown
    assert Consent.objects.get().person == bob
