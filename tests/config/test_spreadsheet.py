"""No cell of a spreadsheet of ours is a formula, and every text comes back as it was."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.spreadsheet import cell, csv_response, csv_text

FORMULA = tuple("=+-@\t\r\x00")
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def read(text):
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    "value", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\x00=1", " =1", "\n=1", "\ufeff=1", "=1"]
)
def test_what_a_program_would_calculate_is_text(value):
    assert cell(value).startswith("'")


@pytest.mark.parametrize(
    ("value", "written"), [("Mary", "Mary"), (None, ""), (3, "3"), ("a=b", "a=b"), (-3, "'-3")]
)
def test_an_ordinary_cell_is_left_alone(value, written):
    assert cell(value) == written


@given(ANYTHING)
def test_no_cell_begins_like_a_formula(value):
    assert not cell(value).lstrip().startswith(FORMULA)
    assert not cell(value).startswith(FORMULA)


@given(st.lists(st.lists(ANYTHING, min_size=2, max_size=2), max_size=5))
def test_a_program_reads_back_each_cell(rows):
    back = read(csv_text(["one", "two"], rows))
    assert back[0] == ["one", "two"]
    assert back[1:] == [[cell(one) for one in row] for row in rows]


@given(ANYTHING)
def test_a_cell_cannot_begin_another_row(value):
    assert len(read(csv_text(["one", "two"], [[value, "end"]]))) == 2


def test_the_notice_follows_the_table():
    assert read(csv_text(["a"], [["b"]], ["The notice."])) == [["a"], ["b"], [""], ["The notice."]]


def test_the_response_is_utf8_for_spreadsheets_and_nobody_keeps_it():
    response = csv_response("accounting", ["¿Qué?"], [])
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert response["Content-Disposition"] == 'attachment; filename="accounting.csv"'
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    with pytest.raises(ValueError):
        csv_response("Mary Smith", [], [])
