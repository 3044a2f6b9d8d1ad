"""Components, tags, shells, and the theme's promises: contrast, one dark palette, pinned Bootstrap."""

import base64
import hashlib
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import bootstrap_wrapper
import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory

from config.icons import ICONS
from config.templatetags import ui

ROOT = Path(settings.BASE_DIR)
CSS = (ROOT / "static/clearway.css").read_text()
NOW = datetime(2026, 7, 14, 6, 5, tzinfo=UTC)  # 2:05 am in the center's zone


def render(source, **context):
    return engines["django"].from_string(source).render(context)


def test_clock_words_are_in_the_center_zone():
    assert ui.clock(NOW) == "2:05 am"
    assert ui.clock(datetime(2026, 7, 14, 16, 0, tzinfo=UTC)) == "12:00 pm"
    assert ui.clock(datetime(2026, 7, 14, 4, 0, tzinfo=UTC)) == "12:00 am"
    assert ui.clock_day(NOW) == "Tue 14 July, 2:05 am"
    assert ui.clock_day(NOW, NOW) == "today, 2:05 am"
    assert ui.clock_day(NOW - timedelta(hours=3), NOW) == "yesterday, 11:05 pm"
    assert ui.clock_day(datetime(2025, 1, 5, 17, 0, tzinfo=UTC), NOW) == "Sun 5 January 2025, 12:00 pm"
    assert ui.day(datetime(2026, 7, 14, 3, 0, tzinfo=UTC)) == "13 July 2026"
    assert ui.clock(None) == ui.clock_day(None) == ui.day(None) == ui.ago(None, NOW) == ""


@pytest.mark.parametrize(
    "minutes, words",
    [
        (0, "just now"),
        (22, "22 min ago"),
        (119, "119 min ago"),
        (120, "2 h ago"),
        (3 * 24 * 60, "3 days ago"),
    ],
)
def test_ago(minutes, words):
    assert ui.ago(NOW - timedelta(minutes=minutes), NOW) == words


def test_ago_looks_ahead_too():
    assert ui.ago(NOW + timedelta(minutes=8), NOW) == "in 8 min"


@pytest.mark.parametrize(
    "number, shown, link",
    [
        ("+18045550100", "(804) 555-0100", "+18045550100"),
        ("804.555.0100", "(804) 555-0100", "+18045550100"),
        ("988", "988", "+988"),
    ],
)
def test_phone(number, shown, link):
    assert ui.phone_display(number) == shown
    assert ui.phone_link(number) == link


def test_a_chip_is_icon_and_word_and_escapes():
    html = ui.chip("urgent", "<Overdue>")
    assert "<svg" in html
    assert "&lt;Overdue&gt;" in html
    assert 'aria-hidden="true" focusable="false"' in html


@pytest.mark.parametrize("name", sorted(ICONS))
def test_icons_are_well_formed(name):
    ElementTree.fromstring(str(ui.icon(name)))


def test_an_unknown_icon_or_family_fails_loudly():
    with pytest.raises(KeyError):
        ui.icon("nope")
    with pytest.raises(KeyError):
        ui.chip("red", "No")


COMPONENTS = {
    "status_chip": {"family": "success", "label": "Accepted"},
    "alert": {"family": "urgent", "title": "T", "text": "X<b>", "url": "/x/", "action": "Go", "live": True},
    "empty_state": {"text": "Nothing<b>", "url": "/x/", "action": "Go"},
    "timeline": {"items": [{"at": NOW, "title": "Sent<b>", "by": "Dana", "note": "n"}], "now": NOW},
    "pagination": {"next_url": "/n/", "previous_url": "/p/", "shown": "50"},
    "page_header": {"title": "Offer<b>", "kicker": "JH-1", "family": "info", "status": "Sent", "lead": "L"},
    "definition_list": {"items": [("Born<b>", "1990"), ("Allergies", None)]},
    "next_action": {"title": "Call<b>", "url": "/x/", "action": "Call", "due": "by 2"},
    "identity_bar": {"name": "Jo<b>", "reference": "JH-1", "actions": [("Hold", "/h/")]},
}


@pytest.mark.parametrize("name", sorted(COMPONENTS))
def test_components_render_escape_and_hold_nothing_inline(name):
    html = render_to_string(f"components/{name}.html", COMPONENTS[name])
    assert html.strip()
    assert "<b>" not in html
    assert "style=" not in html
    assert "{" not in html


def test_empty_pages_say_so():
    assert "Not known" in render_to_string("components/definition_list.html", COMPONENTS["definition_list"])
    assert "Nothing has happened yet" in render_to_string("components/timeline.html", {"items": []})
    assert not render_to_string("components/pagination.html", {}).strip()
    assert not render_to_string("components/error_summary.html", {}).strip()


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "409", "429", "500"])
@pytest.mark.parametrize("with_request", [False, True])
def test_error_pages_need_no_context(code, with_request):
    request = RequestFactory().get("/") if with_request else None
    if request:
        request.user = AnonymousUser()
    html = get_template(f"{code}.html").render({}, request)
    assert html.count("<h1") == 1
    assert settings.CENTER_NAME in re.search("<title>(.*)</title>", html)[1]


def test_title_starts_with_error_when_a_form_is_wrong():
    page = '{% extends "base_narrow.html" %}{% block title %}Log a call{% endblock %}'
    assert f"<title>Log a call - {settings.CENTER_NAME}</title>" in render(page)
    assert "<title>Error: Log a call - " in render(page, has_errors=True)


@pytest.mark.parametrize("shell", ["base_public", "base_partner", "base_narrow", "base_staff"])
@pytest.mark.parametrize("theme", ["", "dark"])
def test_shells_have_landmarks_and_no_inline_code(shell, theme, ana):
    request = RequestFactory().get("/")
    request.user = ana
    request.COOKIES["theme"] = theme
    html = get_template(f"{shell}.html").render({}, request)
    assert html.count('<main id="main"') == 1
    assert 'href="#main"' in html
    assert "style=" not in html
    assert not re.search(r"<script(?![^>]* src=)", html)
    assert not re.search(r' on\w+="', html)
    assert ('data-bs-theme="dark"' in html) is (theme == "dark")


def test_staff_shell_shows_who_is_signed_in_and_an_unknown_theme_is_ignored(ana):
    request = RequestFactory().get("/")
    request.user = ana
    request.COOKIES["theme"] = '"><script>'
    html = get_template("base_staff.html").render({}, request)
    assert ana.display_name in html
    assert "Sign out" in html
    assert "data-bs-theme" not in html


@pytest.mark.parametrize("demo", [True, False])
def test_demo_banner_only_in_demo_mode(demo, settings, ana):
    settings.DEMO = demo
    request = RequestFactory().get("/")
    request.user = ana
    assert ("SYNTHETIC DATA" in get_template("base_staff.html").render({}, request)) is demo


def test_no_template_has_inline_style_or_script():
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        assert "style=" not in text, path
        assert not re.search(r"<script(?![^>]* src=)", text), path
        assert not re.search(r"\son(click|change|submit|load|input)=", text), path


def test_bootstrap_is_the_published_file():
    content = (Path(bootstrap_wrapper.get_bootstrap_dir()) / "css/bootstrap.min.css").read_bytes()
    published = "sRIl4kxILFvY47J16cr9ZwB07vP4J8+LH7qKQnuqkuIAvNWLzeN8tE5YBujZqJLB"
    assert base64.b64encode(hashlib.sha384(content).digest()).decode() == published


def tokens(block):
    return dict(re.findall(r"--cw-([\w-]+): (#[0-9A-F]{6})", block))


LIGHT = tokens(CSS[: CSS.index('[data-bs-theme="dark"] {')])
DARK, SYSTEM_DARK = (
    tokens(part)
    for part in re.findall(r'(?:\[data-bs-theme="dark"\]|:not\(\[data-bs-theme\]\)) \{(.*?)\}', CSS, re.S)[:2]
)


def contrast(a, b):
    def light(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * blue

    one, two = sorted((light(a), light(b)), reverse=True)
    return (one + 0.05) / (two + 0.05)


def test_both_ways_into_the_dark_use_the_same_palette():
    assert DARK == SYSTEM_DARK
    assert set(DARK) == set(LIGHT)
    assert len(DARK) > 30


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_contrast(palette):
    surfaces = ("bg", "surface", "surface-2")
    for surface in surfaces:
        assert contrast(palette["ink"], palette[surface]) >= 7
        assert contrast(palette["ink-2"], palette[surface]) >= 4.5
        assert contrast(palette["line-strong"], palette[surface]) >= 3
        assert contrast(palette["focus"], palette[surface]) >= 3
        assert contrast(palette["primary"], palette[surface]) >= 4.5
    for family in ("neutral", "info", "success", "attention", "urgent", "consent"):
        assert contrast(palette[f"{family}-fg"], palette[f"{family}-bg"]) >= 7
        assert contrast(palette[f"{family}-bd"], palette["surface"]) >= 3
    assert contrast(palette["on-primary"], palette["primary"]) >= 7
    assert contrast(palette["emerg-fg"], palette["emerg-bg"]) >= 7
    assert contrast(palette["urgent-fg"], palette["surface"]) >= 7
    assert contrast(palette["ink"], palette["primary-subtle"]) >= 7
