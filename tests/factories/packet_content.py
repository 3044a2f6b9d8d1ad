"""The content of a kept packet, without a database: one in full, and any that could be."""

from typing import Any

from hypothesis import strategies as st

from records.choices import Category
from referrals.choices import HELD, Level, Withdrawal
from referrals.fhir.rxnorm import INGREDIENTS
from referrals.fhir.terms import HOLDERS, PAYERS, PLACES, PREGNANCY, PURPOSES, RISKS, TOTALS

AT = "2026-07-14T10:00:00+00:00"
TEXT = st.text(max_size=40)
SAID = TEXT.map(lambda text: text or "said")


def content(sections: dict[str, Any] | None = None, **referral: Any) -> dict[str, Any]:
    """A packet's content with these sections."""
    return {
        "format": 1, "version": 1, "made_at": AT, "sections": sections or {"identity": identity()},
        "notice": "The notice.\nIts second line.", "short_notice": "Short.", "notice_version": "2024",
        "redisclosure": "How it may go on.", "notices": [],
        "consent": {
            "id": "9b5f6f0c-6ee2-4f5e-8a52-2c5b9a2f0d11", "kind": "specific", "purposes": ["treatment"],
            "categories": ["identity"], "scope": "What it covers.", "text": "Consent.",
            "signed_text": "Permiso.", "language": "es", "signature": "Jordan Lee", "signed_at": AT,
            "until": AT, "sha256": "0" * 64,
        },
        "center": {"name": "Juniper House", "phone": "(804) 555-0100", "fax": "", "address": "", "npi": ""},
        "partner": {
            "id": "x", "name": "Harbor Detox", "npi": "1234567893", "phone": "+18045550140", "fax": "",
            "address": "", "city": "", "state": "", "zip": "",
        },
        "referral": {
            "offer": "c36ee08f-c1be-597e-8ea4-43f5f0257931", "reference": "JH-EY66V", "status": "accepted",
            "urgent": False, "level": "detox", "withdrawal": ["kratom"], "card": [["What", ["Kratom"]]],
            "sent_at": AT, "answer_by": AT, "arrival_from": AT, "arrival_until": AT, "bed_note": "",
            "author": {"id": "7", "name": "Ana Ruiz"}, **referral,
        },
        "salt": "0",
    }  # fmt: skip


def identity(name: str = "Jordan Lee") -> dict[str, Any]:
    """Who somebody is."""
    return {
        "rows": [["Name", name]], "name": name, "preferred_name": "", "date_of_birth": "1990-03-03",
        "sex": "female", "reference": "JH-2222",
    }  # fmt: skip


def sections() -> dict[str, Any]:
    """What left of every category that has resources of its own."""
    rows = {"rows": [["Label", "text"]], "items": [["health.pain", "Pain?", "Yes"]]}
    return {
        "identity": identity(),
        "contact": {"rows": [], "items": [], "phone": "+18045550123", "language": "es"},
        "presence": {"rows": [], "reference": "JH-3333", "since": "2026-07-14T10:00:00+00:00"},
        "substance_use": {
            **rows,
            "substances": [
                {"code": "kratom_leaf", "name": "Kratom", "told": "32 g"},
                {"code": "alcohol", "name": "Alcohol", "told": "2 drinks"},
            ],
            "scores": [],
        },
        "health": {
            **rows,
            "values": {
                "hr": 72, "rr": 14, "sbp": 118, "dbp": 76, "spo2": 98, "temp_c": 36.8, "vitals_at": AT,
            },
        },
        "medications": {
            **rows, "values": {"mat_drug": "methadone", "medicines": "one\ntwo", "allergies": "none"},
        },
        "mental_health": {
            **rows,
            "values": {},
            "scores": [{
                "instrument": "phq9", "label": "PHQ-9", "text": "14 of 27", "meaning": "Moderate",
                "total": 14, "at": AT,
            }],
        },
        "pregnancy": {**rows, "values": {"pregnant": "yes"}},
        "insurance": {**rows, "values": {"payer": "aetna", "member_id": "W1"}},
    }  # fmt: skip


def _part(category: str) -> st.SearchStrategy:
    rows = st.lists(st.lists(SAID, min_size=2, max_size=2), max_size=3)
    items = st.lists(
        st.tuples(st.from_regex(r"[a-z]+\.[a-z_]+", fullmatch=True), SAID, TEXT).map(list),
        max_size=4, unique_by=lambda item: item[0],
    )  # fmt: skip
    more: dict[str, st.SearchStrategy] = {"rows": rows, "items": items}
    values: dict[str, dict[str, st.SearchStrategy]] = {
        "health": {
            **dict.fromkeys(("hr", "sbp", "dbp", "rr", "spo2", "temp_c"), st.floats(0, 400)),
            "vitals_at": st.just(AT),
        },
        "medications": {
            "medicines": TEXT | st.sampled_from([*INGREDIENTS, "no sertraline"]),
            "allergies": TEXT | st.sampled_from(["none", "No known allergies"]),
            "mat_drug": st.sampled_from(["buprenorphine", "methadone", "buprenorphine_naloxone"]),
            "mat_dose": TEXT,
        },
        "mental_health": {"psychiatric_medicines": TEXT},
        "pregnancy": {"pregnant": st.sampled_from(sorted(PREGNANCY))},
        "insurance": {"payer": st.sampled_from([*PAYERS, "self_pay", "none"]), "member_id": TEXT},
    }  # fmt: skip
    if category in values:
        more["values"] = st.fixed_dictionaries({}, optional=values[category])
    if category in {"substance_use", "mental_health", "social"}:
        more["scores"] = _scores()
    return st.fixed_dictionaries(more | _OWN.get(category, {}))


def _scores() -> st.SearchStrategy:
    return st.lists(
        st.fixed_dictionaries({
            "instrument": st.sampled_from([*TOTALS, "cows", "asq", "cssrs_screener"]),
            "label": SAID.map(lambda x: f"S {x}"),
            "text": SAID.map(lambda x: f"T {x}"), "meaning": TEXT,
            "total": st.none() | st.integers(0, 60), "at": st.just(AT),
            "band": st.sampled_from(["", *RISKS]),
        }),
        max_size=2, unique_by=lambda one: one["label"].strip(),
    )  # fmt: skip


_OWN: dict[str, dict[str, st.SearchStrategy]] = {
    "identity": {
        "name": TEXT, "preferred_name": TEXT, "date_of_birth": st.sampled_from(["", "1990-03-03"]),
        "sex": st.sampled_from(["female", "male", "other", "unknown", ""]), "reference": st.just("JH-2222"),
    },
    "contact": {
        "phone": st.sampled_from(["", "+18045550123", "ask first"]),
        "language": st.sampled_from(["en", "es"]),
        "contacts": st.lists(
            st.fixed_dictionaries({"name": TEXT, "phone": st.sampled_from(["", "+18045550123", "no"])}),
            max_size=2,
        ),
        "messages": st.sampled_from(["", "no", "name_number"]),
    },
    "presence": {"reference": st.just("JH-3333"), "since": st.just(AT), "by_phone": st.booleans()},
    "insurance": {
        "plan": st.none() | st.fixed_dictionaries(
            dict.fromkeys(("payer", "name", "member_id", "group", "phone"), TEXT)
            | {"holder": st.sampled_from([*HOLDERS, ""])}
        ),
    },
    "substance_use": {
        "substances": st.lists(
            st.fixed_dictionaries({
                "code": st.sampled_from(["kratom_leaf", "alcohol", "benzodiazepine", "heroin", "other", ""]),
                "name": SAID, "told": TEXT,
                "details": st.lists(
                    st.tuples(st.sampled_from(["amount", "route"]), SAID, TEXT).map(list), max_size=2,
                    unique_by=lambda item: item[0],
                ),
            }),
            max_size=3,
        ),
    },
}  # fmt: skip


@st.composite
def any_content(draw: st.DrawFn) -> dict[str, Any]:
    """Any packet that could be kept: any categories, odd texts, answers missing."""
    shared = draw(st.lists(st.sampled_from([*map(str, Category)]), min_size=1, unique=True))
    told = content(
        {one: draw(_part(one)) for one in shared if one != "counseling_notes"},
        status=draw(st.sampled_from(sorted(map(str, HELD)))),
        level=draw(st.sampled_from(["", *Level.values])),
        withdrawal=draw(st.lists(st.sampled_from(Withdrawal.values), unique=True)),
        card=draw(st.lists(st.tuples(SAID, st.lists(SAID, min_size=1, max_size=2)), max_size=3)),
        arrival_from=draw(st.sampled_from(["", AT])), answer_by=draw(st.sampled_from(["", AT])),
        sent_at=draw(st.sampled_from(["", AT])), urgent=draw(st.booleans()),
        author=draw(st.sampled_from([{}, {"id": "7", "name": "Ana"}, {"id": "7", "name": "Ana María Ruiz"}])),
    )  # fmt: skip
    told["version"] = draw(st.integers(1, 3))
    told["partner"]["services"] = draw(st.lists(st.sampled_from([*PLACES]), unique=True))
    told["consent"] |= {
        "purposes": draw(st.lists(st.sampled_from([*PURPOSES, "proceedings"]), min_size=1, unique=True)),
        "kind": draw(st.sampled_from(["specific", "tpo_single"])),
        "until": draw(st.sampled_from(["", AT])), "signature": draw(SAID),
    }  # fmt: skip
    return told
