"""D11, P2-10, P2-11, P2-12, TM-14, TM-33: the family form answers alike, whoever it is asked about.

Someone who asks about a patient, a former patient, somebody who waits and somebody unknown gets the same
bytes, headers, cookies and mail; the server runs the same statements; asking again is slowed the same way.
"""

import math
import re
import statistics
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.core import mail
from django.db import connections
from django.test import Client

from accounts.models import ThrottleCounter
from intake.models import ContactRequest
from outbox.actions import deliver
from outbox.models import Message
from tests.factories.contact import typed, without_tokens
from tests.factories.world import build_world

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "public"])
ROOT = Path(__file__).resolve().parents[2]
KNOWN = ("Jordan Lee", "Riley Park")
NOBODY = (
    "Quinn Ashby", "Dakota Moon", "Avery Stone", "Morgan Hale", "Robin Vale", "Sky Ortega", "Lane Ferris",
    "Emery Nash", "Reese Colby", "Blair Winn", "Jules Amato", "Noel Pryce", "Drew Kemper", "Sage Holt",
    "Tatum Reyes", "Ellis Boone", "Rowan Tash", "Indigo Marsh", "Finley Okoro", "Harper Lund",
)  # fmt: skip
TELLING = re.compile(r"detox|rehab|recover|treat|addict|sober|alcohol|drug|substance|patient", re.IGNORECASE)
VARYING = {"Content-Length"}


@pytest.fixture(autouse=True)
def world(ana, cole, dana, settings):
    settings.ADMISSIONS_MAILBOX = settings.ON_CALL_MAILBOX = "desk@center.example"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.PUBLIC_REQUESTS_PER_MINUTE = 1000
    yield build_world(ana, cole, dana)
    connections["public"].close()


def forms_about(name: str):
    """The two public forms, filled in about somebody."""
    first = name.split()[0]
    yield "/request/information/", typed(about=name, text=f"I am looking for {name}. Is {first} with you?")
    yield "/request/", typed(call_name=name, phone="804 555 0171")


def statements(run) -> tuple:
    """Return the SQL that `run` sends to each connection, without its values."""
    seen: list[tuple[str, str]] = []

    def note(execute, sql, params, many, context):
        seen.append((context["connection"].alias, sql))
        return execute(sql, params, many, context)

    with ExitStack() as stack:
        for alias in ("default", "public"):
            stack.enter_context(connections[alias].execute_wrapper(note))
        run()
    return tuple(seen)


def scrubbed(text: str, name: str, reference: str) -> str:
    for word in (reference, name, name.split()[0]):
        text = text.replace(word, "…")
    return text


def asked(path: str, data: dict, name: str) -> tuple:
    """Send a form and return everything an outsider can observe, but for tokens and what they typed."""
    client, answers = Client(), []
    run = statements(lambda: answers.append(client.post(path, data)))
    answer = answers[0]
    stored = ContactRequest.objects.order_by("-received_at")[0]
    page = client.get(answer.url)
    cookies = sorted(
        (key, len(crumb.value), crumb["path"], crumb["max-age"], crumb["httponly"], crumb["samesite"])
        for key, crumb in answer.cookies.items()
    )
    headers = sorted((key, value) for key, value in answer.headers.items() if key not in VARYING)
    shown = sorted((key, value) for key, value in page.headers.items() if key not in VARYING)
    body = scrubbed(without_tokens(page.content), name, stored.reference)
    return (answer.status_code, answer.url, answer.content, str(headers), str(cookies), str(shown), body, run)


@pytest.mark.parametrize("form", [0, 1])
def test_p2_10_every_answer_is_the_same_to_the_byte(form):
    Client().post("/request/", typed())  # the first one opens the connection
    seen = {name: asked(*list(forms_about(name))[form], name) for name in (*KNOWN, *NOBODY)}
    first = seen[KNOWN[0]]
    for name, other in seen.items():
        for part, (here, there) in enumerate(zip(first, other, strict=True)):
            assert here == there, f"part {part} differs"
        assert name not in other[6]
    assert len(first[-1]) > 0


def test_p2_10_two_relatives_who_ask_about_one_person_learn_nothing_of_each_other():
    Client().post("/request/", typed())
    one, two = (asked(*next(iter(forms_about("Jordan Lee"))), "Jordan Lee") for _twice in range(2))
    assert one == two


def test_p2_11_no_table_about_people_is_touched_by_the_server():
    for path, data in forms_about("Jordan Lee"):
        run = statements(lambda path=path, data=data: Client().post(path, data))
        text = " ".join(sql for _alias, sql in run).lower()
        assert not re.search(r"records_|intake_|programs_|referrals_|accounts_user|audit_event", text)
        assert [alias for alias, _sql in run].count("public") == 1


def test_d11_asking_again_and_again_is_slowed_alike_for_all(settings):
    settings.PUBLIC_REQUESTS_PER_MINUTE = 3
    seen = set()
    for name in (KNOWN[0], NOBODY[0]):
        ThrottleCounter.objects.all().delete()
        path, data = next(iter(forms_about(name)))
        run = [Client().post(path, {**data, "submit_key": ""}) for _time in range(5)]
        last = scrubbed(without_tokens(run[-1].content), data["text"], name)
        seen.add((tuple(answer.status_code for answer in run), scrubbed(last, name, name)))
    assert len(seen) == 1
    assert next(iter(seen))[0] == (303, 303, 303, 429, 429)


def test_p2_12_mail_to_staff_is_the_same_and_names_nobody():
    letters = []
    for name in (*KNOWN, *NOBODY):
        mail.outbox.clear()
        Message.objects.all().delete()
        for path, data in forms_about(name):
            Client().post(path, {**data, "danger": "yes"})
        for message in Message.objects.order_by("kind", "id"):
            deliver(message.pk)
        letters.append(sorted((m.subject, m.body, tuple(m.to), m.from_email) for m in mail.outbox))
    assert letters[0] and all(one == letters[0] for one in letters)
    for subject, body, _to, sender in letters[0]:
        assert not any(name.split()[0] in subject + body for name in (*KNOWN, *NOBODY))
        assert not TELLING.search(subject + body + sender)


def test_d11_titles_addresses_icon_and_cookies_say_nothing():
    client = Client()
    for path in ("/request/", "/request/information/", "/es/request/", "/sign/", "/accounts/login/"):
        page = client.get(path)
        text = page.content.decode()
        title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)[1]
        assert not TELLING.search(title + path), path
        assert "og:" not in text
    client.post("/request/", typed())
    assert not TELLING.search(" ".join(client.cookies))
    assert not TELLING.search((ROOT / "static" / "favicon.svg").read_text())


def test_pf_14_there_is_no_way_to_ask_for_a_request_again():
    client = Client()
    client.post("/request/", typed())
    reference = ContactRequest.objects.order_by("-received_at")[0].reference
    stranger = Client()
    for path in ("/request/{}/", "/request/sent/?reference={}", "/request/change/?id={}"):
        shown = stranger.get(path.format(reference)).content.decode()
        assert reference not in shown


def mann_whitney_p(one: list[float], two: list[float]) -> float:
    """Return the two-sided p-value of the Mann-Whitney test (normal approximation, no ties)."""
    ranked = sorted([(value, 1) for value in one] + [(value, 2) for value in two])
    ranks = sum(place for place, (_value, sample) in enumerate(ranked, 1) if sample == 1)
    here, there = len(one), len(two)
    spread = math.sqrt(here * there * (here + there + 1) / 12)
    distance = abs(ranks - here * (here + there + 1) / 2) / spread
    return math.erfc(distance / math.sqrt(2))


def test_the_test_of_two_samples_can_tell_them_apart():
    near = [float(number % 37) + number / 1000 for number in range(300)]
    assert mann_whitney_p(near[::2], near[1::2]) > 0.5
    assert mann_whitney_p(near, [value + 6.0001 for value in near]) < 0.001


@pytest.mark.long
def test_p2_11_time_tells_nothing():
    """300 requests for each name in turn; one client for each, so that nothing else differs."""
    names = (KNOWN[0], NOBODY[0])
    times: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(310):
        for name in names if turn % 2 else reversed(names):
            path, data = next(iter(forms_about(name)))
            client, began = Client(), time.perf_counter()
            assert client.post(path, data).status_code == 303
            if turn >= 10:
                times[name].append(time.perf_counter() - began)
    known, unknown = times.values()
    assert abs(statistics.median(known) - statistics.median(unknown)) < 0.005
    assert mann_whitney_p(known, unknown) > 0.01
