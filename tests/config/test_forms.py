"""The form foundation: messages, safe text, submit keys, answers with four values, markup."""

import re
import uuid
from datetime import UTC, date, datetime

import pytest
from django import forms
from django.http import QueryDict
from django.template import engines
from django.test import RequestFactory

from config.errors import Conflict
from config.fields import field_html
from config.forms import ClearwayForm, Look, SubmitForm, add_answer_pair, answer_value, render_form

CHOICES = [("me", "I do"), ("other", "Someone I care about")]


class CallForm(SubmitForm):
    ui = {"weight": Look(suffix="kg", width=4)}
    who = forms.ChoiceField(label="Who needs help?", choices=CHOICES, widget=forms.RadioSelect)
    name = forms.CharField(label="First name", help_text="Any name", max_length=10)
    phone = forms.CharField(label="Phone", widget=forms.TextInput(attrs={"type": "tel"}))
    mail = forms.EmailField(label="Email", required=False)
    weight = forms.DecimalField(label="Weight", min_value=1, max_value=400, required=False)
    born = forms.DateField(label="Born", required=False)
    arrives = forms.DateTimeField(label="Arrives", required=False)
    needs = forms.MultipleChoiceField(
        label="Needs", choices=[("a", "Interpreter"), ("b", "Ramp")], widget=forms.CheckboxSelectMultiple
    )
    when = forms.ChoiceField(
        label="When", required=False, choices=[("", "Soon"), ("Day", [("m", "Morning")]), ("e", "Evening")]
    )
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    secret = forms.CharField(label="Password", widget=forms.PasswordInput, required=False)
    ok = forms.BooleanField(label="You may text me", required=False)

    def clean_phone(self):
        if self.cleaned_data["phone"] == "1":
            raise forms.ValidationError("Phone number must have 10 digits, like 804 555 0123", code="invalid")
        return self.cleaned_data["phone"]


class SectionForm(ClearwayForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        add_answer_pair(self, "drinks", forms.IntegerField(label="Drinks in a day"))
        add_answer_pair(
            self,
            "seizure",
            forms.ChoiceField(
                label="Ever a seizure?", choices=[("yes", "Yes"), ("no", "No")], widget=forms.RadioSelect
            ),
        )
        add_answer_pair(
            self,
            "used",
            forms.MultipleChoiceField(
                label="Used this week",
                choices=[("a", "Alcohol"), ("b", "Kratom")],
                widget=forms.CheckboxSelectMultiple,
            ),
        )


def data(**values):
    query = QueryDict(mutable=True)
    for name, value in values.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return query


def crispy(form):
    page = engines["django"].from_string("{% load crispy_forms_tags %}{% crispy form %}")
    return page.render({"form": form}, RequestFactory().get("/"))


GOOD = {"who": "me", "name": "Ana", "phone": "804 555 0123", "needs": ["a"]}


def test_messages_name_the_field_and_say_what_to_do():
    form = CallForm(data(weight="900", born="soon", mail="x", name="A" * 11))
    assert form.errors["who"] == ["Answer: Who needs help?"]
    assert form.errors["phone"] == ["Enter phone"]
    assert form.errors["needs"] == ["Select needs"]
    assert form.errors["weight"] == ["Weight must be 400 or less"]
    assert form.errors["born"] == ["Born must be a date, like 2026-07-14"]
    assert form.errors["mail"] == ["Email must be an email address, like name@example.org"]
    assert form.errors["name"] == ["First name must have 10 characters or fewer"]


def test_a_message_someone_wrote_stays():
    form = CallForm(data(**{**GOOD, "phone": "1"}))
    assert form.errors["phone"] == ["Phone number must have 10 digits, like 804 555 0123"]


def test_no_message_repeats_what_was_typed_for_a_choice():
    form = CallForm(data(**{**GOOD, "who": "<script>"}))
    assert form.errors["who"] == ["Select one of the choices for who needs help"]


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b", "\udfff"])
@pytest.mark.parametrize("name", ["name", "note"])
def test_text_that_the_database_cannot_store_is_refused_and_can_be_shown_again(name, text):
    form = CallForm(data(**{**GOOD, name: text}))
    assert set(form.errors) == {name}
    assert "can't store" in form.errors[name][0]
    crispy(form).encode("utf-8")


def test_every_text_has_a_limit():
    assert CallForm(data(**{**GOOD, "note": "x" * 10_001})).errors["note"]
    assert CallForm(data(**{**GOOD, "phone": "x" * 201})).errors["phone"]
    assert CallForm(data(**{**GOOD, "note": "x" * 5000})).is_valid()


def test_limits_of_one_form_do_not_pile_up_on_its_class():
    CallForm()
    CallForm()
    assert len(CallForm.base_fields["note"].validators) == 1


def test_submit_key_is_fresh_each_time_and_kept_when_posted():
    assert CallForm()["submit_key"].value() != CallForm()["submit_key"].value()
    key = uuid.uuid4()
    form = CallForm(data(**GOOD, submit_key=str(key)))
    assert form.is_valid()
    assert form.cleaned_data["submit_key"] == key
    assert f'value="{key}"' in field_html(form["submit_key"])


@pytest.mark.parametrize("bad", ["", "zz", "\x00", "1" * 500])
def test_a_bad_submit_key_is_replaced_not_an_error(bad):
    form = CallForm(data(**GOOD, submit_key=bad))
    assert form.is_valid(), form.errors
    assert isinstance(form.cleaned_data["submit_key"], uuid.UUID)
    assert re.search(r'value="[0-9a-f-]{36}"', field_html(form["submit_key"]))


def test_summary_links_every_error_to_a_control_in_the_order_of_the_fields():
    form = CallForm(data(weight="900"))
    form.add_error(None, "The bed was taken")
    page = crispy(form)
    summary = page[page.index("data-error-summary") : page.index("</ul>")]
    assert "<h2" in summary
    assert re.findall(r'href="#(\w+)"', summary) == [
        "id_who_0",
        "id_name",
        "id_phone",
        "id_weight",
        "id_needs_0",
    ]
    assert summary.index("The bed was taken") < summary.index("Answer: Who")
    for target in re.findall(r'href="#(\w+)"', summary):
        assert page.count(f'id="{target}"') == 1


def test_field_error_says_the_same_as_the_summary_and_is_tied_to_its_control():
    page = crispy(CallForm(data(who="me")))
    assert page.count("Enter first name") == 2
    control = re.search(r'<input[^>]*id="id_name"[^>]*>', page)[0]
    assert 'aria-invalid="true"' in control
    assert 'aria-describedby="id_name_hint id_name_error"' in control
    assert '<p class="hint" id="id_name_hint">Any name</p>' in page
    assert '<p class="field-error" id="id_name_error"><span class="visually-hidden">Error: </span>' in page
    assert page.index('id="id_name_error"') < page.index('id="id_name"')


def test_groups_are_fieldsets_with_their_question_as_legend():
    page = crispy(CallForm(data()))
    assert (
        '<fieldset id="id_who" role="radiogroup" aria-describedby="id_who_error" aria-invalid="true">' in page
    )
    assert '<legend class="field-label">Who needs help?</legend>' in page
    assert '<fieldset id="id_needs" aria-describedby="id_needs_error">' in page


def test_no_asterisk_but_optional_marks_and_no_required_attribute():
    page = crispy(CallForm())
    assert "*" not in page
    assert " required" not in page
    assert page.count("(optional)") == 7  # a single box to tick is not marked
    assert "data-error-summary" not in page


def test_values_come_back_as_typed_except_a_password():
    form = CallForm(
        data(**{**GOOD, "name": '"><b>', "note": "</textarea><b>", "secret": "hush", "when": "m", "ok": "on"})
    )
    page = crispy(form)
    assert 'value="&quot;&gt;&lt;b&gt;"' in page
    assert "\n&lt;/textarea&gt;&lt;b&gt;</textarea>" in page
    assert "hush" not in page
    assert '<option value="m" selected>Morning</option>' in page
    assert re.search(r'id="id_ok"[^>]* checked', page)
    assert re.search(r'value="me"[^>]* checked', page)
    assert re.search(r'value="a"[^>]* checked', page)
    assert "<b>" not in page


def test_dates_and_times_are_native_controls_in_their_own_format():
    form = CallForm(initial={"born": date(1990, 3, 1), "arrives": datetime(2026, 7, 14, 6, 5, tzinfo=UTC)})
    assert 'type="date"' in field_html(form["born"])
    assert 'value="1990-03-01"' in field_html(form["born"])
    assert 'type="datetime-local"' in field_html(form["arrives"])
    assert 'value="2026-07-14T06:05"' in field_html(form["arrives"])


def test_numbers_are_text_boxes_with_a_keypad_and_their_unit():
    html = field_html(CallForm(initial={"weight": 0})["weight"])
    assert 'type="text"' in html
    assert 'inputmode="decimal"' in html
    assert 'value="0"' in html
    assert '<span class="unit">kg</span>' in html


def test_attributes_of_the_widget_pass_through():
    assert 'type="tel"' in field_html(CallForm()["phone"])


@pytest.mark.parametrize("form", [CallForm(), CallForm(data()), SectionForm(), SectionForm(data(drinks="x"))])
def test_ids_are_unique_and_nothing_is_inline(form):
    page = crispy(form)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert "style=" not in page
    assert "<script" not in page


def test_render_form_answers_422_only_when_sent_and_wrong(settings, tmp_path):
    (tmp_path / "one.html").write_text("{{ has_errors }} {{ form.as_p }}")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    request = RequestFactory().get("/")
    assert render_form(request, "one.html", {}, CallForm()).status_code == 200
    assert render_form(request, "one.html", {}, CallForm(data())).status_code == 422
    assert render_form(request, "one.html", {}, CallForm(data(**GOOD))).status_code == 200


def answers(**values):
    form = SectionForm(data(**values))
    assert form.is_valid(), form.errors
    return {name: answer_value(form.cleaned_data, name) for name in ("drinks", "seizure", "used")}


def test_nothing_is_asked_until_it_is():
    assert answers() == {"drinks": None, "seizure": None, "used": None}
    assert answers(drinks="", drinks__na="", seizure="") == {"drinks": None, "seizure": None, "used": None}


def test_a_value_is_a_value_and_zero_is_one():
    assert answers(drinks="0", seizure="no", used=["a", "b"]) == {
        "drinks": {"value": 0},
        "seizure": {"value": "no"},
        "used": {"value": ["a", "b"]},
    }


def test_two_ways_of_not_answering():
    assert answers(drinks__na="unknown", seizure="__declined", used__na="declined") == {
        "drinks": {"missing": "unknown"},
        "seizure": {"missing": "declined"},
        "used": {"missing": "declined"},
    }
    assert answers(seizure__na="unknown")["seizure"] == {"missing": "unknown"}


@pytest.mark.parametrize("name, value", [("drinks", "8"), ("drinks", "0"), ("seizure", "yes"), ("used", "a")])
def test_value_and_non_answer_together_is_an_error_at_the_question(name, value):
    form = SectionForm(data(**{name: value, f"{name}__na": "unknown"}))
    assert form.errors == {name: ["Choose one: an answer, or why there is none"]}


def test_unknown_non_answer_is_refused():
    assert not SectionForm(data(drinks__na="no")).is_valid()
    assert not SectionForm(data(seizure="__whatever")).is_valid()


def test_non_answers_are_drawn_with_their_question_and_stay_chosen():
    page = crispy(SectionForm(data(drinks__na="unknown", seizure="__declined")))
    assert re.search(r'name="drinks__na"[^>]*value="unknown"[^>]* checked', page)
    assert re.search(r'name="seizure"[^>]*value="__declined"[^>]* checked', page)
    assert 'name="seizure__na"' not in page
    assert page.count("Prefers not to say") == 3
    assert "(optional)" not in page


def test_non_answers_stand_apart_from_the_answers():
    quiet = re.search(r'<div class="choices-quiet">(.*?)</fieldset>', crispy(SectionForm()), re.S).group(1)
    assert re.findall(r'value="(\w*)"', quiet) == ["", "__unknown", "__declined"]


def test_an_initial_non_answer_is_shown():
    page = crispy(SectionForm(initial={"seizure__na": "unknown", "drinks__na": "declined"}))
    assert re.search(r'value="__unknown"[^>]* checked', page)
    assert re.search(r'name="drinks__na"[^>]*value="declined"[^>]* checked', page)


class DayForm(ClearwayForm):
    day = forms.DateField()
    at = forms.DateTimeField()


@pytest.mark.parametrize("year, right", [("0001", False), ("1899", False), ("1900", True), ("9999", False)])
def test_years_that_no_calendar_here_means_are_refused(year, right):
    form = DayForm({"day": f"{year}-12-31", "at": f"{year}-12-31T23:59"})
    assert form.is_valid() is right
    if not right:
        assert form.errors == {key: ["Enter a year between 1900 and 2199"] for key in ("day", "at")}


def test_typed_text_stays_with_us():
    """No browser sends it to a spelling service or offers it to the next who types; PF-21, TM-19."""

    class Notes(ClearwayForm):
        note = forms.CharField(widget=forms.Textarea)
        own = forms.CharField(widget=forms.TextInput(attrs={"autocomplete": "given-name"}))

    page = crispy(Notes())
    assert page.count('spellcheck="false"') == page.count('autocorrect="off"') == 2
    assert page.count('autocomplete="off"') == 1
    assert 'autocomplete="given-name"' in page


# Conflicts


def bound(**said):
    data = QueryDict(mutable=True)
    for name, value in said.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return CallForm(data)


def test_a_conflict_keeps_what_was_typed_and_answers_409():
    form = bound(who="me", name="Jo", phone="804 555 0123", needs=["a"])
    assert form.is_valid()
    form.add_conflict(Conflict("Ben wrote meanwhile: Joe", field="name"))
    assert form.errors["name"] == ["Ben wrote meanwhile: Joe"]
    form.add_conflict(Conflict("Somebody was first", field="gone"))
    assert form.non_field_errors() == ["Somebody was first"]
    page = render_form(RequestFactory().post("/"), "400.html", {}, form)
    assert page.status_code == 409
    assert form["name"].value() == "Jo"


def test_a_form_shows_what_stands_now_in_a_field():
    form = bound(who="me", name="Jo", needs=["a"])
    form.show(name="Joe", needs=["a", "b"])
    assert form["name"].value() == "Joe"
    assert form["needs"].value() == ["a", "b"]
    assert form["who"].value() == "me"


def test_what_was_typed_can_be_told_in_words():
    form = bound(who="other", name="Jo", needs=["a", "b"], when="m", ok="on", note="")
    assert form.typed() == [
        ("Who needs help?", "Someone I care about"),
        ("First name", "Jo"),
        ("Needs", "Interpreter, Ramp"),
        ("When", "Morning"),
        ("You may text me", "Yes"),
    ]
    assert ("Password", "secret") not in bound(secret="secret").typed()
