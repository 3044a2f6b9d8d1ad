"""A packet is made once at the door, kept, shown again as it was, and cut to what the person agreed to."""

import io
import json
import re
import stat
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from pypdf import PdfReader

from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from intake.queries import current_assessment
from outbox.models import Message
from records import notices
from records.actions import consents
from records.choices import Category
from records.disclose import NotPermitted
from records.models import Consent, Disclosure
from referrals.actions import answers
from referrals.actions.packets import fingerprint
from referrals.actions.telling import NEWER_MAIL
from referrals.fhir.bundle import bundle
from referrals.handlers import newer_packet
from referrals.models import FaxLog, Offer, OfferMessage, Packet, PartnerLink
from referrals.packet_papers import page_of, pdf_of
from tests.factories.episodes import make_episode, make_instrument, save
from tests.factories.packet_content import content as packet_content
from tests.factories.packets import MARKS, accepted, marked_episode, opened, packet_of
from tests.factories.referrals import (
    EVERYTHING,
    accept,
    consent_for,
    make_facility,
    make_referral,
    one_sent,
    sent,
)
from tests.referrals.fhir.checks import problems_of

pytestmark = pytest.mark.django_db


def words_of(pdf):
    return " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def url(name, offer):
    return reverse(name, args=[offer.pk])


def post_all(client, offer):
    """Every way in which a partner opens a packet."""
    return [client.post(url(f"partner:packet{one}", offer)) for one in ("", "-pdf", "-fhir")]


@pytest.fixture
def visit(ana, client):
    """A partner that accepted and typed its code; return (offer, client)."""
    offer, token, code = accepted(ana)
    client.post(reverse("partner:verify"), {"token": token, "code": code})
    return offer, client


def test_it_is_made_once_and_is_one_row_of_the_accounting_whatever_it_is_opened_as(visit):
    offer, client = visit
    for _ in range(2):
        assert [one.status_code for one in post_all(client, offer)] == [200, 200, 200]
    kept, row = Packet.objects.get(), Disclosure.objects.get()
    assert (kept.version, kept.disclosure, kept.sha256) == (1, row, fingerprint(kept.content))
    assert {str(key) for key in row.categories} == set(kept.content["sections"])
    shapes = [event.ids["shape"] for event in Event.objects.filter(name="packet.opened").order_by("pk")]
    assert sorted(shapes) == sorted(["page", "pdf", "fhir"] * 2)


def test_it_is_shown_as_it_was_after_the_assessment_changed(ana, visit):
    offer, client = visit
    before = [one.content for one in post_all(client, offer)][1:]
    save(ana, current_assessment(offer.referral.episode), "health", conditions_notes="later news")
    page, pdf, fhir = post_all(client, offer)
    assert b"later news" not in page.content + fhir.content and "later news" not in words_of(pdf.content)
    assert [pdf.content, fhir.content] == before
    assert Disclosure.objects.count() == 1


def test_a_newer_version_is_sent_by_staff_and_accounted(ana, visit, as_user):
    offer, client = visit
    post_all(client, offer)
    staff, newer = as_user(ana), url("referrals:offer-packet-newer", offer)
    unchanged = staff.post(newer)
    assert unchanged.status_code == 422 and b"Nothing has changed" in unchanged.content
    save(ana, current_assessment(offer.referral.episode), "health", conditions_notes="later news")
    assert staff.post(newer).url == url("referrals:offer-packets", offer)
    assert b"later news" in post_all(client, offer)[0].content
    assert [row.version for row in Disclosure.objects.order_by("version")] == [1, 2]
    assert [kept.version for kept in Packet.objects.order_by("version")] == [1, 2]
    last = Packet.objects.get(version=2)
    assert bundle(last.content, str(last.pk))["entry"][0]["resource"]["relatesTo"][0]["code"] == "replaces"


def news():
    return Message.objects.filter(kind=NEWER_MAIL)


def test_a_newer_version_is_told_without_content_and_says_what_is_newer(ana, visit, as_user):
    offer, client = visit
    post_all(client, offer)
    first = client.get(url("partner:referral", offer)).content.decode()
    assert "The record is version 1" in first and "Newer version" not in first
    assert "You see version 1" in client.post(url("partner:packet", offer)).content.decode()
    assert not news().exists()
    save(ana, current_assessment(offer.referral.episode), "health", conditions_notes="later news")
    newer = url("referrals:offer-packet-newer", offer)
    as_user(ana).post(newer)
    as_user(ana).post(newer)
    letter = newer_packet(news().get())
    assert news().get().to == offer.facility.email and "newer version" in letter.body
    person = offer.referral.episode.person
    for secret in (person.name, offer.referral.reference, "later", "health", "http", "Harbor", "etox"):
        assert secret not in letter.subject + letter.body
    page = client.get(url("partner:referral", offer)).content.decode()
    assert "Newer version" in page and "The record is version 2" in page and "later news" not in page
    shown = " ".join(client.post(url("partner:packet", offer)).content.decode().split())
    assert "You see version 2" in shown and "It replaces version 1" in shown
    told = re.search("Different from version 1: ([^<]*)", shown).group(1)
    assert told == f"{Category.HEALTH.label}."
    assert [row.version for row in Disclosure.objects.order_by("version")] == [1, 2]


def test_nobody_is_told_of_a_version_that_its_link_no_longer_opens(ana, visit, as_user):
    offer, client = visit
    post_all(client, offer)
    save(ana, current_assessment(offer.referral.episode), "health", conditions_notes="later news")
    as_user(ana).post(url("referrals:offer-packet-newer", offer))
    PartnerLink.objects.update(revoked_at=clock.now())
    assert newer_packet(news().get()) is None


def test_a_narrower_version_that_the_partner_opens_itself_is_no_news(ana, visit):
    offer, client = visit
    post_all(client, offer)
    old = Consent.objects.get()
    consent_for(ana, offer.referral, offer.facility, categories=[Category.SUBSTANCE_USE, Category.HEALTH])
    consents.revoke(consent=old, how="oral", received_at=clock.now(), by=ana)
    assert client.post(url("partner:packet", offer)).status_code == 200
    assert Packet.objects.count() == 2 and not news().exists()


def test_a_withdrawn_consent_closes_it_on_the_very_next_request(ana, visit, as_user):
    offer, client = visit
    post_all(client, offer)
    consents.revoke(consent=Consent.objects.get(), how="oral", received_at=clock.now(), by=ana)
    assert {one.status_code for one in post_all(client, offer)} == {404}
    staff = as_user(ana)
    for name in ("offer-packet", "offer-packet-pdf", "offer-packet-fhir", "offer-packet-newer"):
        refused = staff.post(url(f"referrals:{name}", offer))
        assert refused.status_code == 422 and b"Nothing was shared" in refused.content
    assert Disclosure.objects.count() == 1


def test_nothing_opens_before_a_yes_and_after_a_no(ana, client, as_user):
    offer, token, code = one_sent(ana, make_facility())
    client.post(reverse("partner:verify"), {"token": token, "code": code})
    assert {one.status_code for one in post_all(client, offer)} == {404}
    assert as_user(ana).post(url("referrals:offer-packet-pdf", offer)).status_code == 409
    with pytest.raises(Conflict):
        opened(offer, ana)
    answers.decline(offer_id=offer.pk, reason="full", by=ana, now=clock.now())
    assert {one.status_code for one in post_all(client, offer)} == {404}
    assert not Packet.objects.exists() and not Disclosure.objects.exists()


def test_a_get_opens_nothing(visit):
    offer, client = visit
    assert {client.get(url(f"partner:packet-{one}", offer)).status_code for one in ("pdf", "fhir")} == {405}
    assert not Disclosure.objects.exists()


def everything_in(packet):
    """All that can be read in any shape of a packet, properties of the PDF included."""
    pdf = pdf_of(packet)
    reader = PdfReader(io.BytesIO(pdf))
    xmp = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    told = json.dumps(bundle(packet.content, str(packet.pk)))
    return " ".join([words_of(pdf), str(reader.metadata), xmp, told, json.dumps(packet.content)])


def without_consent(packet):
    """The packet without the copy of the consent, which names its signer and lists what is never in it."""
    kept = packet.content["consent"]
    packet.content["consent"] = kept | dict.fromkeys(("scope", "text", "signed_text", "signature"), "signed")
    return packet


@pytest.mark.parametrize("withheld", sorted(set(MARKS) - {Category.SUBSTANCE_USE}))
def test_what_the_person_did_not_agree_to_is_in_no_shape_of_it(ana, withheld, client):
    kept = [one for one in EVERYTHING if one != withheld]
    offer, token, code = accepted(ana, categories=kept)
    client.post(reverse("partner:verify"), {"token": token, "code": code})
    page = client.post(url("partner:packet", offer)).content.decode()
    packet = without_consent(Packet.objects.get())
    found = everything_in(packet) + page.split("What the person has agreed to")[0]
    assert MARKS[withheld] not in found
    for other, mark in MARKS.items():
        assert other == withheld or mark in found
    assert problems_of(bundle(packet.content, str(packet.pk))) == []


def test_notes_of_the_call_and_money_never_leave(ana):
    found = everything_in(without_consent(packet_of(ana)))
    assert "marknote" not in found and "orrows money" not in found
    assert "counseling" not in found.lower()


def test_signs_of_daily_life_go_with_substance_use(ana):
    assert "markuse signs" in everything_in(packet_of(ana))


def test_results_of_instruments_go_with_their_category(ana):
    episode = marked_episode(ana)
    make_instrument(ana, episode, total=14)
    packet = packet_of(ana, episode=episode)
    assert ["PHQ-9", "14 of 27. Moderate (10 to 14)"] in packet.content["sections"]["mental_health"]["rows"]
    assert "44261-6" in json.dumps(bundle(packet.content, str(packet.pk)))


def test_the_pdf_is_tagged_neutral_and_its_cover_names_nobody(ana):
    packet = packet_of(ana, fax="+18045550141")
    reader = PdfReader(io.BytesIO(pdf_of(packet)))
    cover = " ".join(reader.pages[0].extract_text().split())
    reference = packet.content["referral"]["reference"]
    for told in (
        "Harbor Detox",
        "(804) 555-0141",
        reference,
        f"Pages {len(reader.pages)}, with this one",
        "by mistake",
    ):
        assert told in cover
    assert " ".join(notices.statement().split()) in cover
    for hidden in ("Jordan", *MARKS.values(), "ratom", "etox partner", "Medical detox", "1990"):
        assert hidden not in cover
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert (reader.metadata.title, set(reader.metadata)) == ("Confidential packet", {"/Title", "/Creator"})
    assert {"At a glance", "Physical health"} <= titles_of(reader.outline)
    for number, page in enumerate(reader.pages, start=1):
        text = " ".join(page.extract_text().split())
        assert notices.short_statement() in text
        assert f"Referral {reference}, version 1 Page {number} of {len(reader.pages)}" in text


def test_cover_and_summary_are_the_first_two_pages(ana):
    accepted(ana)
    offer = Offer.objects.get()
    offer.partner_reference = "ADM-4471"
    offer.save()
    packet = opened(offer, ana)
    pages = PdfReader(io.BytesIO(pdf_of(packet))).pages[:2]
    first, second = (" ".join(one.extract_text().split()) for one in pages)
    assert "ADM-4471" in second and "ADM-4471" not in first
    for heading, lines in packet.content["referral"]["card"]:
        assert heading in second and all(" ".join(line.split()) in second for line in lines)


def titles_of(outline):
    found = set()
    for one in outline:
        found |= titles_of(one) if isinstance(one, list) else {one.title}
    return found


def test_files_have_names_that_say_nothing_and_nobody_keeps_them(visit):
    offer, client = visit
    _page, pdf, fhir = post_all(client, offer)
    assert pdf["Content-Disposition"] == 'attachment; filename="packet.pdf"'
    assert fhir["Content-Disposition"] == 'attachment; filename="packet.json"'
    assert fhir["Content-Type"] == "application/fhir+json"
    assert all("no-store" in one["Cache-Control"] for one in (pdf, fhir))
    assert problems_of(json.loads(fhir.content)) == []


def test_staff_print_fax_and_write_down_the_fax(ana, as_user):
    offer, _token, _code = accepted(ana, fax="+18045550141")
    staff = as_user(ana)
    page = staff.get(url("referrals:offer-packets", offer)).content.decode()
    assert "Nothing has left yet" in page and "markhealth" not in page
    assert staff.post(url("referrals:offer-fax", offer), {}).status_code == 409
    assert staff.post(url("referrals:offer-packet-pdf", offer))["Content-Type"] == "application/pdf"
    assert b"markhealth" in staff.post(url("referrals:offer-packet", offer)).content
    assert problems_of(json.loads(staff.post(url("referrals:offer-packet-fhir", offer)).content)) == []
    assert staff.post(url("referrals:offer-fax", offer), {"pages": "0"}).status_code == 422
    given = {"number": "(804) 555-0141", "pages": "4", "outcome": "partly"}
    assert staff.post(url("referrals:offer-fax", offer), given).status_code == 302
    row = FaxLog.objects.get()
    assert (row.pages, row.outcome, row.number, row.by) == (4, "partly", "(804) 555-0141", ana)
    assert (
        OfferMessage.objects.get(kind="fax").text
        == "Packet version 1, 4 pages. Only some pages went through."
    )
    shown = staff.get(url("referrals:offer-packets", offer)).content.decode()
    assert "Only some pages went through" in shown and "4 pages" in shown
    assert Event.objects.filter(name="packet.faxed").count() == 1


def test_colleagues_of_another_team_get_the_same_as_for_none(ana, ben, as_user):
    offer, _token, _code = accepted(ana)
    other = as_user(ben)
    assert other.get(url("referrals:offer-packets", offer)).status_code == 404
    for name in ("offer-packet-pdf", "offer-packet-fhir", "offer-packet-newer", "offer-fax"):
        assert other.post(url(f"referrals:{name}", offer)).status_code == 404


def write(offer, by, target, shape="fhir"):
    call_command(
        "packet", offer.referral.reference, shape=shape, by=by.email, basis="consent", to=str(target),
        stdout=io.StringIO(),
    )  # fmt: skip


def test_the_command_goes_through_the_door_as_somebody(ana, tmp_path):
    offer, _token, _code = accepted(ana)
    write(offer, ana, tmp_path / "a.json")
    write(offer, ana, tmp_path / "a.pdf", "pdf")
    assert problems_of(json.loads((tmp_path / "a.json").read_bytes())) == []
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert stat.S_IMODE((tmp_path / "a.json").stat().st_mode) == 0o600
    assert (Disclosure.objects.get().by_kind, Disclosure.objects.get().by_id) == ("staff", ana.pk)
    with pytest.raises(CommandError, match="exists already"):
        write(offer, ana, tmp_path / "a.json")


def test_the_command_refuses_a_stranger_and_without_consent(ana, ben, pia, tmp_path):
    offer, _token, _code = accepted(ana)
    for somebody in (ben, pia):
        with pytest.raises(CommandError):
            write(offer, somebody, tmp_path / "a.json")
    consents.revoke(consent=Consent.objects.get(), how="oral", received_at=clock.now(), by=ana)
    with pytest.raises(CommandError, match="Nothing was written"):
        write(offer, ana, tmp_path / "a.json")
    assert not list(tmp_path.iterdir()) and not Disclosure.objects.exists()
    assert Event.objects.filter(name="disclosure.refused").exists()


def test_a_narrower_consent_cuts_what_was_kept_and_is_accounted_anew(ana):
    offer, _token, _code = accepted(ana)
    opened(offer, ana)
    old = Consent.objects.get()
    consent_for(ana, offer.referral, offer.facility, categories=[Category.IDENTITY, Category.HEALTH])
    consents.revoke(consent=old, how="oral", received_at=clock.now(), by=ana)
    again = opened(offer, ana)
    assert (again.version, set(again.content["sections"])) == (2, {"identity", "health"})
    assert "markuse" not in everything_in(again)
    assert Disclosure.objects.count() == 2


def test_when_the_trail_cannot_be_written_nothing_is_kept(ana, monkeypatch):
    offer, _token, _code = accepted(ana)

    def broken(code, **_facts):
        raise RuntimeError(code)

    monkeypatch.setattr("referrals.actions.packets.record", broken)
    with pytest.raises(RuntimeError):
        opened(offer, ana)
    assert not Packet.objects.exists() and not Disclosure.objects.exists()


def test_a_refusal_is_written_down(ana):
    offer, _token, _code = accepted(ana)
    consents.revoke(consent=Consent.objects.get(), how="oral", received_at=clock.now(), by=ana)
    with pytest.raises(NotPermitted):
        opened(offer, ana)
    assert Event.objects.filter(name="disclosure.refused").count() == 1


def test_nothing_new_is_not_sent_again(ana):
    offer, _token, _code = accepted(ana)
    opened(offer, ana)
    with pytest.raises(Refused, match="unchanged"):
        opened(offer, ana, newer=True)


@pytest.mark.parametrize("table", ["referrals_packet", "referrals_faxlog"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_what_was_kept_cannot_be_changed(ana, table, change):
    packet_of(ana)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(table))


def test_a_packet_is_what_its_row_of_the_accounting_says(ana):
    packet = packet_of(ana)
    other = packet_of(ana, name="Elm")
    for change in ({"offer": other.offer}, {"version": 7}):
        copy = {
            "offer": packet.offer,
            "version": packet.version + 1,
            "disclosure": packet.disclosure,
            **change,
        }
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            Packet.objects.create(data_key=packet.data_key, content={}, sha256="0" * 64, **copy)
        assert refusal_code(error.value) == "referrals_packet_of_disclosure"


# ---------------------------------------------------------------- in Spanish
def test_the_paper_speaks_the_partners_language_and_the_record_its_own(ana):
    packet = packet_of(ana)
    words = words_of(pdf_of(packet, "es"))
    for told in ("Confidencial: referencia", "Salud física", "Página 1 de", "Firmado:", "markhealth"):
        assert told in words
    assert " ".join(notices.statement().split()) in words
    assert "Confidential: referral" in words_of(pdf_of(packet))


def test_the_page_has_its_own_words_in_spanish_and_says_what_is_english(ana):
    packet = packet_of(ana)
    with translation.override("es"):
        page = render_to_string("referrals/parts/packet.html", page_of(packet))
    for told in ("Aviso que acompaña a este expediente", "Salud física", "Lo que la persona ha aceptado"):
        assert told in page
    assert '<div lang="en"><p>This record' in page and "markhealth" in page


def test_staff_print_it_in_english_whatever_their_browser_asks_for(ana, as_user):
    offer, _token, _code = accepted(ana)
    page = as_user(ana).post(url("referrals:offer-packet", offer), headers={"accept-language": "es"})
    assert b"What the person has agreed to" in page.content and b"Physical health" in page.content


def test_the_page_has_the_whole_copy_of_the_consent_as_it_was_signed(visit):
    offer, client = visit
    page = client.post(url("partner:packet", offer)).content.decode()
    kept = Packet.objects.get().content["consent"]
    assert kept["sha256"] in page and kept["signature"] in page
    for line in kept["signed_text"].splitlines():
        assert escape(line) in page


def test_it_says_in_no_shape_who_else_may_receive_it(ana):
    first, second = make_facility(name="Willow Bend Detox"), make_facility(name="Elm Street Detox")
    referral = make_referral(ana)
    one, _other = sent(ana, first, second, referral=referral)
    accept(one.offer, ana)
    packet = opened(one.offer, ana)
    everywhere = everything_in(packet) + render_to_string("referrals/parts/packet.html", page_of(packet))
    assert "Willow Bend Detox" in everywhere and "Elm Street" not in everywhere
    assert "Elm Street Detox" in Consent.objects.get().text_en


# ---------------------------------------------------------------- odd answers
ODD = {
    "long": "word " * 2000,
    "unbroken": "x" * 10_000,
    "emoji": "pain 😀🚑👩‍👩‍👧 here",
    "right to left": "يعاني من الألم שלום",
    "turned around": "abc\u202egnp.exe\u2066",
    "other scripts": "患者は痛い 한국어 ไทย",
    "markup": "#panic() $x$ *b* <script>alert(1)</script> ]]> &amp;",
    "controls": "bell\x07 tab\t no\u00a0break\u2028line",
}


@pytest.mark.parametrize("odd", sorted(ODD))
def test_whatever_was_typed_gives_a_page_a_paper_and_a_valid_document(ana, odd, client):
    episode = marked_episode(ana)
    said = ODD[odd]
    save(ana, current_assessment(episode), "health", conditions_notes=said, allergies=said, medicines=said)
    offer, token, code = accepted(ana, episode=episode)
    client.post(reverse("partner:verify"), {"token": token, "code": code})
    page, pdf, fhir = post_all(client, offer)
    assert [page.status_code, pdf.status_code, fhir.status_code] == [200, 200, 200]
    assert b"<script>alert" not in page.content
    assert problems_of(json.loads(fhir.content)) == []
    words = words_of(pdf.content)
    assert "What the person has agreed to" in words


def paper(said):
    content = packet_content({"health": {"rows": [["Conditions", said]], "items": []}})
    return PdfReader(io.BytesIO(pdf_of(SimpleNamespace(content=content))))


def test_a_word_longer_than_a_line_is_printed_whole():
    printed = "".join(page.extract_text() for page in paper("x" * 9_000 + "END").pages)
    assert "".join(printed.split()).replace("\u200b", "").count("x") >= 9_000
    box = paper("x" * 9_000).pages[1].mediabox
    assert rightmost(paper("x" * 9_000).pages[1]) < box.width - 50


def rightmost(page):
    """How far to the right the last text of a page begins."""
    places = []
    page.extract_text(visitor_text=lambda text, cm, tm, *_: places.append(cm[0] * tm[4] + cm[4]))
    return max(places)


def test_a_name_that_can_be_drawn_is_drawn_beside_a_sign_that_cannot():
    printed = " ".join(page.extract_text() for page in paper("Jürgen Ñandú Ελένη 😀 患者").pages)
    assert "Jürgen Ñandú Ελένη ? ??" in printed
    assert "? is a sign that can't be printed here" in printed
    assert "can't be printed" not in " ".join(page.extract_text() for page in paper("plain").pages)


def test_an_empty_assessment_says_that_nothing_is_recorded_and_never_no(ana):
    packet = packet_of(ana, episode=make_episode(ana))
    words = words_of(pdf_of(packet))
    after = words.split("Shared, and nothing is recorded")[1].split("What the person has agreed to")[0]
    assert "Physical health" in after and "Mental health and safety" in after
    assert problems_of(bundle(packet.content, str(packet.pk))) == []


def test_another_offers_link_opens_nothing_of_this_one(ana, client):
    offer, _token, _code = accepted(ana)
    _other, token, code = accepted(ana, name="Elm")
    client.post(reverse("partner:verify"), {"token": token, "code": code})
    assert {one.status_code for one in post_all(client, offer)} == {404}
    assert not Disclosure.objects.exists()
