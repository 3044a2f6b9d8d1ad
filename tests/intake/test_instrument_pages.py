"""The pages of instruments: every form opens and takes answers, garbage is 422, nothing typed is lost."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.models import Event
from config import clock
from intake.actions.instruments import Given, record_instrument
from intake.models import InstrumentRecord
from intake.picture import center_zone
from intake.rules.catalogue import BY_ID, FORMS
from intake.rules.instruments import INSTRUMENTS
from tests.factories.episodes import ask_safety, make_episode, make_instrument
from tests.factories.records import join

pytestmark = pytest.mark.django_db
SHIPPED = [form for form in FORMS if form.instrument and form.instrument.wording_included]
SILENT = [form for form in FORMS if form.instrument and not form.instrument.wording_included]


@pytest.fixture
def episode(ana, cole):
    made = make_episode(ana, sex="female")
    join(made.person, cole)
    return made


def address(episode, name, form=None, **more):
    number = {"form_number": BY_ID[form].number} if form else {}
    return reverse(f"intake:{name}", kwargs={"episode_id": episode.pk, **number, **more})


def text_of(page):
    return page.content.decode()


def least(form):
    """A post that answers every question with its least points."""
    typed = {}
    for key, item in form.instrument.items.items():
        values = [option["value"] for option in item.options or ()] or [item.smallest]
        typed[key] = str(min(values))
    return {**typed, "pulse_bpm": "72"}


# Every form


@pytest.mark.parametrize("form", SHIPPED, ids=lambda form: form.id)
def test_each_instrument_whose_wording_is_shipped_can_be_given(as_user, cole, episode, form):
    client = as_user(cole)
    page = text_of(client.get(address(episode, "instrument-give", form.id)))
    assert "not a diagnosis" in page
    for item in form.instrument.items.values():
        assert item.text.split("'")[0].split('"')[0].split("&")[0][:40] in page.replace("&#x27;", "'")
    sent = client.post(address(episode, "instrument-give", form.id), least(form))
    assert sent.status_code == 302
    kept = InstrumentRecord.objects.get()
    assert kept.details["score"]["status"] == "complete"
    result = text_of(client.get(sent.url))
    assert "Screening, not a diagnosis." in result
    assert "Parts of the score" in result


@pytest.mark.parametrize("form", SILENT, ids=lambda form: form.id)
def test_no_wording_is_shown_where_none_may_be(as_user, cole, episode, form):
    page = as_user(cole).get(address(episode, "instrument-give", form.id))
    if form.id == "sud_criteria":
        assert "Short labels of our own" in text_of(page)
    else:
        assert page.url == address(episode, "instrument-outside", form.id)
    assert all(item.text is None for item in form.instrument.items.values())


def brought(form):
    """A post of a result from elsewhere."""
    typed = {"measured_by": "Nurse Imani Reyes", "where": "Easton", "about": "kratom_leaf"}
    if form.instrument is None:
        return {**typed, "band": "2.1"}
    if form.instrument.method in ("asq", "category_max"):
        return {**typed, "band": form.instrument.scoring["order"][0]}
    return {**typed, "total": "4", "scale_use": "3", "needs": ["food"]}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_a_result_from_elsewhere_can_be_recorded_of_each(as_user, ana, episode, form):
    client = as_user(ana)
    url = address(episode, "instrument-outside", form.id)
    assert client.get(url).status_code == 200
    sent = client.post(url, brought(form))
    assert sent.status_code == 302, text_of(sent)
    page = text_of(client.get(sent.url))
    assert "Nurse Imani Reyes, Easton" in page
    assert "Screening, not a diagnosis." in page


# Who may


def test_admissions_bring_what_a_clinician_observes(as_user, ana, episode):
    client = as_user(ana)
    give = client.get(address(episode, "instrument-give", "cows"))
    assert give.url == address(episode, "instrument-outside", "cows")
    page = text_of(client.get(address(episode, "instruments")))
    assert address(episode, "instrument-give", "cows") not in page
    assert address(episode, "instrument-outside", "cows") in page


def test_looking_leaves_an_event_that_names_no_instrument(as_user, ana, episode):
    as_user(ana).get(address(episode, "instrument-give", "phq9"))
    event = Event.objects.filter(name="record.viewed").latest("at")
    assert event.ids["what"] == "instruments"
    assert "phq" not in str(event.__dict__).lower()


# Incomplete, contradictory, out of range


def test_what_is_left_out_is_never_low(as_user, ana, episode):
    client = as_user(ana)
    sent = client.post(address(episode, "instrument-give", "phq9"), {"phq9_1": "3", "phq9_2": "__declined"})
    page = text_of(client.get(sent.url))
    assert "Not complete: between 3 and 27 of 27" in page
    assert "Never read it as low" in page
    assert "Prefers not to say" in page
    assert "was not answered. Unknown is not no" in page
    assert "Not complete: between 3 and 27" in text_of(client.get(address(episode, "instruments")))


@pytest.mark.parametrize(
    ("form", "typed", "words"),
    [
        ("phq9", {}, "Answer at least one question"),
        ("phq9", {"phq9_1": "7"}, "Select one of the choices"),
        ("phq9", {"phq9_1": "1", "observed_at": "2199-01-01 10:00"}, "must not be in the future"),
        ("cows", {"pulse_bpm": "9"}, "must be from 20 to 300"),
        ("sasq_alcohol", {"sasq_a": "400"}, "must be from 0 to 366"),
        ("asq", {"a1": "0", "a2": "0", "a3": "0", "a4": "0", "a5": "1"}, "one of the four before it is yes"),
    ],
)
def test_a_form_that_is_not_right_keeps_what_was_typed(as_user, cole, episode, form, typed, words):
    sent = as_user(cole).post(
        address(episode, "instrument-give", form), {**typed, "note": "Read with Zanzibar"}
    )
    assert sent.status_code == 422
    assert words in text_of(sent)
    assert "Read with Zanzibar" in text_of(sent)
    assert not InstrumentRecord.objects.exists()


@pytest.mark.parametrize(
    ("form", "typed", "words"),
    [
        ("cows", {"total": "49"}, "must be from 0 to 48"),
        ("cows", {"total": ""}, "Enter the result"),
        ("cows", {"total": "4", "measured_by": ""}, "Enter who measured it"),
        ("ciwa_ar", {"total": "4", "ciwa_7": "8"}, "Select one of the choices"),
        ("bam", {"scale_use": "13"}, "must be from 0 to 12"),
        ("pawss", {"total": "11"}, "must be from 0 to 10"),
    ],
)
def test_a_result_out_of_range_is_refused_in_words(as_user, ana, episode, form, typed, words):
    given_by = {"measured_by": "Nurse Reyes", "where": "Easton", "note": "Zanzibar"}
    sent = as_user(ana).post(address(episode, "instrument-outside", form), {**given_by, **typed})
    assert sent.status_code == 422
    assert words in text_of(sent)
    assert "Zanzibar" in text_of(sent)


FIELDS = sorted(
    {key for one in INSTRUMENTS.values() for key in one.items}
    | {
        "pulse_bpm",
        "total",
        "band",
        "needs",
        "observed_at",
        "note",
        "measured_by",
        "where",
        "about",
        "submit_key",
    }
)
GARBAGE = st.dictionaries(
    st.sampled_from(FIELDS) | st.sampled_from([f"{name}__na" for name in FIELDS]),
    st.text(max_size=12)
    | st.sampled_from(["0", "1", "3", "-1", "1e400", "NaN", "0.5", "__declined", "\x00"]),
    max_size=14,
)


@pytest.mark.parametrize("name", ["instrument-give", "instrument-outside"])
def test_random_garbage_is_never_more_than_a_422(as_user, cole, episode, name):
    client = as_user(cole)

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.sampled_from(FORMS), GARBAGE)
    def send(form, typed):
        answer = client.post(address(episode, name, form.id), typed)
        assert answer.status_code in (302, 422), (form.id, typed)

    send()


# Corrections, repeats, links onward


def test_a_correction_starts_from_what_was_kept_and_says_why(as_user, ana, episode):
    client = as_user(ana)
    first = client.post(address(episode, "instrument-give", "gad7"), {f"gad7_{n}": "1" for n in range(1, 8)})
    kept = InstrumentRecord.objects.get()
    url = address(episode, "instrument-correct", record_id=kept.pk)
    page = text_of(client.get(url))
    assert len(re.findall(r'value="1" checked', page)) == 7
    shown = re.search(r'name="observed_at"[^>]*value="([^"]+)"', page).group(1)
    typed = {"observed_at": shown, **{f"gad7_{n}": "2" for n in range(1, 8)}}
    assert client.post(url, typed).status_code == 422
    sent = client.post(url, {**typed, "reason": "Misheard the first answers"})
    assert "14 of 21" in text_of(client.get(sent.url))
    assert "Misheard the first answers" in text_of(client.get(sent.url))
    times = InstrumentRecord.objects.values_list("observed_at", flat=True)
    assert len(set(times)) == 1
    assert "This record was corrected" in text_of(client.get(first.url))
    assert client.post(url, {**typed, "reason": "Too late for this one"}).status_code == 409


def test_repeats_are_drawn_and_listed(as_user, ana, episode):
    for total in (21, 15, 9):
        made = make_instrument(ana, episode, total, phq9_9=0)
    page = text_of(as_user(ana).get(address(episode, "instrument-record", record_id=made.pk)))
    drawing = page[page.index('<svg viewBox="0 0 340') : page.index("</figure>")]
    assert drawing.count("<circle") == 3
    assert "21 of 27, then 15 of 27, then 9 of 27" in drawing
    assert page.count("Nurse Imani Reyes") >= 3


def test_a_positive_short_form_leads_on_with_its_answers(as_user, ana, episode):
    client = as_user(ana)
    typed = {"auditc_1": "4", "auditc_2": "3", "auditc_3": "2"}
    sent = client.post(address(episode, "instrument-give", "audit_c"), typed)
    assert address(episode, "instrument-give", "audit") in text_of(client.get(sent.url))
    page = text_of(client.get(address(episode, "instrument-give", "audit")))
    assert "Confirm them or change them" in page
    assert len(re.findall(r'value="[1-4]" checked', page)) == 3


def test_sex_chooses_the_cut(as_user, ana):
    flags = {}
    for sex, phone in (("female", "+18045550181"), ("male", "+18045550182"), ("", "+18045550183")):
        episode = make_episode(ana, name=f"Person {phone}", phone=phone, sex=sex)
        as_user(ana).post(
            address(episode, "instrument-give", "audit_c"), {f"auditc_{n}": "1" for n in (1, 2, 3)}
        )
        flags[sex] = episode.instrument_records.get().details["score"]["flags"]
    assert flags == {"female": ["ALCOHOL_POSITIVE"], "male": [], "": ["ALCOHOL_POSITIVE"]}


def test_a_no_to_the_gate_counts_the_rest_as_no(as_user, ana, episode):
    client = as_user(ana)
    sent = client.post(address(episode, "instrument-give", "pc_ptsd5"), {"ptsd_gate": "0"})
    assert "0 of 5" in text_of(client.get(sent.url))


def test_another_language_is_read_in_english_with_a_note(as_user, ana):
    episode = make_episode(ana, language="es")
    client = as_user(ana)
    assert "with an interpreter" in text_of(client.get(address(episode, "instrument-give", "phq9")))
    client.post(address(episode, "instrument-give", "phq9"), {"phq9_9": "0"})
    assert InstrumentRecord.objects.get().details["language"] == "en"


def test_the_age_of_a_measure_is_shown(as_user, cole, ana, episode):
    made = make_instrument(ana, episode)
    page = as_user(ana).get(address(episode, "instrument-record", record_id=made.pk))
    assert "just now" in text_of(page) or "0 min ago" in text_of(page)


def test_pages_take_the_same_queries_however_many_records(as_user, ana, episode):
    client, counts = as_user(ana), {}
    made = make_instrument(ana, episode)
    urls = [address(episode, "instruments"), address(episode, "instrument-record", record_id=made.pk)]
    for more in (0, 8):
        for _ in range(more):
            make_instrument(ana, episode)
        for url in urls:
            client.get(url)  # what is read once for a session
            with CaptureQueriesContext(connection) as asked:
                client.get(url)
            counts.setdefault(url, set()).add(len(asked))
    assert all(len(found) == 1 for found in counts.values()), counts


def test_licences_and_the_loinc_notice_are_named(as_user, ana, audrey):
    for user in (ana, audrey):
        page = text_of(as_user(user).get(reverse("intake:about")))
        assert "http://loinc.org/license" in page
        for one in INSTRUMENTS.values():
            assert one.version in page
    assert "44250-9" in page


def test_an_instrument_that_is_not_in_the_list_is_not_found(as_user, ana, episode):
    url = reverse("intake:instrument-give", kwargs={"episode_id": episode.pk, "form_number": 999})
    assert as_user(ana).get(url).status_code == 404


def test_yesterdays_paper_keeps_its_time(as_user, ana, episode):
    when = (clock.now() - timedelta(days=1)).replace(second=0, microsecond=0)
    typed = {"phq9_9": "0", "observed_at": when.astimezone(center_zone()).strftime("%Y-%m-%dT%H:%M")}
    as_user(ana).post(address(episode, "instrument-give", "phq9"), typed)
    assert InstrumentRecord.objects.get().observed_at == when


@pytest.mark.parametrize("name", ["assessment-check", "assessment-print"])
def test_the_latest_of_each_stands_before_sending_and_on_paper(ana, as_user, episode, name):
    ask_safety(ana, episode)
    client, url = as_user(ana), address(episode, name)
    assert "No instrument was given or recorded in this episode." in text_of(client.get(url))
    for total in (4, 14):
        given = Given("cows", outside=True, total=total, measured_by="Nurse Reyes", where="Easton")
        record_instrument(by=ana, episode=episode, given=given)
    for about in ("kratom_leaf", "alcohol"):
        given = Given("sud_criteria", outside=True, total=3, measured_by="Dr. Blue", where="", about=about)
        record_instrument(by=ana, episode=episode, given=given)
    with CaptureQueriesContext(connection) as few:
        shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text_of(client.get(url))))
    assert "14 of 48" in shown
    assert "Moderate (13 to 24)" in shown
    assert "4 of 48" not in shown.replace("14 of 48", "")
    assert "Screening, not a diagnosis." in shown
    assert re.search(r": Kratom", shown)
    assert re.search(r": Alcohol", shown)
    assert ("Version 1." in shown) == (name == "assessment-print")
    make_instrument(ana, episode)
    with CaptureQueriesContext(connection) as more:
        client.get(url)
    assert len(more) == len(few)
