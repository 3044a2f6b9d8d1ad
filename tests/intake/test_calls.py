"""Staff call people back: order, locks, rules about messages, and what ends the clock."""

import threading
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse

from audit.models import Event
from config import clock
from config.errors import Conflict, Refused
from intake.actions import contact_requests as actions
from intake.models import CallAttempt, ContactRequest
from intake.queries_contact import Listing, contact_requests_for, listed_requests, page_of, waiting_requests
from intake.workflow_contact import CONTACT_TRANSITIONS
from tests.factories.contact import make_request

pytestmark = pytest.mark.django_db


def test_two_start_the_same_call_and_the_second_learns_who(ana, ben):
    request = make_request(ana)
    actions.start_call(by=ana, request=request)
    with pytest.raises(Conflict) as refusal:
        actions.start_call(by=ben, request=request)
    assert "Ana Reyes started this call at" in refusal.value.message
    assert actions.start_call(by=ana, request=request).assigned_to == ana


def test_the_second_sees_a_conflict_page_with_who(ana, ben, as_user):
    request = make_request(ana)
    actions.start_call(by=ana, request=request)
    answer = as_user(ben).post(reverse("intake:request-start-call", args=[request.pk]))
    assert answer.status_code == 409
    assert "Ana Reyes started this call at" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_exactly_one_gets_the_call(ana, ben):
    request = make_request(ana)
    barrier, results = threading.Barrier(2), []

    def press(user):
        try:
            barrier.wait(timeout=10)
            results.append(actions.start_call(by=user, request=request).assigned_to_id)
        except Conflict:
            results.append("conflict")
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(user,)) for user in (ana, ben)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert results.count("conflict") == 1
    assert ContactRequest.objects.get().assigned_to_id in results


def test_reached_stops_the_clock_and_offers_the_safety_check(ana, as_user):
    request = make_request(ana)
    actions.start_call(by=ana, request=request)
    actions.log_call(by=ana, request=request, outcome="reached")
    request.refresh_from_db()
    assert (request.status, request.calling_since) == ("reached", None)
    assert request.reached_at is not None
    page = as_user(ana).get(reverse("intake:request-detail", args=[request.pk])).content.decode()
    assert f"{reverse('intake:episode-start')}?request={request.pk}" in page
    assert not waiting_requests(ana).exists()


def test_not_reached_needs_a_time_and_moves_the_clock(ana):
    request = make_request(ana)
    later = clock.now() + timedelta(minutes=15)
    with pytest.raises(Refused) as refusal:
        actions.log_call(by=ana, request=request, outcome="no_answer")
    assert refusal.value.code == "next_try"
    actions.log_call(by=ana, request=request, outcome="no_answer", next_try_at=later, note="Rang out")
    request.refresh_from_db()
    assert (request.status, request.next_call_at) == ("no_answer", later)
    assert CallAttempt.objects.get(incoming=False).note == "Rang out"


def test_a_message_against_the_rule_is_refused_and_not_even_offered(ana, as_user):
    request = make_request(ana, message_ok="no")
    with pytest.raises(Refused) as refusal:
        actions.log_call(
            by=ana,
            request=request,
            outcome="left_allowed_message",
            next_try_at=clock.now() + timedelta(hours=1),
        )
    assert refusal.value.code == "message_not_allowed"
    address = reverse("intake:request-log-call", args=[request.pk])
    assert "left_allowed_message" not in as_user(ana).get(address).content.decode()
    allowed = make_request(ana, message_ok="name_number")
    address = reverse("intake:request-log-call", args=[allowed.pk])
    assert "left_allowed_message" in as_user(ana).get(address).content.decode()


def test_log_call_page_asks_for_the_next_try(ana, as_user):
    request = make_request(ana)
    address = reverse("intake:request-log-call", args=[request.pk])
    answer = as_user(ana).post(address, {"outcome": "busy", "note": "engaged"})
    assert answer.status_code == 422
    assert "Choose when to try again" in answer.content.decode()
    assert "engaged" in answer.content.decode()
    answer = as_user(ana).post(address, {"outcome": "busy", "next_try": "15min"})
    assert answer.status_code == 302
    assert ContactRequest.objects.get().status == "no_answer"


def test_logging_twice_with_one_key_logs_one_call(ana, as_user):
    request = make_request(ana)
    address = reverse("intake:request-log-call", args=[request.pk])
    sent = {"outcome": "busy", "next_try": "1h", "submit_key": "0a6f6c2e-0000-4000-8000-000000000001"}
    assert as_user(ana).post(address, sent).status_code == 302
    assert as_user(ana).post(address, sent).status_code == 302
    assert CallAttempt.objects.filter(incoming=False).count() == 1


def test_danger_comes_first_then_the_longest_wait(ana):
    now = clock.now()
    late = make_request(ana, call_at=now - timedelta(hours=2))
    soon = make_request(ana, call_at=now + timedelta(minutes=5))
    urgent = make_request(ana, danger="unsure")
    assert [row.pk for row in waiting_requests(ana)] == [urgent.pk, late.pk, soon.pk]


def test_keyset_pages_show_everyone_once(ana, monkeypatch):
    monkeypatch.setattr("intake.queries_contact.PAGE", 2)
    now = clock.now()
    made = {make_request(ana, call_at=now, phone=f"+1804555020{one}").pk for one in range(3)}
    made |= {make_request(ana, danger="yes", call_at=now, phone=f"+1804555030{n}").pk for n in range(4)}
    for show in ("open", "all"):
        seen, after = [], ""
        while True:
            listing = Listing(show=show, after=after)
            rows, after = page_of(listed_requests(ana, listing, now), listing)
            seen += [row.pk for row in rows]
            if not after:
                break
        assert len(seen) == 7
        assert set(seen) == made


@pytest.mark.parametrize("show", ["open", "mine", "overdue", "reached", "closed", "information", "all", "x"])
def test_every_saved_view_opens(ana, as_user, show):
    make_request(ana, call_at=clock.now() - timedelta(minutes=22))
    answer = as_user(ana).get(reverse("intake:request-list"), {"show": show, "language": "en", "after": "zz"})
    assert answer.status_code == 200


def test_an_overdue_row_says_how_late_in_words(ana, as_user):
    make_request(ana, call_at=clock.now() - timedelta(minutes=22, seconds=5))
    assert "Overdue 22 min" in as_user(ana).get(reverse("intake:request-list")).content.decode()


@pytest.mark.parametrize("who", ["pia", "audrey", "ada"])
def test_roles_that_do_not_work_with_people_see_no_requests(who, ana, as_user, request):
    user, made = request.getfixturevalue(who), make_request(ana)
    assert not contact_requests_for(user).exists()
    for name in ("request-detail", "request-log-call", "request-close"):
        assert as_user(user).get(reverse(f"intake:{name}", args=[made.pk])).status_code == 403
    assert as_user(user).get(reverse("intake:request-list")).status_code == 403


def test_an_unknown_request_is_not_found(ana, as_user):
    address = reverse("intake:request-detail", args=["0a6f6c2e-0000-4000-8000-000000000001"])
    assert as_user(ana).get(address).status_code == 404


def test_opening_a_request_is_recorded_and_changes_nothing_else(ana, as_user):
    request = make_request(ana)
    before = ContactRequest.objects.values("status", "next_call_at", "assigned_to").get()
    as_user(ana).get(reverse("intake:request-detail", args=[request.pk]))
    assert Event.objects.filter(name="record.viewed", object_id=request.pk, actor_id=ana.pk).count() == 1
    assert ContactRequest.objects.values("status", "next_call_at", "assigned_to").get() == before


def test_a_call_that_somebody_else_is_on_is_not_logged_over(ana, ben):
    request = make_request(ana)
    actions.start_call(by=ana, request=request)
    with pytest.raises(Conflict) as refusal:
        actions.log_call(by=ben, request=request, outcome="reached")
    assert "Ana Reyes is on this call" in refusal.value.message
    actions.put_back(by=ben, request=request)
    actions.log_call(by=ben, request=request, outcome="reached")


def test_closing_needs_a_reason_and_can_be_undone(ana, as_user):
    request = make_request(ana)
    address = reverse("intake:request-close", args=[request.pk])
    assert as_user(ana).post(address, {}).status_code == 422
    assert as_user(ana).post(address, {"reason": "not_reached"}).status_code == 302
    assert ContactRequest.objects.get().status == "closed"
    assert as_user(ana).post(address, {"reason": "helped"}).status_code == 409
    as_user(ana).post(reverse("intake:request-reopen", args=[request.pk]))
    assert ContactRequest.objects.get().status == "new"


INCOMING = {"danger": "no", "who": "me", "call_name": "Jo", "message_ok": "no", "language": "es"}


def test_an_incoming_call_leads_to_the_safety_check_with_what_is_known(ana, as_user):
    address = reverse("intake:request-new")
    assert as_user(ana).post(address, INCOMING).status_code == 422
    answer = as_user(ana).post(address, {**INCOMING, "phone": "804 555 0177", "next_step": "talking"})
    made = ContactRequest.objects.get()
    assert answer.url == f"{reverse('intake:episode-start')}?request={made.pk}"
    page = as_user(ana).get(answer.url).content.decode()
    assert 'value="Jo"' in page
    assert "(804) 555-0177" in page
    sent = {"name": "Jo Martin", "preferred_name": "Jo", "phone": "804 555 0177", "language": "es"}
    assert as_user(ana).post(answer.url, sent).status_code == 302
    made.refresh_from_db()
    assert made.episodes.get().person.name == "Jo Martin"


def test_a_call_back_needs_a_number_and_a_time(ana, as_user):
    answer = as_user(ana).post(reverse("intake:request-new"), {**INCOMING, "next_step": "call_back"})
    assert answer.status_code == 422
    assert "Enter a number to call back" in answer.content.decode()
    assert "Choose when to try again" in answer.content.decode()


def test_helpers_names_are_not_taken_for_the_persons(ana, as_user):
    request = make_request(ana, who="family", call_name="Fay Moon")
    page = as_user(ana).get(f"{reverse('intake:episode-start')}?request={request.pk}").content.decode()
    assert "Fay" not in page


def test_every_step_of_the_table_is_possible_from_its_sources_only(ana):
    for step in CONTACT_TRANSITIONS.values():
        assert ana.has_perm(step.permission)
    reached = {step.target for step in CONTACT_TRANSITIONS.values()}
    assert reached == {"new", "calling", "no_answer", "reached", "closed"}


def test_the_list_and_titles_hold_no_number_and_no_name_in_addresses(ana, as_user):
    request = make_request(ana)
    page = as_user(ana).get(reverse("intake:request-detail", args=[request.pk])).content.decode()
    title = page[page.index("<title>") : page.index("</title>")]
    assert "Ana" not in title
    assert request.reference in title


def test_a_call_written_on_paper_counts_from_when_it_came_in(ana, as_user):
    came_in = (clock.now() - timedelta(hours=3)).astimezone(ZoneInfo(settings.CENTER_TIME_ZONE))
    sent = {**INCOMING, "phone": "804 555 0177", "next_step": "call_back", "danger": "yes"}
    client = as_user(ana)
    answer = client.post(
        reverse("intake:request-new"), {**sent, "taken_at": came_in.strftime("%Y-%m-%d %H:%M")}
    )
    assert answer.status_code == 302
    made = ContactRequest.objects.get()
    assert made.source == "paper"
    assert made.received_at == made.attempts.get().at == came_in.replace(second=0, microsecond=0)
    assert made.due_at < clock.now(), "a promise of three hours ago is overdue"
    assert "written on paper" in client.get(answer.url).content.decode()


@pytest.mark.parametrize("written", ["2126-01-01 10:00", "2020-01-01 10:00", "yesterday"])
def test_a_time_on_the_paper_that_cannot_be_is_explained(ana, as_user, written):
    sent = {**INCOMING, "next_step": "done", "taken_at": written}
    answer = as_user(ana).post(reverse("intake:request-new"), sent)
    assert answer.status_code == 422
    assert f'value="{written}"' in answer.content.decode()
    assert not ContactRequest.objects.exists()
