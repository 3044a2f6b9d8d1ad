import pytest

from programs.rules.expression import (
    MAX_LENGTH,
    ConditionError,
    Flag,
    Many,
    Number,
    Table,
    Word,
    compile_condition,
    compile_quantity,
)

WORDS = Word(frozenset({"no", "unknown", "yes"}))
TERMS = {
    "age": Number(known=False),
    "vit": Number(),
    "preg": WORDS,
    "clear": Flag(),
    "dep": Many(),
    "red": Table(("fits", "pain"), WORDS),
    "lvl": Table(("leaf", "extract"), Number()),
}
FACTS = {
    "age": 40,
    "vit": 3,
    "preg": "yes",
    "clear": False,
    "dep": frozenset({"alcohol", "kratom"}),
    "red": {"fits": "no", "pain": "unknown"},
    "lvl": {"leaf": 2, "extract": 0},
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("age ≥ 40", True),
        ("age > 40", False),
        ("age ≤ 40", True),
        ("age < 40", False),
        ("age = 40", True),
        ("age = null", False),
        ("vit ≥ 2.5", True),
        ("vit≥2.5", True),
        ("preg = yes", True),
        ("preg ≠ yes", False),
        ("preg ∈ {unknown, yes}", True),
        ("preg ∈ {no}", False),
        ("clear", False),
        ("clear = false", True),
        ("clear = true or vit ≥ 3", True),
        ("|dep| ≥ 2", True),
        ("|dep| > 2", False),
        ("red(pain) = unknown", True),
        ("any red(k) = unknown", True),
        ("any red(k) = yes", False),
        ("vit ≥ 9 or any red(k) = unknown or vit ≥ 9", True),
        ("lvl(leaf) ≥ 2", True),
        ("max(lvl(leaf), lvl(extract)) ≥ 2", True),
        ("max(lvl(leaf), 7) ≥ 7", True),
        # "and" binds more tightly than "or"
        ("vit ≥ 3 or vit ≥ 3 and clear", True),
        ("(vit ≥ 3 or vit ≥ 3) and clear", False),
        ("clear and vit ≥ 3 or vit ≥ 3", True),
        ("preg = yes and (age ≥ 65 or |dep| ≥ 2)", True),
    ],
)
def test_reads_the_notation(text, value):
    assert compile_condition(text, TERMS).holds(FACTS) is value


@pytest.mark.parametrize("text", ["age ≥ 1", "age > 1", "age ≤ 200", "age < 200", "age = 5", "5 ≤ age"])
def test_a_comparison_with_an_unknown_number_is_false(text):
    assert compile_condition(text, TERMS).holds({**FACTS, "age": None}) is False


def test_only_a_test_for_null_is_true_of_an_unknown_number():
    assert compile_condition("age = null", TERMS).holds({**FACTS, "age": None}) is True


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "the end"),
        ("agee ≥ 1", "unknown name 'agee'"),
        ("age >= 1", "unknown name '='"),
        ("age", "the end"),
        ("age ≥", "the end"),
        ("age ≥ 1 and", "the end"),
        ("age ≥ 1 age ≥ 2", "unexpected 'age'"),
        ("age ≥ yes", "unknown name 'yes'"),
        ("age ≠ 1", "not compared with ≠"),
        ("age ≥ null", "only '= null'"),
        ("vit = null", "never null"),
        ("preg = maybe", "never 'maybe'"),
        ("preg ≥ yes", "has no order"),
        ("preg ∈ {yes, maybe}", "never 'maybe'"),
        ("preg ∈ {}", "never '}'"),
        ("preg ∈ {yes", "the end"),
        ("age ∈ {yes}", "not a word"),
        ("clear ≥ 1", "only = true"),
        ("clear = maybe", "only = true"),
        ("dep ≥ 1", "not a number"),
        ("|age| ≥ 1", "not a set"),
        ("|dep ≥ 1", "expected |"),
        ("red(feet) = yes", "no 'feet'"),
        ("red = yes", "expected ("),
        ("any age(k) = yes", "no keys"),
        ("any red(j) = yes", "expected k"),
        ("any red(k) = yes and clear", "cannot be joined"),
        ("max(age, 1) ≥ 1", "may be null"),
        ("max(vit) ≥ 1", "two terms"),
        ("max(preg, vit) ≥ 1", "not a number"),
        ("not clear", "unknown name 'not'"),
        ("vit ≥ -1", "cannot read"),
        ("vit ≥ 1e9", "cannot read"),
        ("vit ≥ 24h", "cannot read"),
        ("vit ≥ ٣", "cannot read"),
        ("vit + 1 ≥ 2", "cannot read"),
        ("vit.real ≥ 1", "cannot read"),
        ("__import__('os')", "cannot read"),
        ("__class__ ≥ 1", "unknown name"),
        ("facts ≥ 1", "unknown name"),
        ("len(dep) ≥ 1", "unknown name"),
        ("vit ≥ 1; vit ≥ 2", "cannot read"),
        ("(" * 40 + "clear" + ")" * 40, "too many brackets"),
        (" or ".join(["clear"] * MAX_LENGTH), "at most"),
    ],
)
def test_refuses_what_it_does_not_know(text, complaint):
    with pytest.raises(ConditionError) as refusal:
        compile_condition(text, TERMS)
    assert complaint in str(refusal.value)


def test_names_what_it_reads_once_and_in_order():
    condition = compile_condition("preg = yes and (lvl(leaf) ≥ 1 or age ≥ 65 or age < 18)", TERMS)
    assert condition.reads == (("preg", None), ("lvl", "leaf"), ("age", None))
    assert condition.alternatives == ()


def test_keeps_the_parts_of_its_topmost_or():
    condition = compile_condition("vit ≥ 9 or any red(k) = unknown", TERMS)
    assert [part.reads for part in condition.alternatives] == [
        (("vit", None),),
        (("red", "fits"),),
        (("red", "pain"),),
    ]
    assert [part.holds(FACTS) for part in condition.alternatives] == [False, False, True]


def test_compiles_a_number():
    quantity = compile_quantity("max(lvl(leaf), lvl(extract))", TERMS)
    assert quantity.value(FACTS) == 2
    assert quantity.reads == (("lvl", "leaf"), ("lvl", "extract"))
    with pytest.raises(ConditionError):
        compile_quantity("preg", TERMS)
    with pytest.raises(ConditionError):
        compile_quantity("vit ≥ 2", TERMS)
