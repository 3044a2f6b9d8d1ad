"""The statements of 42 CFR 2.32 are the law's, word for word."""

import hashlib

import pytest

from records import notices
from records.choices import LegalStatus

# From the compliance page 1.7, typed again here so that text and pin can't drift together.
LONG = "dae0b4d455d63722bc4e0d3760e8319ba4ea929068b0a9d96244bf20c338245d"
SHORT = "79fee3d6dff7e052183c61b66bfed589f0f45dcf330bb277e07b396bd12e9774"


def test_the_statements_are_the_pinned_ones():
    assert hashlib.sha256(notices.statement().encode()).hexdigest() == LONG
    assert hashlib.sha256(notices.short_statement().encode()).hexdigest() == SHORT
    assert notices.VERSION == "2024"
    assert len(notices.statement().split("\n")) == 5


@pytest.mark.parametrize("name,read", [("STATEMENT_1", "statement"), ("STATEMENT_2", "short_statement")])
def test_an_altered_statement_is_refused(monkeypatch, name, read):
    monkeypatch.setattr(
        notices, name, getattr(notices, name).replace("unauthorized", "some").replace("NOT", "not")
    )
    with pytest.raises(notices.NoticeAltered):
        getattr(notices, read)()


def test_the_old_wording_is_gone():
    assert "prohibits unauthorized use or disclosure" in notices.short_statement()
    assert "investigate or prosecute" not in notices.statement()


@pytest.mark.parametrize("status", LegalStatus.values)
def test_every_legal_status_has_its_rule(status):
    assert "42 CFR 2.33" in notices.redisclosure(status)


def test_no_legal_status_no_rule():
    with pytest.raises(ValueError):
        notices.redisclosure("")
