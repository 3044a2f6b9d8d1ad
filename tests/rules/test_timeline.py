import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.rules.timeline import DEFAULT_HOURS, TIMELINE, decide_timeline, group_of, timeline

GROUPS = sorted(TIMELINE.groups.values(), key=lambda group: group.order)


@pytest.mark.parametrize(
    ("products", "group"),
    [
        ({}, None),
        ({"alcohol": {"amount": 50}}, None),
        ({"kratom_leaf": {}}, "T3_leaf_high"),
        ({"kratom_leaf": None}, "T3_leaf_high"),
        ({"kratom_leaf": {"amount": 20, "duration_months": 0}}, "T3_leaf_high"),
        ({"kratom_leaf": {"amount": 19.9, "duration_months": 6}}, "T3_leaf_high"),
        ({"kratom_leaf": {"amount": 10}}, "T3_leaf_high"),
        ({"kratom_leaf": {"amount": 10, "duration_months": 5.9}}, "T2_leaf_moderate"),
        ({"kratom_leaf": {"amount": 9.9}}, "T2_leaf_moderate"),
        ({"kratom_leaf": {"amount": 5, "duration_months": 1}}, "T2_leaf_moderate"),
        ({"kratom_leaf": {"amount": 15, "duration_months": 0.5}}, "T1_leaf_low"),
        ({"kratom_leaf": {"amount": 4.9}}, "T1_leaf_low"),
        ({"kratom_extract": {"amount": 0}}, "T4_extract"),
        ({"seven_oh": None, "kratom_leaf": {"amount": 1}}, "T5_seven_oh"),
    ],
)
def test_products_fall_in_a_group(products, group):
    output = decide_timeline({"products": products}).as_output()
    assert output["group"] == group
    expected = [str(hour) for hour in DEFAULT_HOURS] if group else []
    assert list(output["intensity_at_h"]) == expected


def test_hours_are_written_without_a_needless_point():
    output = decide_timeline({"products": {"kratom_leaf": {"amount": 30}}, "hours": [24.0, 7.5, 24, 0]})
    assert output.as_output()["intensity_at_h"] == {"24": 1.4, "7.5": 0.0, "0": 0.0}
    assert decide_timeline({"products": {"seven_oh": {}}, "hours": []}).as_output()["intensity_at_h"] == {}


@given(st.sampled_from(GROUPS), st.floats(0, 3000))
@settings(deadline=None)
def test_the_course_rises_to_its_peak_and_falls_to_nothing(group, hour):
    strength = group.at(hour)
    assert 0 <= strength <= group.intensity
    if hour < group.peak[0]:
        assert strength <= group.at(hour + 0.5)
    if hour > group.peak[1]:
        assert strength >= group.at(hour + 0.5)


def test_the_strongest_product_counts():
    both = {"kratom_leaf": {"amount": 1}, "kratom_extract": {}}
    assert group_of(both).id == "T4_extract"
    assert timeline(both).group.order == 4
