"""A partner's pages in Spanish: every word, errors too, the same session; records in English as they left."""

import html
import io
import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from config import clock
from intake.models import Episode
from intake.queries import current_assessment
from referrals import need, partner_words
from referrals.actions import answers, loop, offers
from referrals.actions.facilities import report_capacity
from referrals.actions.packets import open_packet
from referrals.actions.steps import Told
from referrals.models import Offer, Packet
from tests.factories.contact import make_request
from tests.factories.episodes import save
from tests.factories.packets import accepted, marked_episode
from tests.factories.referrals import accept, arrived, make_facility, make_referral, one_sent
from tests.referrals.test_links import landing, verify, wrong
from tests.referrals.test_partner_pages import clearance

pytestmark = pytest.mark.django_db

# Names, numbers and words that are the same in both languages.
SAME = re.compile(
    r"^(Juniper House|Harbor Detox|Northgate|Elm|JH-[A-Z0-9-]+|Alcohol|Cannabis|NPI|MD|DO|NP|PA|COWS|"
    r"Medicaid|mmHg|°C|English|Español|Error:.*|No|Fentanyl|Tramadol|[\W\d]*|#.*)$"
)


class Words(HTMLParser):
    """Collects what a page says, but for what it marks as English."""

    def __init__(self):
        super().__init__()
        self.stack, self.found = [], set()

    def handle_starttag(self, tag, attrs):
        if tag not in {"input", "meta", "link", "br", "path", "circle", "rect", "use", "line", "hr", "img"}:
            self.stack.append((tag, dict(attrs).get("lang")))
        if tag == "input" and dict(attrs).get("type") == "submit":
            self.found.add(dict(attrs).get("value", ""))

    def handle_startendtag(self, tag, attrs):
        """A tag that closes itself says nothing."""

    def handle_endtag(self, tag):
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data):
        inner = [lang for _tag, lang in self.stack if lang]
        hidden = {"script", "style", "svg", "textarea"} & {tag for tag, _lang in self.stack}
        text = " ".join(data.split())
        marked = len(inner) > 1 and inner[-1] == "en"
        if text and not hidden and not marked:
            self.found.add(text)


def words(response):
    parser = Words()
    parser.feed(response.content.decode())
    return parser.found


def in_both(english, spanish):
    """What a page says in both languages and should not."""
    return {text for text in words(english) & words(spanish) if not SAME.match(text)}


def spanish_of(url):
    return f"/es{url}"


def enter_both(token, code):
    """A browser that typed the code, with the cookies of both languages."""
    client = Client()
    assert verify(client, token, code).status_code == 302
    return client


def check(client, url, method="get", data=None):
    pages = [getattr(client, method)(one, data or {}) for one in (spanish_of(url), url)][::-1]
    assert pages[0].status_code == pages[1].status_code, url
    assert b'<html lang="es"' in pages[1].content and b'<html lang="en"' in pages[0].content
    both = in_both(*pages)
    assert not both, url
    return pages


def url(name, offer):
    with translation.override("en"):
        return reverse(f"partner:{name}", args=[offer.pk])


def test_before_the_answer(ana):
    referral = make_referral(ana, pregnant="yes", watch=["pregnant", "past_not_known", "supply"], travel="")
    offer, token, code = one_sent(ana, referral=referral)
    anybody = Client()
    check(anybody, landing(token))
    report_capacity(facility=offer.facility, beds_open=2, by=ana, now=clock.now())
    client = enter_both(token, code)
    for name in ("referral", "accept", "decline", "ask", "waitlist", "beds"):
        check(client, url(name, offer))
    for name in ("accept", "decline", "ask"):
        english, _spanish = check(client, url(name, offer), "post")
        assert english.status_code == 422
    past = {"arrival_from": "2020-01-01T10:00", "arrival_until": "2020-01-01T11:00", "read_back": "on"}
    assert check(client, url("accept", offer), "post", past)[1].status_code == 422
    answers.ask(offer_id=offer.pk, text="¿?", by=ana, now=clock.now(), told=Told("phone", "Pat"))
    answers.answer(offer_id=offer.pk, text="!", by=ana, now=clock.now())
    check(client, url("referral", offer))


def test_after_the_yes(ana):
    offer, token, code = one_sent(ana)
    Offer.objects.update(sent_at=clock.now() - timedelta(hours=3))
    client = enter_both(token, code)
    accept(offer, ana)
    for name in ("referral", "take_back", "arrive", "miss", "reschedule", "plan_discharge", "packet"):
        check(client, url(name, offer))
    arrived(offer, ana)
    for name in ("referral", "left_early", "clearance"):
        check(client, url(name, offer))
    _english, spanish = check(client, url("clearance", offer), "post", {"check": ""})
    assert spanish.status_code == 422
    given = clearance(examiner_name="...", medicines="...", allergies="...", licence="...")
    check(client, url("clearance", offer), "post", {**given, "check": ""})
    check(client, url("clearance", offer), "post", {**given, "send": ""})
    answers.no_show(offer_id=offer.pk, by=ana, now=clock.now(), told=Told("phone", "Pat"))
    check(client, url("referral", offer))
    check(client, url("call-visitor", offer), "post", {"number": "1"})


def test_dead_ends(ana):
    _locked, token, code = one_sent(ana)
    anybody = Client()
    left = check(anybody, reverse("partner:verify"), "post", {"token": token, "code": wrong(code)})[1]
    assert "Puede intentarlo 4 veces más" in html.unescape(left.content.decode())
    check(anybody, landing("unknown"))
    check(anybody, reverse("partner:asked-link"))
    check(anybody, reverse("partner:asked-call"))
    check(anybody, reverse("partner:call-me"), "post", {"about": token, "number": "1"})
    over, token, _code = one_sent(ana, make_facility("Northgate"))
    loop.sweep(over.answer_due_at)
    check(anybody, landing(token))
    gone, token, code = one_sent(ana, make_facility("Elm"))
    client = enter_both(token, code)
    offers.withdraw(offer_id=gone.pk, by=ana, now=clock.now())
    check(client, url("late", gone))
    check(client, url("late", gone), "post")


def test_the_switch_leads_to_the_same_page_and_keeps_the_visit(ana):
    offer, token, code = one_sent(ana)
    client = Client()
    first = client.get(landing(token)).content.decode()
    assert f'href="/es{landing(token)}" hreflang="es" lang="es">Español' in first
    wrong_one = client.post(reverse("partner:verify"), {"token": token, "code": wrong(code)}).content.decode()
    assert f'href="/es{landing(token)}"' in wrong_one
    answer = client.post(spanish_of(reverse("partner:verify")), {"token": token, "code": code})
    assert answer.url == spanish_of(url("referral", offer))
    paths = {name: morsel["path"] for name, morsel in client.cookies.items() if name.startswith("visit")}
    assert paths == {"visit": url("referral", offer), "visit_es": spanish_of(url("referral", offer))}
    assert "es" not in {morsel.value for morsel in client.cookies.values()}
    shown = client.get(answer.url).content.decode()
    assert f'href="{url("referral", offer)}" hreflang="en" lang="en">English' in shown
    only_english = Client()
    only_english.cookies["visit"] = client.cookies["visit"].value
    assert only_english.get(spanish_of(url("referral", offer))).status_code == 404


def test_a_record_opened_in_spanish_is_kept_and_given_in_english(ana):
    episode = marked_episode(ana)
    asked = make_request(ana, who="me")
    Episode.objects.filter(pk=episode.pk).update(contact_request=asked)
    episode.refresh_from_db()
    offer, token, code = accepted(ana, episode=episode)
    client = enter_both(token, code)
    page = client.post(spanish_of(url("packet", offer)))
    assert "El expediente está en inglés" in html.unescape(page.content.decode())
    kept = Packet.objects.get()
    text = str(kept.content["referral"]["card"]) + str(kept.content["sections"])
    assert "How serious" in text and "Gravedad" not in text and "abstinencia" not in text
    english = client.post(url("packet", offer))
    assert not in_both(english, page)
    fhir = client.post(spanish_of(url("packet-fhir", offer))).content
    assert fhir == client.post(url("packet-fhir", offer)).content
    papers = [client.post(one(url("packet-pdf", offer))).content for one in (str, spanish_of)]
    told = [" ".join(page.extract_text() for page in PdfReader(io.BytesIO(one)).pages) for one in papers]
    assert "Physical health" in told[0] and "Salud física" in told[1]
    assert all("markhealth" in one and "How serious" in one for one in told)


def test_the_newer_version_is_said_in_spanish(ana):
    offer, token, code = accepted(ana)
    client = enter_both(token, code)
    client.post(url("packet", offer))
    save(ana, current_assessment(offer.referral.episode), "health", conditions_notes="later news")
    open_packet(offer_id=offer.pk, medium="fax", shape="page", by=ana, now=clock.now(), newer=True)
    check(client, url("referral", offer))
    shown = html.unescape(client.post(spanish_of(url("packet", offer))).content.decode())
    assert "Está viendo la versión 2" in shown and "Diferente de la versión 1:" in shown


def test_what_actions_refuse_is_said_where_it_says_so():
    source = "".join(
        path.read_text()
        for app in ("referrals", "programs", "records")
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py")
        if path.name != "partner_words.py" and "migrations" not in path.parts
    )
    joined = re.sub(r'"\s*\n\s*"', "", source)
    missing = [text for text in partner_words.REFUSALS if text not in joined]
    assert not missing


def test_every_substance_has_a_spanish_name():
    assert set(need._LABELS.values()) <= set(need.NAMES)
    with translation.override("es"):
        assert translation.gettext("Heroin") == "Heroína"
