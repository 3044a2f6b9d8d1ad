"""A clearance's content as terms and values."""

from datetime import date, datetime
from typing import Any

from config.templatetags.ui import clock, day
from programs.choices import ClearanceDecision
from programs.models import MedicalClearance
from programs.rules.clearance import PART_WORDS
from programs.rules.clearance_tests import LETTERS

_VITALS = (
    ("hr", "Heart rate", " a minute"),
    ("rr", "Breaths", " a minute"),
    ("spo2", "Oxygen saturation", " %"),
    ("temp_c", "Temperature", " °C"),
)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _when(moment: datetime | None) -> str:
    return f"{day(moment)}, {clock(moment)}" if moment else ""


def facts_of_paper(found: MedicalClearance) -> list[tuple[str, list[tuple[str, Any]]]]:
    """Return (title, facts) for each part of a received clearance; nothing before that."""
    said = found.said
    if not said:
        return []
    pressure = f"{said['sbp']}/{said['dbp']} mmHg" if said.get("sbp") and said.get("dbp") else ""
    used, born = said.get("last_use_on"), said.get("person_born")
    return [
        (
            "About whom",
            [
                ("Name", said.get("person_name")),
                ("Date of birth", day(date.fromisoformat(born)) if born else ""),
            ],
        ),
        (
            "What it says",
            [
                ("Decision", ClearanceDecision(found.decision).label),
                ("Medically stable", "Yes" if found.stable else "No"),
                ("Examined", _when(found.examined_at)),
                ("Signed", _when(found.signed_at)),
                ("Last use on the paper", day(date.fromisoformat(used)) if used else ""),
                ("What has to be done next", said.get("follow_up")),
            ],
        ),
        (
            "Who examined",
            [
                ("Facility", said.get("facility")),
                ("Examiner", said.get("examiner_name")),
                ("Credential", said.get("credential")),
                ("License", said.get("licence")),
                ("NPI (its form fits; identity is for the call-back)", said.get("npi")),
                ("Call-back phone", said.get("callback_phone")),
            ],
        ),
        (
            "Findings",
            [
                ("Blood pressure", pressure),
                *(
                    (label, f"{said[key]}{unit}" if said.get(key) is not None else "")
                    for key, label, unit in _VITALS
                ),
                ("COWS (screening, not diagnosis)", said.get("cows")),
                ("CIWA-Ar (screening, not diagnosis)", said.get("ciwa")),
                *_earlier(said),
                ("Medicines", said.get("medicines")),
                ("Allergies", said.get("allergies")),
                *_tests(said),
                *((LETTERS[key].capitalize(), said[key]) for key in LETTERS if said.get(key)),
            ],
        ),
    ]


def _earlier(said: dict[str, Any]) -> list[tuple[str, Any]]:
    taken = _when(_moment(said.get("score_before_at")))
    scores = (("Earlier COWS", said.get("cows_before")), ("Earlier CIWA-Ar", said.get("ciwa_before")))
    return [
        (label, " · ".join(filter(None, [str(score), taken]))) for label, score in scores if score is not None
    ]


def _tests(said: dict[str, Any]) -> list[tuple[str, Any]]:
    times, results = said.get("parts") or {}, said.get("results") or {}
    return [
        (
            f"{words[0].upper()}{words[1:]}",
            " · ".join(filter(None, [results.get(part), _when(_moment(times.get(part)))])),
        )
        for part, words in PART_WORDS.items()
        if part in times or part in results
    ]
