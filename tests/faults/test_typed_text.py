"""AS-01, AS-09, TM-07: whatever somebody typed is text on every page that shows it, to whomever."""

from html.parser import HTMLParser

import pytest

from tests.factories.world import build_world
from tests.guards.test_access_matrix import ADDRESSES, browser, parts_of, visit

pytestmark = pytest.mark.django_db
NAME = "Zed\"><svg onload=alert(1)>{{7*7}}{% debug %}'</script>"
SHOWN = "{{7*7}}{% debug %}"


class Look(HTMLParser):
    """Collects what a page would run, and the text that it shows."""

    def __init__(self) -> None:
        super().__init__()
        self.runs: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "script" and "src" not in found and found.get("type") != "application/json":
            self.runs.append("script")
        self.runs += [f"{tag} {name}" for name in found if name.startswith("on")]
        self.runs += [
            f"{tag} {v}" for v in found.values() if (v or "").lower().startswith(("javascript:", "data:text"))
        ]

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture
def world(ana, cole, dana):
    made = build_world(ana, cole, dana)
    for person in (made.ordinary.person, made.ordinary.admission.episode.person):
        person.name = NAME
        person.save()
    asked = made.ordinary.request
    asked.details = {**asked.details, "call_name": NAME}
    asked.save()
    return made


def test_the_look_sees_what_would_run():
    look = Look()
    look.feed('<a href="javascript:x">a</a><svg onload=alert(1)><script>x</script>')
    assert look.runs == ["a javascript:x", "svg onload", "script"]


@pytest.mark.parametrize("role", ["supervisor", "clinician", "privacy"])
def test_what_is_typed_is_text_wherever_it_is_shown(world, role):
    client, wrong, shown = browser(role), [], 0
    for address in ADDRESSES:
        response = visit(client, "get", address.url(parts_of(address, world, world.ordinary)))
        if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):
            continue
        page, look = response.content.decode(), Look()
        look.feed(page)
        shown += SHOWN in "".join(look.text)
        if look.runs or "<svg onload" in page or "Zed49" in page or "alert(1)>49" in page:
            wrong.append(f"{address.name}: {look.runs}")
    assert not wrong
    assert shown >= (1 if role == "privacy" else 5), "the name was not shown anywhere"
