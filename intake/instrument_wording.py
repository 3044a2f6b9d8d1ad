"""The words of an instrument's questions: ours where they may be reproduced, else a text pack of the site.

A pack is one JSON file in the folder INSTRUMENT_TEXT_FOLDER, for which the site holds the licence:
{"instrument", "language", "version", "licence", "intro", "items": {id: text},
"options": {id: {value: text}}}.
Packs are read once at start-up; a wrong one stops the start, with its name and what is wrong.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from intake.rules.catalogue import BY_ID, OWN_LABELS, Form
from intake.rules.instruments import INSTRUMENTS, Instrument
from records.choices import Language

_KEYS = {"instrument", "language", "version", "licence", "intro", "items", "options"}


@dataclass(frozen=True)
class Wording:
    """What is read out: the text of each item and of each option, in one language.

    `source` is "shipped", "labels" (our own short labels) or "pack <version>".
    """

    language: str
    source: str
    intro: str
    items: Mapping[str, str]
    options: Mapping[str, tuple[tuple[float, str], ...]] = field(default_factory=dict)
    licence: str = ""


def wording_of(form: Form, language: str) -> Wording | None:
    """The wording to give an instrument with: in the language asked for, else in English, else none."""
    installed = packs(settings.INSTRUMENT_TEXT_FOLDER)
    return (
        installed.get((form.id, language))
        or _shipped(form)
        or installed.get((form.id, Language.ENGLISH.value))
    )


@cache
def packs(folder: str) -> Mapping[tuple[str, str], Wording]:
    """Every installed pack by instrument and language. Raises ImproperlyConfigured for a wrong one."""
    if not folder:
        return {}
    if not Path(folder).is_dir():
        raise ImproperlyConfigured(f"INSTRUMENT_TEXT_FOLDER: {folder} is not a folder")
    found = {}
    for path in sorted(Path(folder).glob("*.json")):
        try:
            key, wording = _read(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, OSError) as error:
            raise ImproperlyConfigured(f"{path.name}: {error}") from error
        if key in found:
            raise ImproperlyConfigured(f"{path.name}: a second pack of {' '.join(key)}")
        found[key] = wording
    return found


def _shipped(form: Form) -> Wording | None:
    instrument = form.instrument
    if instrument is None or not instrument.items:
        return None
    if instrument.wording_included:
        words, source = {key: item.text or item.label for key, item in instrument.items.items()}, "shipped"
    elif form.id in OWN_LABELS:
        words, source = {key: item.label for key, item in instrument.items.items()}, "labels"
    else:
        return None
    options = {
        key: tuple((option["value"], option["text"] or "") for option in item.options)
        for key, item in instrument.items.items()
        if item.options
    }
    return Wording(Language.ENGLISH.value, source, instrument.intro or "", words, options)


def _read(entry: Any) -> tuple[tuple[str, str], Wording]:
    if not isinstance(entry, dict) or set(entry) - _KEYS or {"instrument", "language", "items"} - set(entry):
        raise ValueError(f"a pack is an object with the keys {', '.join(sorted(_KEYS))}")
    instrument = INSTRUMENTS.get(entry["instrument"])
    if instrument is None or entry["instrument"] not in BY_ID or not instrument.items:
        raise ValueError("this instrument takes no text")
    if entry["language"] not in Language.values:
        raise ValueError(f"the language is one of {', '.join(Language.values)}")
    for key in ("version", "licence"):
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            raise ValueError(f"say the {key}")
    items = entry["items"]
    if not isinstance(items, dict) or set(items) != set(instrument.items):
        raise ValueError("items are exactly those of the instrument")
    if not all(isinstance(text, str) and text.strip() for text in items.values()):
        raise ValueError("every item has a text")
    wording = Wording(
        language=entry["language"],
        source=f"pack {entry['version']}",
        intro=str(entry.get("intro") or ""),
        items=items,
        options=_options(instrument, entry.get("options") or {}),
        licence=entry["licence"],
    )
    return (instrument.id, entry["language"]), wording


def _options(instrument: Instrument, given: Any) -> dict[str, tuple[tuple[float, str], ...]]:
    """The choices of each item: the pack's words for exactly the values that the scorer takes."""
    if not isinstance(given, dict) or set(given) - set(instrument.items):
        raise ValueError("options are of items of the instrument")
    found = {}
    for key, item in instrument.items.items():
        values = [option["value"] for option in item.options or ()]
        if key not in given:
            if item.options is None or not all(option["text"] for option in item.options):
                raise ValueError(f"give the options of {key}")
            found[key] = tuple((option["value"], option["text"]) for option in item.options)
            continue
        if not isinstance(given[key], dict):
            raise ValueError(f"the options of {key} are an object: value to text")
        words = {float(value): str(text) for value, text in given[key].items()}
        if values and set(words) != {float(value) for value in values}:
            raise ValueError(f"the options of {key} have other values")
        found[key] = tuple(
            (int(value) if value == int(value) else value, words[value]) for value in sorted(words)
        )
    return {key: choices for key, choices in found.items() if choices}
