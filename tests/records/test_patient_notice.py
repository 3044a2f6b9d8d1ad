"""The patient notice: every element, versions that stay, who was given it, where it is posted."""

import io

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from audit.models import Event
from config import clock
from config.clock import center_day
from config.db import refusal_code
from config.errors import Refused
from records.actions import notices
from records.models import NoticeGiven, PatientNotice
from records.notice_display import HEADER
from records.notice_slots import CODES, PARTS, SLOTS, shipped
from tests.factories.episodes import make_episode
from tests.factories.notices import publish_notice
from tests.factories.records import make_person

pytestmark = pytest.mark.django_db
PUBLIC = ("home", "request", "information", "what-to-expect", "families", "privacy", "safety", "help-now")


PUBLISH = "UPDATE records_patientnotice SET version = 1, published_at = app_now(), published_by_id = %s"


def draft(by, **changes):
    given = {
        "text_en": notices.starting_text("en"),
        "text_es": notices.starting_text("es"),
        "effective_on": center_day(clock.now()),
        **changes,
    }
    return notices.save_draft(by=by, **given)


def sql(statement, *values):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    except DatabaseError as error:
        return refusal_code(error) or type(error).__name__
    return None


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_text_that_comes_with_the_product_has_every_slot_once(language):
    assert tuple(shipped(language)) and set(shipped(language)) == set(CODES)
    shown = [code for _, _, codes in PARTS for code in codes]
    assert sorted(shown) == sorted(CODES)


def test_the_header_is_the_laws():
    title, describes, points, right, _ = HEADER["en"]
    assert title == "Notice of Privacy Practices of {center}" and describes == "This notice describes:"
    assert points[0] == "HOW HEALTH INFORMATION ABOUT YOU MAY BE USED AND DISCLOSED"
    assert points[1] == "YOUR RIGHTS WITH RESPECT TO YOUR HEALTH INFORMATION"
    assert points[2].startswith("HOW TO FILE A COMPLAINT CONCERNING A VIOLATION OF THE PRIVACY OR SECURITY")
    assert right.startswith("YOU HAVE A RIGHT TO A COPY OF THIS NOTICE (IN PAPER OR ELECTRONIC FORM)")


@pytest.mark.parametrize(("code", "words"), [(code, words) for code, words, _ in SLOTS])
@pytest.mark.parametrize("language", ["en", "es"])
def test_publishing_names_each_missing_slot(pia, code, words, language):
    texts = {**notices.starting_text(language), code: "  "}
    draft(pia, **{f"text_{language}": texts})
    with pytest.raises(Refused) as refused:
        notices.publish(by=pia)
    assert words in refused.value.message
    assert not PatientNotice.objects.filter(version__isnull=False).exists()


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("column", ["text_en", "text_es"])
def test_raw_sql_cannot_publish_with_an_empty_slot(pia, code, column):
    draft(pia, **{column: {**notices.starting_text(column[-2:]), code: ""}})
    assert sql(PUBLISH, pia.pk) == "records_patientnotice_every_slot"


def test_it_does_not_hold_before_it_is_published(pia):
    yesterday = center_day(clock.now()).replace(year=2020)
    draft(pia, effective_on=yesterday)
    with pytest.raises(Refused) as refused:
        notices.publish(by=pia)
    assert refused.value.field == "effective_on"
    assert sql(PUBLISH, pia.pk) == "records_patientnotice_effective"


def test_a_published_version_is_never_changed(pia):
    first = publish_notice(pia)
    second = publish_notice(pia, text_en={**notices.starting_text("en"), "abide": "We keep to this notice."})
    assert (first.version, second.version) == (1, 2)
    for change in ("text_en = '{}'", "effective_on = '2030-01-01'", "version = NULL"):
        assert sql(f"UPDATE records_patientnotice SET {change} WHERE id = %s", first.pk) is not None
    assert sql("DELETE FROM records_patientnotice WHERE id = %s", first.pk) == "records_patientnotice_stays"
    first.refresh_from_db()
    assert first.text_en["abide"] == shipped("en")["abide"]


def test_a_notice_without_an_address_to_write_to_is_not_published(pia, settings):
    draft(pia)
    settings.PRIVACY_MAILBOX = ""
    with pytest.raises(Refused) as refused:
        notices.publish(by=pia)
    assert refused.value.code == "mailbox"


def test_only_the_privacy_officer_publishes(sam, ada, ana):
    for user in (sam, ada, ana):
        with pytest.raises(Refused):
            draft(user)


@pytest.mark.parametrize(("prefix", "words"), [("", "Your rights"), ("/es", "Sus derechos")])
def test_anybody_reads_it_at_an_address_that_stays(client, pia, prefix, words):
    empty = client.get(f"{prefix}/notice/")
    assert empty.status_code == 200
    assert client.get(f"{prefix}/notice/notice.pdf").status_code == 404
    publish_notice(pia)
    page = client.get(f"{prefix}/notice/")
    assert page.status_code == 200 and words in page.content.decode()
    assert "large-print" in client.get(f"{prefix}/notice/?large").content.decode()
    pdf = PdfReader(io.BytesIO(client.get(f"{prefix}/notice/notice.pdf").content))
    text = " ".join(" ".join(one.extract_text() for one in pdf.pages).split())
    assert words in text and "42 CFR" in text
    assert pdf.trailer["/Root"]["/Lang"] == (prefix.strip("/") or "en")


@pytest.mark.parametrize("prefix", ["", "/es"])
def test_every_public_page_links_the_notice(client, prefix):
    with translation.override(prefix.strip("/") or "en"):
        pages = {name: reverse(f"public:{name}") for name in PUBLIC}
    for name, address in pages.items():
        page = client.get(address)
        assert f'href="{prefix}/notice/"' in page.content.decode(), name


def test_giving_it_is_noted_with_version_and_answer(ana, pia, as_user):
    person = make_person(ana)
    client = as_user(ana)
    url = reverse("records:person-notice", args=[person.pk])
    assert "No notice is published" in client.get(url).content.decode()
    publish_notice(pia)
    assert client.post(url, {"how": "paper"}).status_code == 422
    done = client.post(url, {"how": "paper", "answer": "declined", "note": "Was tired"})
    assert done.status_code == 302
    given = NoticeGiven.objects.get()
    assert (given.notice.version, given.how, given.answer) == (1, "paper", "declined")
    assert given.note == "Was tired"
    assert given.given_by == ana
    assert Event.objects.get(name="notice.given").person_id == person.pk
    assert sql("DELETE FROM records_noticegiven") is not None
    assert "Chose not to acknowledge" in client.get(url).content.decode()


@pytest.mark.parametrize(("answer", "still"), [("yes", False), ("declined", False), ("later", True)])
def test_the_worklist_and_the_admission_page_ask_for_it(ana, pia, as_user, answer, still):
    publish_notice(pia)
    episode = make_episode(ana)
    client = as_user(ana)
    worklist = reverse("intake:without-notice")
    admission = reverse("programs:readiness", args=[episode.pk])
    assert episode.reference in client.get(worklist).content.decode()
    assert "Give the notice" in client.get(admission).content.decode()
    notices.give_notice(person=episode.person, how="paper", answer=answer, note="", by=ana)
    assert (episode.reference in client.get(worklist).content.decode()) is still
    assert ("Give the notice" in client.get(admission).content.decode()) is still


def test_writing_and_publishing_on_the_pages(pia, sam, as_user):
    client = as_user(pia)
    edit = reverse("records:notice-edit")
    page = client.get(edit).content.decode()
    assert "Right to a list of disclosures: Spanish" in page
    fields = {f"{code}_{slot}": "A text of enough letters." for code in ("en", "es") for slot in CODES}
    today = center_day(clock.now()).isoformat()
    client.post(edit, {**fields, "en_subpoena": "", "effective_on": today})
    publish = reverse("records:notice-publish")
    refused = client.post(publish)
    assert refused.status_code == 409
    assert "Court order only with a subpoena (English)" in refused.content.decode()
    client.post(edit, {**fields, "effective_on": today})
    assert client.post(publish).status_code == 302
    made = PatientNotice.objects.get()
    assert made.version == 1
    version = client.get(reverse("records:notice-version", args=[made.pk]))
    assert "As it was published" in version.content.decode()
    assert as_user(sam).get(edit).status_code == 403


def test_the_privacy_officers_start_page(pia, sam, ana, as_user):
    page = as_user(pia).get(reverse("records:privacy")).content.decode()
    assert "No patient notice is in force" in page and "Nothing is due." in page
    assert as_user(sam).get(reverse("records:privacy")).status_code == 200
    assert as_user(ana).get(reverse("records:privacy")).status_code == 403
