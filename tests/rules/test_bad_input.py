import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.rules.engines import ENGINES, decide_document
from programs.rules.io import BadInput, parse_document, read_detox, read_instrument, read_level, read_timeline
from programs.rules.terms import FACTORS, TRI_STATE_KEYS

USE = '{"substances": {"alcohol": {%s}}}'
SCORE = '{"instrument": "%s", "answers": {%s}}'

# engine, document, where and why it is refused
BAD = [
    ("detox", "", "input: not valid JSON"),
    ("detox", "   ", "input: not valid JSON"),
    ("detox", "{", "input: not valid JSON"),
    ("detox", "{} {}", "input: not valid JSON"),
    ("detox", "{'age': 3}", "input: not valid JSON"),
    ("detox", "null", "input: must be an object or a list of objects"),
    ("detox", "3", "input: must be an object or a list of objects"),
    ("detox", '"age"', "input: must be an object or a list of objects"),
    ("detox", "[3]", "[0]: must be an object"),
    ("detox", "[{}, null]", "[1]: must be an object"),
    ("detox", "[[{}]]", "[0]: must be an object"),
    ("detox", '{"colour": 1}', "colour: unknown key"),
    ("detox", '{"colour": null}', "colour: unknown key"),
    ("detox", '{"Age": 40}', "Age: unknown key"),
    ("detox", '{"age": "40"}', "age: must be a number"),
    ("detox", '{"age": true}', "age: must be a number"),
    ("detox", '{"age": [40]}', "age: must be a number"),
    ("detox", '{"age": -1}', "age: must not be negative"),
    ("detox", '{"age": 130.5}', "age: must be a number from 0 to 130"),
    ("detox", '{"age": NaN}', "age: must be a finite number"),
    ("detox", '{"age": Infinity}', "age: must be a finite number"),
    ("detox", '{"age": -Infinity}', "age: must be a finite number"),
    ("detox", '{"age": 1e400}', "age: must be a finite number"),
    ("detox", '{"age": 1%s}' % ("0" * 309), "age: must be a finite number"),
    ("detox", '{"age": 1%s}' % ("0" * 9999), "age: must be a finite number"),
    ("detox", '{"age": 40, "age": 40}', "age: the key appears twice"),
    ("detox", '{"pregnant": "Yes"}', "pregnant: must be one of the allowed words"),
    ("detox", '{"pregnant": true}', "pregnant: must be one of the allowed words"),
    ("detox", '{"pregnant": {}}', "pregnant: must be one of the allowed words"),
    ("detox", '{"suicidality": "yes"}', "suicidality: must be one of the allowed words"),
    ("detox", '{"substance_list_complete": "yes"}', "substance_list_complete: must be true or false"),
    ("detox", '{"substance_list_complete": 1}', "substance_list_complete: must be true or false"),
    ("detox", '{"cows": 4.5}', "cows: must be a whole number from 0 to 48"),
    ("detox", '{"cows": 49}', "cows: must be a whole number from 0 to 48"),
    ("detox", '{"ciwa": 68}', "ciwa: must be a whole number from 0 to 67"),
    ("detox", '{"ciwa_perceptual_max": 8}', "ciwa_perceptual_max: must be a whole number from 0 to 7"),
    ("detox", '{"ciwa_orientation": 5}', "ciwa_orientation: must be a whole number from 0 to 4"),
    ("detox", '{"pawss": 11}', "pawss: must be a whole number from 0 to 10"),
    (
        "detox",
        '{"prior_alcohol_sedative_wm": -1}',
        "prior_alcohol_sedative_wm: must be a whole number from 0",
    ),
    ("detox", '{"substances": []}', "substances: must be an object"),
    ("detox", '{"substances": {"alcohol": 3}}', "substances.alcohol: must be an object"),
    ("detox", USE % '"amount": -3', "substances.alcohol.amount: must not be negative"),
    ("detox", USE % '"amount": "3"', "substances.alcohol.amount: must be a number"),
    ("detox", USE % '"days_per_week": 7.5', "substances.alcohol.days_per_week: must be a number from 0 to 7"),
    ("detox", USE % '"hours_since_last": -0.1', "substances.alcohol.hours_since_last: must not be negative"),
    ("detox", USE % '"duration_months": NaN', "substances.alcohol.duration_months: must be a finite number"),
    ("detox", USE % '"prescribed_stable": 0', "substances.alcohol.prescribed_stable: must be true or false"),
    ("detox", USE % '"route": "oral"', "substances.alcohol.route: unknown key"),
    ("detox", USE % '"amount": 1, "amount": 2', "substances.alcohol.amount: the key appears twice"),
    ("detox", '{"substances": {"x": {}, "x": {}}}', "substances.x: the key appears twice"),
    (
        "detox",
        '{"substances": {"nicotine": {"amount": -1}}}',
        "substances.nicotine.amount: must not be negative",
    ),
    ("detox", '{"substances": {"a\\nb": 1}}', "substances.a\\u000ab: must be an object"),
    ("detox", '{"substances": {"\\ud800": 1}}', "substances.\\ud800: must be an object"),
    ("detox", '{"red_flags": "no"}', "red_flags: must be 'none' or an object"),
    ("detox", '{"red_flags": []}', "red_flags: must be an object"),
    ("detox", '{"red_flags": {"pain": "no"}}', "red_flags.pain: unknown key"),
    (
        "detox",
        '{"red_flags": {"seizure_24h": true}}',
        "red_flags.seizure_24h: must be one of the allowed words",
    ),
    ("detox", '{"medical": "normal"}', "medical: must be 'none' or an object"),
    ("detox", '{"medical": {"liver": "yes"}}', "medical.liver: must be one of the allowed words"),
    ("detox", '{"vitals": "none"}', "vitals: must be 'normal' or an object"),
    ("detox", '{"vitals": {"pulse": 60}}', "vitals.pulse: unknown key"),
    ("detox", '{"vitals": {"hr": -1}}', "vitals.hr: must not be negative"),
    ("detox", '[{}, {"cows": 99}, {"age": 999}]', "[1].cows: must be a whole number from 0 to 48"),
    ("detox", '{"vitals": {"hr": "x"}, "age": "x"}', "vitals.hr: must be a number"),
    ("loc", '[{}, {}, {}, {"F2": 7}]', "[3].F2: must be a whole number from 0 to 4"),
    ("loc", '{"F1": true}', "F1: must be a number"),
    ("loc", '{"F1": 1.5}', "F1: must be a whole number from 0 to 4"),
    ("loc", '{"F6": 1}', "F6: unknown key"),
    ("loc", '{"sud": "bad"}', "sud: must be one of the allowed words"),
    ("loc", '{"detox": "yes"}', "detox: must be one of the allowed words"),
    ("loc", '{"remission_months": -1}', "remission_months: must not be negative"),
    ("instrument", "{}", "instrument: is required"),
    ("instrument", '{"instrument": null, "answers": {}}', "instrument: is required"),
    ("instrument", '{"instrument": "phq9"}', "answers: is required"),
    ("instrument", '{"instrument": "phq9", "answers": null}', "answers: is required"),
    ("instrument", '{"instrument": "phq9", "answers": []}', "answers: must be an object"),
    ("instrument", SCORE % ("phq8", ""), "instrument: must be the name of a known instrument"),
    ("instrument", '{"instrument": 9, "answers": {}}', "instrument: must be the name of a known instrument"),
    ("instrument", '{"instrument": [], "answers": {}}', "instrument: must be the name of a known instrument"),
    ("instrument", SCORE % ("../phq9", ""), "instrument: must be the name of a known instrument"),
    ("instrument", SCORE % ("phq9", '"phq9_1": "1"'), "answers.phq9_1: must be a number"),
    ("instrument", SCORE % ("phq9", '"phq9_1": false'), "answers.phq9_1: must be a number"),
    ("instrument", SCORE % ("phq9", '"phq9_1": NaN'), "answers.phq9_1: must be a finite number"),
    ("instrument", SCORE % ("phq9", '"zz": []'), "answers.zz: must be a number"),
    ("instrument", SCORE % ("phq9", '"phq9_1": 1, "phq9_1": 1'), "answers.phq9_1: the key appears twice"),
    ("instrument", SCORE % ("cows", '"pulse_bpm": -1'), "answers.pulse_bpm: must not be negative"),
    ("instrument", SCORE % ("pawss", '"total": -1'), "answers.total: must not be negative"),
    ("instrument", '{"answers": {"total": -1}, "instrument": "kds"}', "answers.total: must not be negative"),
    ("instrument", '{"instrument": "asq", "answers": {}, "context": {"age": 3}}', "context.age: unknown key"),
    (
        "instrument",
        '{"instrument": "asq", "answers": {}, "context": {"sex": "m"}}',
        "context.sex: must be one of the allowed words",
    ),
    ("instrument", '{"instrument": "asq", "answers": {}, "prorate": 1}', "prorate: must be true or false"),
    ("timeline", "{}", "products: is required"),
    ("timeline", '{"products": null}', "products: is required"),
    ("timeline", '{"products": []}', "products: must be an object"),
    (
        "timeline",
        '{"products": {"alcohol": {"amount": -1}}}',
        "products.alcohol.amount: must not be negative",
    ),
    ("timeline", '{"products": {"seven_oh": {"days": 1}}}', "products.seven_oh.days: unknown key"),
    ("timeline", '{"products": {}, "hours": 24}', "hours: must be a list"),
    ("timeline", '{"products": {}, "hours": [0, -1]}', "hours[1]: must not be negative"),
    ("timeline", '{"products": {}, "hours": [0, null]}', "hours[1]: must be a number"),
    ("timeline", '[{"products": {}, "hours": ["0"]}]', "[0].hours[0]: must be a number"),
]


def refusal(engine, content):
    with pytest.raises(BadInput) as refused:
        decide_document(engine, parse_document(content))
    return str(refused.value)


@pytest.mark.parametrize(("engine", "text", "line"), BAD)
def test_bad_input_is_refused_with_its_place_and_reason(engine, text, line):
    assert refusal(engine, text.encode()) == line


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe{}", b"\xef\xbb\xbf{}", "{}".encode("utf-16"), b"\x00", b'{"age": 4\xff}'],
)
def test_bytes_that_are_no_utf8_json_are_refused(content):
    assert refusal("detox", content) == "input: not valid JSON"


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"substances":'])
def test_a_document_nested_without_end_is_refused(opening):
    assert refusal("detox", opening * 500_000) == "input: nested too deeply or too large"


def test_a_document_nested_deeply_but_readable_is_refused_at_its_place():
    assert refusal("detox", b'{"age": ' + b"[" * 300 + b"]" * 300 + b"}") == "age: must be a number"


def test_a_long_key_is_shown_in_part():
    line = refusal("detox", json.dumps({"k" * 10_000: 1}).encode())
    assert line.startswith("kkkk") and line.endswith(": unknown key") and len(line) < 120


@pytest.mark.parametrize(
    ("engine", "text"),
    [
        ("detox", "{}"),
        ("detox", '{"age": 0, "cows": 3.0, "ciwa": 67, "substances": {"": {}, "nicotine": null}}'),
        ("detox", '{"age": null, "substances": null, "red_flags": null, "vitals": {"hr": null}}'),
        ("detox", '{"age": -0.0, "substances": {"alcohol": {"amount": 1e308, "days_per_week": 7}}}'),
        ("detox", '{"substances": {"alcohol": {"amount": 1%s}}}' % ("0" * 308)),
        ("loc", '{"F1": 4.0, "sud": null, "detox": null, "remission_months": 0.5}'),
        ("instrument", SCORE % ("phq9", '"phq9_1": -1, "pulse_bpm": -1, "total": -1')),
        ("instrument", SCORE % ("assist", '"q2": 1e308, "q3": 1e308, "q4": 0.5')),
        ("instrument", '{"instrument": "phq9", "answers": {}, "context": null, "prorate": null}'),
        ("instrument", '{"instrument": "phq9", "answers": {}, "context": {"sex": null}}'),
        ("timeline", '{"products": {}, "hours": null}'),
        ("timeline", '{"products": {"seven_oh": null, "tea": {"amount": 1}}, "hours": [1e308, 0.1, 5]}'),
    ],
)
def test_well_formed_input_is_decided_and_prints_as_json(engine, text):
    output = decide_document(engine, parse_document(text.encode()))
    assert json.loads(json.dumps(output, allow_nan=False)) == output


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_a_list_gives_a_list_and_nothing_gives_nothing(engine):
    assert decide_document(engine, []) == []
    if engine in ("detox", "loc"):
        assert decide_document(engine, [{}, {}]) == [decide_document(engine, {})] * 2


SECRET = "Jane Roe 555-0199"
PLACES = [
    *(
        (read_detox, {key: SECRET})
        for key in ("age", "cows", "suicidality", "red_flags", "medical", "vitals")
    ),
    *((read_detox, {key: SECRET}) for key in TRI_STATE_KEYS),
    *((read_detox, {"substances": {"alcohol": {key: SECRET}}}) for key in ("amount", "prescribed_stable")),
    *((read_level, {key: SECRET}) for key in (*FACTORS, "sud", "detox", "remission_months")),
    (read_instrument, {"instrument": SECRET, "answers": {}}),
    (read_instrument, {"instrument": "phq9", "answers": {"phq9_1": SECRET}}),
    (read_instrument, {"instrument": "phq9", "answers": SECRET}),
    (read_timeline, {"products": SECRET}),
    (read_timeline, {"products": {}, "hours": [SECRET]}),
]


@pytest.mark.parametrize(("reader", "document"), PLACES)
def test_the_line_never_repeats_the_value(reader, document):
    with pytest.raises(BadInput) as refused:
        reader(document)
    assert SECRET not in str(refused.value)
    assert "\n" not in str(refused.value)


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
KEYS = ["age", "cows", "substances", "red_flags", "vitals", "medical", "F1", "sud", "instrument", "answers"]


@given(
    st.sampled_from(sorted(ENGINES)),
    st.one_of(anything, st.dictionaries(st.sampled_from([*KEYS, "products", "hours"]), anything, max_size=3)),
)
@settings(max_examples=300, deadline=None)
def test_any_document_is_decided_or_refused_on_one_line(engine, document):
    content = json.dumps(document).encode()
    try:
        json.dumps(decide_document(engine, parse_document(content)), allow_nan=False)
    except BadInput as refused:
        assert len(str(refused).splitlines()) == 1
