"""Names that outsiders see are looked at when the web server starts."""

import logging
from types import SimpleNamespace

import pytest

from config.neutral import telling_names, warn_of_telling_names

NEUTRAL = {
    "ALLOWED_HOSTS": ["desk.example"],
    "BASE_URL": "https://desk.example/p/detox",
    "DEFAULT_FROM_EMAIL": "desk@center.example",
    "ADMISSIONS_MAILBOX": "",
    "ON_CALL_MAILBOX": "on-call@center.example",
    "MFA_TOTP_ISSUER": "Juniper",
}


def test_a_neutral_configuration_is_silent(caplog):
    assert telling_names(SimpleNamespace(**NEUTRAL)) == {}


@pytest.mark.parametrize(
    "name,value,word",
    [
        ("ALLOWED_HOSTS", ["www.example", "detox.example"], "detox"),
        ("BASE_URL", "https://rehab-center.example", "rehab"),
        ("DEFAULT_FROM_EMAIL", "Hope Recovery <desk@center.example>", "recover"),
        ("DEFAULT_FROM_EMAIL", "desk@Sober-Living.example", "sober"),
        ("ADMISSIONS_MAILBOX", "treatment@center.example", "treatment"),
        ("MFA_TOTP_ISSUER", "Addiction Center", "addict"),
    ],
)
def test_a_telling_name_is_warned_of_and_named(name, value, word, caplog):
    settings = SimpleNamespace(**{**NEUTRAL, name: value})
    assert telling_names(settings) == {name: word}
    with caplog.at_level(logging.WARNING, logger="clearway.start"):
        warn_of_telling_names(settings)
    assert [record.args for record in caplog.records] == [(name, word)]
