"""Screens of versions, questions, claims and second views, with JavaScript off."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config import clock
from intake.actions.assessments import remove_substance, submit
from intake.actions.corrections import correct
from intake.actions.review_questions import Asked, answer_question
from intake.actions.sections import save_section
from intake.models import Assessment, ReviewQuestion
from intake.versions import Versions
from programs.actions.claims import claim
from programs.actions.determinations import ask
from programs.models import Determination, ReviewClaim
from tests.factories.care import BELOW, decide, make_review, make_signed
from tests.factories.episodes import add_row, fill_rows, make_sendable, save

pytestmark = pytest.mark.django_db
WHY = "The dose was misheard on the phone."


def words_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def page(name, *args):
    return reverse(f"programs:{name}", args=args)


@pytest.fixture
def waiting(ana):
    return make_review(ana)


# Questions


def test_asking_about_an_answer_from_beside_it(client, as_user, ana, cole, waiting):
    as_user(cole)
    shown = client.get(page("review", waiting.episode_id)).content.decode()
    row = waiting.substance_rows.get()
    assert f"?about=substances%2F{row.pk}%3Aamount" in shown
    url = page("ask", waiting.episode_id)
    form = client.get(url, {"about": "mental/anxiety"}).content.decode()
    assert 'value="mental/anxiety" selected' in form
    more = client.post(url, {"count": "1", "about-0": "mental/anxiety", "text-0": "Since when?", "do": "add"})
    assert "Since when?" in more.content.decode()
    assert 'name="text-1"' in more.content.decode()
    sent = client.post(
        url,
        {
            "count": "2", "about-0": "mental/anxiety", "text-0": "Since when?",
            "about-1": f"substances/{row.pk}:amount", "text-1": "Grams?", "do": "send",
        },
    )  # fmt: skip
    assert sent.status_code == 302
    assert {(one.section, one.text) for one in ReviewQuestion.objects.all()} == {
        ("mental", "Since when?"), ("substances", "Grams?"),
    }  # fmt: skip


@pytest.mark.parametrize("data", [{"count": "1", "text-0": " "}, {"count": "x", "text-0": ""}, {}])
def test_asking_without_words(client, as_user, cole, waiting, data):
    as_user(cole)
    answer = client.post(page("ask", waiting.episode_id), data)
    assert answer.status_code == 422
    assert 'href="#id_text-0"' in answer.content.decode()


def test_admissions_see_them_at_the_field_on_the_overview_and_on_today(client, as_user, ana, cole, waiting):
    row = waiting.substance_rows.get()
    ask(
        assessment=waiting,
        questions=[Asked("Grams, or capsules?", "substances", f"{row.pk}:amount"), Asked("Who called?")],
        by=cole,
    )
    as_user(ana)
    today = words_of(client.get("/staff/"))
    assert "A clinician asks 2 questions" in today
    assert "Assessment: needs answers" not in today
    overview = words_of(client.get(reverse("intake:assessment", args=[waiting.episode_id])))
    assert "Grams, or capsules?" in overview
    assert "The assessment as a whole" in overview
    section = client.get(reverse("intake:assessment-section", args=[waiting.episode_id, "substances"]))
    html = section.content.decode()
    assert html.index(f'id="id_{row.pk}-amount"') < html.index("Grams, or capsules?")
    assert "Who called?" not in html
    question = ReviewQuestion.objects.get(field__gt="")
    url = reverse("intake:question-answer", args=[waiting.episode_id, question.pk])
    assert "Answered now: 8" in words_of(client.get(url))
    assert client.post(url, {"kind": "said"}).status_code == 422
    assert client.post(url, {"kind": "changed"}).status_code == 422
    done = client.post(url, {"kind": "said", "words": "Grams, on a scale"})
    assert done.status_code == 302
    again = client.post(url, {"kind": "not_reached"})
    assert again.status_code == 409
    for one in ReviewQuestion.objects.filter(answered_at=None):
        answer_question(by=ana, question=one, kind="not_reached")
    submit(by=ana, assessment=waiting)
    as_user(cole)
    review = words_of(client.get(page("review", waiting.episode_id)))
    assert "Grams, on a scale" in review
    assert "The person can&#x27;t be reached" in review


def test_a_section_page_takes_as_many_queries_with_twenty_questions(client, as_user, ana, cole, waiting):
    url = reverse("intake:assessment-section", args=[waiting.episode_id, "mental"])
    as_user(ana)
    ask(assessment=waiting, questions=[Asked("Since when?", "mental", "anxiety")], by=cole)
    few = _queries(client, url)
    for number in range(19):
        ReviewQuestion.objects.create(
            assessment=waiting, data_key=waiting.data_key, section="mental", field="anxiety",
            text=f"And {number}?", asked_by=cole, due_at=clock.now(),
        )  # fmt: skip
    assert _queries(client, url) == few


def _queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200, url
    return len(captured)


# Claims


def test_who_reviews_is_seen_and_taken_over_by_a_button(client, as_user, cole, dana, waiting):
    review = page("review", waiting.episode_id)
    as_user(cole)
    assert "Nobody is reviewing this now" in words_of(client.get(review))
    assert client.post(page("review-start", waiting.episode_id)).status_code == 302
    assert "You are reviewing" in words_of(client.get(review))
    as_user(dana)
    assert cole.display_name in words_of(client.get(review))
    assert client.post(page("review-start", waiting.episode_id)).status_code == 409
    asks = client.get(page("review-take-over", waiting.episode_id))
    assert "can't sign any more" in words_of(asks)
    assert ReviewClaim.objects.get().held_by == cole
    assert client.post(page("review-take-over", waiting.episode_id)).status_code == 302
    assert ReviewClaim.objects.get().held_by == dana
    as_user(cole)
    news = client.get(page("review-news", waiting.episode_id), {"since": "1"})
    assert f"{dana.display_name} took this over at" in words_of(news)
    lost = client.post(page("rate", waiting.episode_id), {"F1": "1"})
    assert lost.status_code == 409
    assert f"{dana.display_name} took this over at" in words_of(lost)


def test_opening_a_page_claims_nothing(client, as_user, cole, waiting):
    as_user(cole)
    for name in ("review", "ask", "review-take-over"):
        client.get(page(name, waiting.episode_id))
    assert not ReviewClaim.objects.exists()
    assert Assessment.objects.get().status == "ready_for_review"


def test_an_open_review_hears_of_new_answers(client, as_user, ana, cole, waiting):
    as_user(cole)
    since = int((clock.now() - timedelta(seconds=2)).timestamp())
    url = page("review-news", waiting.episode_id)
    fresh = int((clock.now() + timedelta(minutes=1)).timestamp())
    assert client.get(url, {"since": fresh}).content.strip() == b""
    for wrong in ("", "x", "-1", "9" * 30):
        assert client.get(url, {"since": wrong}).content.strip() == b""
    save(ana, waiting, "mental", anxiety="no", depression="yes")
    news = words_of(client.get(url, {"since": since}))
    assert "answers changed at" in news
    assert "anxiety" not in news.lower()
    shown = client.get(page("version-compare", waiting.episode_id, 1), {"since": since})
    assert "Anxiety" in words_of(shown)


# Second views


def test_a_decision_below_the_rules_waits_for_a_second_clinician(client, as_user, ana, cole, dana):
    signed = make_signed(ana, cole, BELOW)
    second = page("second-view", signed.episode_id)
    as_user(cole)
    assert "This is your own decision" in words_of(client.get(second))
    assert client.post(second, {"says": "agree"}).status_code == 422
    ready = words_of(client.get(page("readiness", signed.episode_id)))
    assert "A second clinician has to agree" in ready
    as_user(dana)
    assert "below the rules waits" in words_of(client.get("/staff/"))
    assert "Give your view" in words_of(client.get(page("review-list")))
    form = client.get(second)
    assert " checked" not in form.content.decode()
    assert client.post(second, {"says": "decline", "words": "no"}).status_code == 422
    assert client.post(second, {"says": "agree"}).status_code == 302
    assert not Determination.objects.get().awaits_second
    assert client.post(second, {"says": "agree"}).status_code == 409


def test_one_that_was_declined_comes_back_to_the_queue(client, as_user, ana, cole, dana):
    signed = make_signed(ana, cole, BELOW)
    as_user(dana)
    words = "The seizure speaks against it; detox first."
    client.post(page("second-view", signed.episode_id), {"says": "decline", "words": words})
    assert "Decide again" in words_of(client.get(page("review-list")))
    decide(signed.assessment, dana)
    assert "Decide again" not in words_of(client.get(page("review-list")))


# Versions


@pytest.fixture
def corrected(ana, ben, cole):
    """Two versions: anxiety changed, the amount changed, a substance off the list and one on it."""
    made = make_sendable(ana)
    add_row(ana, made, substance="alcohol", last_use="over_a_week")
    submit(by=ana, assessment=made)
    first = decide(made, cole)
    second = correct(by=ana, assessment=made, reason=WHY)
    rows = {row.details["substance"]["value"]: row for row in second.substance_rows.all()}
    save(ana, second, "mental", anxiety="no")
    save(ana, second, "substances", **{f"{rows['kratom_leaf'].pk}:amount": 5})
    remove_substance(by=ana, assessment=second, row_id=rows["alcohol"].pk)
    add_row(ana, second, substance="cannabis")
    return first, second


def test_two_versions_side_by_side(client, as_user, ana, corrected):
    first, second = corrected
    differs = Versions(first.episode).between(first.assessment, second)
    changes = {one.label: (one.old, one.new, one.who) for one in differs}
    removed = second.substance_rows.get(removed_at__isnull=False).removed_at
    assert [one.at for one in differs if one.label == "Substance 2"] == [removed]
    assert changes.pop("Anxiety") == ("Yes", "No", ana.display_name)
    assert changes["Substance 1: Amount each time"][:2] == ("8", "5")
    assert changes["Substance 2"][:2] == ("On the list", "Not on the list")
    assert changes["Substance 3"][:2] == ("Not on the list", "On the list")
    assert changes["Substance 3: Substance"][0] == "Not asked"
    as_user(ana)
    shown = words_of(client.get(page("version-compare", first.episode_id, 2)))
    assert "Anxiety" in shown
    assert "beside version 1" in shown
    for wrong in ("2", "9", "x"):
        url = page("version-compare", first.episode_id, 2)
        assert client.get(url, {"with": wrong}).status_code == 404


def test_what_was_sent_and_what_it_says_now(client, as_user, ana, waiting):
    save(ana, waiting, "mental", anxiety="no")
    versions = Versions(waiting.episode)
    (change,) = versions.since(waiting, waiting.submitted_at)
    assert (change.label, change.old, change.new) == ("Anxiety", "Yes", "No")
    as_user(ana)
    shown = client.get(page("version-compare", waiting.episode_id, 1), {"with": "sent"})
    assert "1 answer differs" in words_of(shown)


def test_a_correction_as_it_was_when_sent_knows_its_copied_answers(ana, cole):
    first = make_signed(ana, cole)
    second = correct(by=ana, assessment=first.assessment, reason=WHY)
    submit(by=ana, assessment=second)
    second.refresh_from_db()
    versions = Versions(first.episode)
    assert versions.since(second, second.submitted_at) == []
    row = second.substance_rows.get()
    save(ana, second, "substances", **{f"{row.pk}:amount": 3})
    (change,) = Versions(first.episode).since(second, second.submitted_at)
    assert (change.old, change.new) == ("8", "3")


def test_the_list_reads_each_and_offers_a_correction(client, as_user, ana, cole, corrected):
    first, _second = corrected
    as_user(ana)
    shown = words_of(client.get(page("version-list", first.episode_id)))
    assert WHY in shown
    assert "In force" in shown
    assert "Correct the signed version" not in shown
    one = client.get(page("version", first.episode_id, 1))
    assert "8" in words_of(one)
    assert "<form" not in re.search(r"<main.*</main>", one.content.decode(), re.S).group()
    assert client.get(page("version", first.episode_id, 3)).status_code == 404
    as_user(cole)
    review = words_of(client.get(page("review", first.episode_id)))
    assert "Being corrected" in review


def test_one_answers_history_through_the_versions_with_what_was_not_kept(
    client, as_user, ana, ben, corrected
):
    first, second = corrected
    section = second.sections.get(key="mental")
    save(ana, second, "mental", anxiety="yes")
    with pytest.raises(Exception, match="conflict"):
        save_section(
            by=ana, assessment=second, key="mental", bases=section.version,
            answers={"anxiety": {"missing": "declined"}}, observed_at=clock.now() - timedelta(hours=3),
            source="paper",
        )  # fmt: skip
    as_user(ana)
    shown = words_of(client.get(page("field-history", first.episode_id, 2, "mental", "anxiety")))
    assert "Prefers not to say Not kept" in shown
    assert "Written on paper" in shown
    assert "version 1" in shown
    assert "version 2" in shown
    old = words_of(client.get(page("field-history", first.episode_id, 1, "mental", "anxiety")))
    assert "version 2" not in old
    row = second.substance_rows.order_by("position").first()
    kept = words_of(client.get(page("field-history", first.episode_id, 2, "substances", f"{row.pk}:amount")))
    assert "version 1" in kept
    assert "version 2" in kept
    for section, field in (("mental", "nothing"), ("nowhere", "anxiety"), ("substances", "x:amount")):
        assert client.get(page("field-history", first.episode_id, 2, section, field)).status_code == 404


def test_correcting_and_giving_up_with_the_buttons(client, as_user, ana, cole):
    first = make_signed(ana, cole)
    as_user(ana)
    overview = client.get(reverse("intake:assessment", args=[first.episode_id]))
    assert "Correct them in a new version" in words_of(overview)
    url = reverse("intake:assessment-correct", args=[first.episode_id])
    assert client.post(url, {"reason": "x"}).status_code == 422
    assert client.post(url, {"reason": WHY}).status_code == 302
    assert client.post(url, {"reason": WHY}).status_code == 409
    overview = client.get(reverse("intake:assessment", args=[first.episode_id]))
    assert WHY in words_of(overview)
    drop = reverse("intake:correction-drop", args=[first.episode_id])
    assert client.get(drop).status_code == 200
    assert client.post(drop).status_code == 302
    assert client.post(drop).status_code == 409
    assert [one.status for one in Assessment.objects.order_by("number")] == ["decided", "dropped"]


def test_pages_of_versions_take_the_same_queries_however_much_there_is(client, as_user, ana, corrected):
    first, second = corrected
    as_user(ana)
    urls = [
        page("version-list", first.episode_id),
        page("version", first.episode_id, 2),
        page("version-compare", first.episode_id, 2),
        page("version-compare", first.episode_id, 2) + "?with=sent",
        page("field-history", first.episode_id, 2, "mental", "anxiety"),
        page("review", first.episode_id),
    ]
    Assessment.objects.filter(pk=second.pk).update(submitted_at=clock.now(), submitted_by=ana)
    few = {url: _queries(client, url) for url in urls}
    fill_rows(second, 50)
    for number in range(6):
        save(ana, second, "mental", anxiety="yes" if number % 2 else "no")
    many = {url: _queries(client, url) for url in urls}
    assert {url: (few[url], many[url]) for url in urls if many[url] != few[url]} == {}
    assert max(many.values()) <= 30


def test_the_queue_says_how_long_of_what_was_promised_and_who_has_it(
    client, as_user, ana, cole, dana, waiting
):
    as_user(cole)
    assert "No decision below the rules" not in words_of(client.get(page("review-list")))
    claim(assessment=waiting, by=dana)
    shown = words_of(client.get(page("review-list")))
    assert "of 2 h" in shown
    assert dana.display_name in shown
    Assessment.objects.filter(pk=waiting.pk).update(review_due_at=clock.now() - timedelta(minutes=1))
    assert "Overdue" in words_of(client.get(page("review-list")))
