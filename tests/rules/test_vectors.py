import pytest

from programs.rules.engines import decide_document
from tests.rules.cases import load, merged

DETOX = load("detox")


def ids(case):
    return case.get("id", "")


@pytest.mark.parametrize("case", DETOX["vectors"], ids=ids)
def test_detox_examples(case):
    output = decide_document("detox", merged(DETOX["bases"][case["base"]], case["set"]))
    assert output.pop("level") == DETOX["order"].index(output["outcome"])
    assert output == case["expect"]


@pytest.mark.parametrize("case", load("loc")["vectors"], ids=ids)
def test_level_of_care_examples(case):
    assert decide_document("loc", case["input"]) == case["expect"]


@pytest.mark.parametrize("case", load("instruments")["vectors"], ids=ids)
def test_instrument_examples(case):
    asked = {key: case[key] for key in ("instrument", "answers", "context", "prorate") if key in case}
    assert decide_document("instrument", asked) == case["expect"]


@pytest.mark.parametrize("case", load("timeline")["vectors"])
def test_timeline_examples(case):
    output = decide_document("timeline", {"products": case["products"]})
    assert output["group"] == case["group"]
    assert output["intensity_at_h"] == pytest.approx(case["intensity_at_h"], abs=0.01)
    assert list(output["intensity_at_h"]) == list(case["intensity_at_h"])
