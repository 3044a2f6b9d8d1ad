"""What a consent must hold, and what it covers; no database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.choices import Category, ConsentKind, Purpose, RecipientKind
from records.rules import consent as rules
from records.rules.consent import ConsentFacts, RecipientFacts, covers, missing_elements

NOW = datetime(2026, 7, 14, 14, 0, tzinfo=UTC)
HARBOR = RecipientFacts(id="1", name="Harbor Detox", aliases=("Harbor",), legal_status="covered_entity")
BRIGID = RecipientFacts(id="2", name="St. Brigid Hospital", legal_status="covered_entity")
ALL_STATEMENTS = frozenset(
    {
        "revocation", "hipaa_redisclosure", "potential_redisclosure", "refusal_consequences",
        "notes_no_condition", "supervision_limits",
    }
)  # fmt: skip
FULL = ConsentFacts(
    kind="specific",
    patient_name="Jordan Lee",
    discloser="Juniper House",
    categories=("identity", "substance_use"),
    information="My name; what I use",
    recipients=(HARBOR,),
    recipient_class="my treating providers",
    intermediary="Exchange",
    participants=("Harbor Detox",),
    purposes=("treatment",),
    statements=ALL_STATEMENTS,
    expires_on=date(2026, 10, 1),
    expires_at=datetime(2026, 10, 2, 4, 0, tzinfo=UTC),
    signature="Jordan Lee",
    signer="person",
    signed_at=NOW,
    signer_name="Alex Lee",
    signer_evidence="Birth certificate seen",
    cosigner="parent",
    cosigned_at=NOW,
    minor=True,
    minor_rule="minor_and_parent, VA, under 18",
    matter="Case 12",
)
FULL_BY_KIND = {
    **dict.fromkeys(ConsentKind.values, FULL),
    "counseling_notes": replace(FULL, categories=("counseling_notes",)),
    "confirm_presence": replace(FULL, categories=("presence",), purposes=("family",)),
    "proceedings": replace(FULL, purposes=("proceedings",)),
    "criminal_justice": replace(FULL, purposes=("criminal_justice",), expires_event="When my probation ends"),
    "research": replace(FULL, purposes=("research",)),
}
# element -> how to take it away
DROP = {
    "patient_name": {"patient_name": " "},
    "discloser": {"discloser": ""},
    "information": {"categories": ()},
    "recipients": {"recipients": (), "recipient_class": ""},
    "intermediary": {"intermediary": ""},
    "participants": {"participants": ()},
    "hipaa_redisclosure": {"statements": ALL_STATEMENTS - {"hipaa_redisclosure"}},
    "purposes": {"purposes": ()},
    "revocation": {"statements": ALL_STATEMENTS - {"revocation"}},
    "expiry": {"expires_on": None, "expires_at": None},
    "signature": {"signature": ""},
    "signer_evidence": {"signer_evidence": " "},
    "second_signature": {"cosigned_at": None},
    "matter": {"matter": ""},
    "duration": {"expires_event": "none"},
    "notes_no_condition": {"statements": ALL_STATEMENTS - {"notes_no_condition"}},
    "supervision_limits": {"statements": ALL_STATEMENTS - {"supervision_limits"}},
    "date_signed": {"signed_at": None},
    "potential_redisclosure": {"statements": ALL_STATEMENTS - {"potential_redisclosure"}},
    "refusal_consequences": {"statements": ALL_STATEMENTS - {"refusal_consequences"}},
}


def full(kind):
    return replace(FULL_BY_KIND[kind], kind=kind)


def test_the_table_knows_every_kind_and_every_element_can_be_dropped():
    assert set(rules.ELEMENTS) == set(ConsentKind.values)
    assert {one.name for elements in rules.ELEMENTS.values() for one in elements} == set(DROP)
    assert set(rules.PURPOSES_OF_KIND) == set(RecipientKind.values)
    assert {one for purposes in rules.PURPOSES_OF_KIND.values() for one in purposes} == set(Purpose.values)


@pytest.mark.parametrize("kind", ConsentKind.values)
def test_a_full_consent_lacks_nothing(kind):
    assert missing_elements(full(kind)) == ()
    assert rules.combined(full(kind)) == ()


@pytest.mark.parametrize("kind", ConsentKind.values)
@pytest.mark.parametrize("element", DROP)
def test_each_missing_element_is_named_alone(kind, element):
    facts = full(kind)
    needed = {one.name for one in rules.ELEMENTS[kind] if one.needed(facts)}
    dropped = missing_elements(replace(facts, **DROP[element]))
    # Without a purpose the statements that only treatment, payment and operations need are not asked for.
    assert dropped == ((element,) if element in needed else ())


@given(st.sets(st.sampled_from(sorted(DROP)), min_size=1))
def test_whatever_is_dropped_is_named_and_nothing_leaves(dropped):
    facts = FULL
    statements = ALL_STATEMENTS - dropped
    for element in dropped:
        if element not in ALL_STATEMENTS:
            facts = replace(facts, **DROP[element])
    facts = replace(facts, statements=statements)
    needed = {one.name for one in rules.ELEMENTS["specific"] if one.needed(facts)}
    assert set(missing_elements(facts)) == dropped & needed
    decision = covers(facts, HARBOR, "treatment", ["identity"], NOW)
    assert decision.allowed is not bool(dropped & needed)
    if not decision.allowed:
        assert decision.code == "consent_deficient"


@pytest.mark.parametrize(
    "kind,event,complete",
    [
        ("specific", "none", False),
        ("specific", "End of treatment.", False),
        ("specific", "end  of the  treatment", False),
        ("specific", "Fin del tratamiento", False),
        ("specific", "When Harbor Detox sends me back", True),
        ("tpo_single", "none", True),
        ("tpo_single", "end of the treatment", True),
        ("tpo_single", "", False),
        ("research", "end of the research study", True),
        ("confirm_presence", "none", False),
    ],
)
def test_which_kinds_may_end_with_which_event(kind, event, complete):
    facts = replace(full(kind), expires_on=None, expires_at=None, expires_event=event)
    assert ("expiry" not in missing_elements(facts)) is complete


@pytest.mark.parametrize(
    "kind,changes,wrong",
    [
        ("counseling_notes", {"categories": ("counseling_notes", "identity")}, ("categories",)),
        ("counseling_notes", {"purposes": ("treatment", "payment")}, ("purposes",)),
        ("proceedings", {"purposes": ("proceedings", "treatment")}, ("purposes",)),
        ("proceedings", {"purposes": ("treatment",)}, ("purposes",)),
        ("specific", {"purposes": ("treatment", "proceedings")}, ("purposes",)),
        ("specific", {"categories": ("identity", "counseling_notes")}, ("categories",)),
        ("tpo_single", {"categories": ("counseling_notes",)}, ("categories",)),
        ("tpo_single", {"purposes": ("treatment", "request")}, ("purposes",)),
        ("confirm_presence", {"categories": ("presence", "health")}, ("categories",)),
        ("confirm_presence", {"purposes": ("family", "request")}, ("purposes",)),
        ("specific", {"purposes": ("criminal_justice",)}, ("purposes",)),
        ("research", {"purposes": ("research", "treatment")}, ("purposes",)),
        ("intermediary", {"purposes": ("research",)}, ("purposes",)),
    ],
)
def test_what_stands_alone_is_not_combined(kind, changes, wrong):
    facts = replace(full(kind), **changes)
    assert rules.combined(facts) == wrong
    assert not covers(facts, HARBOR, facts.purposes[0], (), NOW).allowed


LESS_HARBOR = (replace(HARBOR, revoked=True), BRIGID)
BEGINS = RecipientFacts(id="8", name="Harbor")
OTHER_ALIAS = RecipientFacts(id="9", name="Harbor Detox and Recovery", aliases=("harbor  detox",))
CASES = [
    ("as given", {}, HARBOR, "treatment", ["identity"], NOW, "covered"),
    ("nothing asked for", {}, HARBOR, "treatment", [], NOW, "covered"),
    ("by a registered alias", {}, OTHER_ALIAS, "treatment", ["identity"], NOW, "covered"),
    ("another facility", {}, BRIGID, "treatment", ["identity"], NOW, "recipient_not_named"),
    ("a name that only begins alike", {}, BEGINS, "treatment", [], NOW, "recipient_not_named"),
    ("a class never matches", {"recipients": (BRIGID,)}, HARBOR, "treatment", [], NOW, "recipient_not_named"),
    ("another purpose", {}, HARBOR, "payment", ["identity"], NOW, "purpose_not_covered"),
    ("a payer for treatment", {}, replace(HARBOR, kind="payer"), "treatment", [], NOW, "purpose_unfit"),
    ("more than was chosen", {}, HARBOR, "treatment", ["identity", "health"], NOW, "category_not_covered"),
    ("withdrawn", {"revoked": True}, HARBOR, "treatment", ["identity"], NOW, "consent_revoked"),
    ("withdrawn for this one", {"recipients": LESS_HARBOR}, HARBOR, "treatment",
     [], NOW, "consent_revoked"),
    ("not withdrawn for the other", {"recipients": LESS_HARBOR}, BRIGID, "treatment",
     [], NOW, "covered"),
    ("the last moment", {}, HARBOR, "treatment", [], FULL.expires_at - timedelta(microseconds=1), "covered"),
    ("the end", {}, HARBOR, "treatment", [], FULL.expires_at, "consent_expired"),
    ("marked as ended", {"expired": True}, HARBOR, "treatment", [], NOW, "consent_expired"),
    ("a minor without a rule", {"minor_rule": ""}, HARBOR, "treatment", [], NOW, "signer_not_valid"),
    ("only one of two signed", {"cosigned_at": None}, HARBOR, "treatment", [], NOW, "consent_deficient"),
    ("an unconfirmed member of the class", {"kind": "tpo_single", "recipients": ()}, HARBOR, "treatment",
     [], NOW, "recipient_not_confirmed"),
    ("a confirmed member of the class", {"kind": "tpo_single", "recipients": ()},
     replace(HARBOR, confirmed=True), "treatment", [], NOW, "covered"),
    ("confirmed, but no class", {}, replace(BRIGID, confirmed=True), "treatment", [], NOW,
     "recipient_not_named"),
    ("never signed", {"signature": "", "signed_at": None}, HARBOR, "treatment", [], NOW, "consent_deficient"),
]  # fmt: skip


@pytest.mark.parametrize(
    "changes,recipient,purpose,categories,now,code",
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_what_a_consent_covers(changes, recipient, purpose, categories, now, code):
    decision = covers(replace(FULL, **changes), recipient, purpose, categories, now)
    assert decision.code == code
    assert decision.allowed is (code == "covered")
    assert decision.sentence.endswith(".")


def test_the_refusal_says_whom_the_consent_names():
    sentence = covers(FULL, BRIGID, "treatment", [], NOW).sentence
    assert sentence == "The consent names Harbor Detox. It does not name St. Brigid Hospital."


@given(
    st.sets(st.sampled_from(Category.values)),
    st.sets(st.sampled_from(Category.values)),
    st.sets(st.sampled_from(Category.values)),
)
def test_asking_for_more_never_opens_what_less_did_not(given_, asked, more):
    facts = replace(FULL, categories=tuple(given_ or {"identity"}))
    if covers(facts, HARBOR, "treatment", asked | more, NOW).allowed:
        assert covers(facts, HARBOR, "treatment", asked, NOW).allowed
        assert asked | more <= set(facts.categories)


def test_the_nearest_refusal_explains():
    far, near = covers(FULL, BRIGID, "treatment", [], NOW), covers(FULL, HARBOR, "payment", [], NOW)
    assert rules.explain([far, near]) is near
    assert rules.explain([]).code == "no_consent"
