"""Whatever happens to stored bytes, they open as what was sealed or raise CannotOpen, and nothing else."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import crypto

KEY = b"k" * 32
KEY_ID = UUID("00112233-4455-6677-8899-aabbccddeeff")
WORDS = b"Jordan Lee"
LONG_NAME = "k" * 40

FORMATS = {
    "value": (
        lambda: crypto.seal_value(WORDS, key_id=KEY_ID, key=KEY, table="t", column="c"),
        lambda sealed: crypto.open_value(sealed, key=KEY, table="t", column="c"),
    ),
    "data key": (lambda: crypto.wrap_key(KEY, KEY_ID), lambda sealed: crypto.unwrap_key(sealed, KEY_ID)),
    "counseling key": (
        lambda: crypto.wrap_counseling_key(KEY, KEY_ID),
        lambda sealed: crypto.unwrap_counseling_key(sealed, KEY_ID),
    ),
    "secret": (lambda: crypto.seal_secret(WORDS, "x"), lambda sealed: crypto.open_secret(sealed, "x")),
}
EACH = pytest.mark.parametrize("name", FORMATS)


@pytest.fixture(autouse=True)
def long_names(settings):
    """The longest name a ring key may have: the place of the nonce depends on it."""
    for ring in ("KEY_RING", "COUNSELING_RING"):
        old = getattr(settings, ring)
        setattr(settings, ring, {**old, "primary": LONG_NAME, "keys": {LONG_NAME: ring.encode().ljust(32)}})


@EACH
def test_every_single_bit_counts(name):
    seal, opened = FORMATS[name]
    sealed = seal()
    for position in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[position // 8] ^= 1 << position % 8
        with pytest.raises(crypto.CannotOpen):
            opened(bytes(changed))


@EACH
def test_no_shorter_and_no_longer_bytes_open(name):
    seal, opened = FORMATS[name]
    sealed = seal()
    for changed in [*(sealed[:end] for end in range(len(sealed))), *(sealed[n:] for n in range(1, 40))]:
        with pytest.raises(crypto.CannotOpen):
            opened(changed)
    with pytest.raises(crypto.CannotOpen):
        opened(sealed + b"\0")


@EACH
def test_no_two_neighbouring_bytes_change_places(name):
    seal, opened = FORMATS[name]
    sealed = seal()
    for place in range(len(sealed) - 1):
        changed = bytearray(sealed)
        changed[place], changed[place + 1] = changed[place + 1], changed[place]
        if changed == sealed:
            continue
        with pytest.raises(crypto.CannotOpen):
            opened(bytes(changed))


@EACH
@pytest.mark.parametrize("other", FORMATS)
def test_one_format_does_not_open_as_another(name, other):
    if name == other:
        return
    with pytest.raises(crypto.CannotOpen):
        FORMATS[other][1](FORMATS[name][0]())


@EACH
def test_nonces_are_never_the_same_twice(name):
    seal = FORMATS[name][0]
    assert len({seal() for _ in range(200)}) == 200


@pytest.mark.parametrize("opened", [one for _, one in FORMATS.values()], ids=list(FORMATS))
def test_any_bytes_at_all_are_refused_the_same_way(opened):
    @given(st.binary(max_size=120))
    def refused(data):
        with pytest.raises(crypto.CannotOpen):
            opened(data)

    refused()


def test_the_refusal_tells_nothing_of_the_content_or_the_key():
    sealed = bytearray(FORMATS["value"][0]())
    sealed[-1] ^= 1
    with pytest.raises(crypto.CannotOpen) as refused:
        FORMATS["value"][1](bytes(sealed))
    assert "Jordan" not in str(refused.value)
    assert refused.value.key_id == KEY_ID
    assert refused.value.__cause__ is None
