"""Loading the directory from a file: tried first, errors named, twice the same, ours kept, given out."""

import csv
import io
import re
from datetime import date, time
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from audit.models import Event
from config.errors import Refused
from outbox.actions import deliver
from outbox.models import Message
from referrals.actions import directory_import as imports
from referrals.actions.facilities import change_facility
from referrals.models import DirectoryImport, Facility, FacilityRevision, ZipCentroid
from referrals.rules.directory_file import COLUMNS, rows_of
from tests.factories.directory import directory_file
from tests.factories.referrals import make_facility
from tests.referrals.test_directory import text_of

HEADER = "name,street,city,state,zip,phone,email,npi,service_codes,age_min,age_max\n"
GOOD = "Harbor,1 Road,Easton,VA,23220,804-555-0140,,1234567893,SA DT RD ADTX,,\n"
URL = "referrals:import-new"


def load(by, content, **more):
    text = content if isinstance(content, bytes) else content.encode()
    given_more = {"filename": "x.csv", "queued": False, "dry_run": False, **more}
    asked = imports.request_import(content=text, by=by, **given_more)
    while asked.status != "done":
        asked = imports.load_part(import_id=asked.pk, begin=asked.rows_done)
    return asked


def counts(asked):
    return asked.added, asked.changed, asked.same, asked.kept, asked.error_count


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        (",1 Road,,VA,23220,8045550140,,,,,", "name", "Enter a name"),
        ("A,,,,,,,,,,", "phone", "Enter a phone number"),
        ("A,,,,,12,,,,,", "phone", "Enter a number of 10 digits"),
        ("A,,,Virginia,,8045550140,,,,,", "state", "Enter the two letters of a state"),
        ("A,,,,2322,8045550140,,,,,", "zip", "Enter the 5 digits of the ZIP code"),
        ("A,,,,,8045550140,,1234567890,,,", "npi", "NPI must have 10 digits and the right last digit"),
        ("A,,,,,8045550140,nobody,,,,", "email", "Enter an e-mail address, such as intake@example.org"),
        ("A,,,,,8045550140,,,SA XYZ,,", "service_codes", "Not a service code: XYZ"),
        ("A,,,,,8045550140,,,,x,", "age_min", "Enter a whole number up to 130"),
        ("A,,,,,8045550140,,,,40,18", "age_max", "The oldest age can't be below the youngest"),
        ("A,,,,,8045550140,,,,,,,,", "", "3 more cells than columns"),
    ],
)
def test_every_error_names_line_column_and_what_to_do(row, column, message):
    good, bad = rows_of(HEADER + GOOD + row + "\n")
    assert not good.errors
    assert [(one.line, one.column, one.message) for one in bad.errors] == [(3, column, message)]


def test_the_same_place_twice_in_a_file_is_an_error():
    _, again = rows_of(HEADER + GOOD + GOOD.replace("Harbor", "HARBOR ").replace("ADTX", "BDTX"))
    assert [one.message for one in again.errors] == ["The same place is on line 2"]


@given(cells=st.lists(st.lists(st.text(max_size=12), max_size=14), max_size=4))
def test_no_text_breaks_the_reader(cells):
    rows = "\n".join(",".join('"' + one.replace('"', "'") + '"' for one in row) for row in cells)
    for row in rows_of(HEADER + rows.replace("\r", " ")):
        assert row.errors or row.facts["phone"].startswith("+1")


@pytest.mark.django_db
def test_trying_changes_nothing_loading_does_and_again_changes_nothing(sam):
    content = directory_file(1200, bad=100)
    tried = load(sam, content, dry_run=True)
    assert counts(tried) == (1188, 0, 0, 0, 12)
    assert tried.not_read == ["county"]
    assert tried.errors[0] == [101, "phone", "Enter a number of 10 digits"]
    assert not Facility.objects.exists()
    assert counts(load(sam, content)) == (1188, 0, 0, 0, 12)
    before = list(Facility.objects.order_by("id").values())
    assert counts(load(sam, content)) == (0, 0, 1188, 0, 12)
    assert list(Facility.objects.order_by("id").values()) == before
    assert FacilityRevision.objects.count() == 1188
    names = {one.recipient.name for one in Facility.objects.select_related("recipient")}
    assert len(names) == 1188


@pytest.mark.django_db
def test_a_newer_file_brings_up_to_date_and_never_touches_what_staff_checked(sam):
    make_facility("Elm", zip="23220")
    content = (
        HEADER
        + GOOD
        + "Other,2 Road,,VA,23220,8045550141,,,SA OP,,\nElm,9 Road,,VA,23220,8045550142,,,SA,,\n"
    )
    assert counts(load(sam, content)) == (2, 0, 0, 1, 0)
    harbor = Facility.objects.get(npi="1234567893")
    assert (harbor.levels, harbor.source, harbor.channel) == (["detox"], "import", "phone")
    other = Facility.objects.get(phone="+18045550141")
    change_facility(facility=other, seen=1, by=sam, coordinator="Kim")
    newer = content.replace("0140", "0199").replace("0141", "0198")
    assert counts(load(sam, newer)) == (0, 1, 0, 2, 0)
    harbor.refresh_from_db()
    other.refresh_from_db()
    assert (harbor.phone, harbor.revision, other.phone) == ("+18045550199", 2, "+18045550141")
    assert harbor.revisions.get(number=2).source == "import"


@pytest.mark.django_db
def test_what_is_given_out_can_be_loaded_again_and_holds_no_formula(sam, ana, as_user):
    make_facility("=HYPERLINK(1)", coordinator="@Kim", zip="23220")
    load(sam, directory_file(40))
    client = as_user(sam)
    answer = client.get(reverse("referrals:partner-export"))
    text = answer.content.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert "'@Kim" in text
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not any(cell.startswith(("=", "@", "+")) for cell in cells)
    assert counts(load(sam, text)) == (0, 0, 40, 1, 0)
    assert Event.objects.filter(name="directory.exported").count() == 1
    assert as_user(ana).get(reverse("referrals:partner-export")).status_code == 403
    assert set(text.splitlines()[0].replace('"', "").split(",")) == set(COLUMNS)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"name\nA\n", "Missing: phone."),
        (b"", "Missing: name, phone."),
        (b"name,phone,name1\n", "A column stands twice: name."),
        (b"\xff\xfe\x00", "The file is not UTF-8 text."),
    ],
)
def test_what_is_no_directory_is_refused(sam, as_user, content, words):
    file = SimpleUploadedFile("x.csv", content or b"\n")
    answer = as_user(sam).post(reverse(URL), {"file": file, "dry_run": "on"})
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert not DirectoryImport.objects.exists()


@pytest.mark.django_db
def test_in_the_product_tried_then_loaded_part_by_part(sam, ana, as_user, monkeypatch):
    monkeypatch.setattr(imports, "PART", 10)
    client = as_user(sam)
    assert client.get(reverse(URL)).status_code == 200
    file = SimpleUploadedFile("partners.csv", directory_file(25, bad=25))
    first = client.post(reverse(URL), {"file": file, "dry_run": "on"})
    assert first.status_code == 302
    page = text_of(client.get(first.url))
    assert "Under way" in page
    assert "0 of 25 rows" in page
    for done in (10, 20, 25):
        waiting = Message.objects.get(kind=imports.IMPORT, status="waiting")
        assert deliver(waiting.pk)
        assert f"{done} of 25 rows" in text_of(client.get(first.url))
    page = text_of(client.get(first.url))
    assert "Tried: nothing was changed" in page
    assert "Enter a number of 10 digits" in page
    assert not Facility.objects.exists()
    second = client.post(first.url)
    for _part in range(3):
        deliver(Message.objects.get(kind=imports.IMPORT, status="waiting").pk)
    assert "Done" in text_of(client.get(second.url))
    assert Facility.objects.count() == 24
    assert client.post(second.url).status_code == 422
    assert as_user(ana).get(reverse(URL)).status_code == 403
    with pytest.raises(PermissionDenied):
        load(ana, HEADER)


@pytest.mark.django_db
def test_a_part_that_is_done_is_passed_over(sam, monkeypatch):
    monkeypatch.setattr(imports, "PART", 2)
    asked = imports.request_import(filename="x", content=directory_file(4), dry_run=False, by=sam)
    imports.load_part(import_id=asked.pk, begin=0)
    again = imports.load_part(import_id=asked.pk, begin=0)
    assert (again.rows_done, Facility.objects.count()) == (2, 2)
    with pytest.raises(Refused):
        imports.import_for_real(tried=again, by=sam)


@pytest.mark.django_db
def test_a_whole_file_is_loaded_as_its_parts_are_and_not_twice(sam, monkeypatch):
    monkeypatch.setattr(imports, "PART", 10)
    content = directory_file(25, bad=9)
    asked = imports.request_import(filename="x", content=content, dry_run=False, by=sam, queued=False)
    imports.load_part(import_id=asked.pk, begin=0)
    assert [one.rows_done for one in imports.load_all(import_id=asked.pk)] == [20, 25]
    asked.refresh_from_db()
    assert (asked.status, asked.added, asked.error_count) == ("done", 23, 2)
    assert [line for line, *_ in asked.errors] == [10, 19]
    assert list(imports.load_all(import_id=asked.pk)) == []


@pytest.mark.django_db
def test_two_who_load_the_same_file_load_each_row_once(sam, monkeypatch):
    monkeypatch.setattr(imports, "PART", 10)
    asked = imports.request_import(
        filename="x", content=directory_file(25), dry_run=False, by=sam, queued=False
    )
    mine = imports.load_all(import_id=asked.pk)
    next(mine)
    imports.load_part(import_id=asked.pk, begin=10)
    imports.load_part(import_id=asked.pk, begin=20)
    assert [one.rows_done for one in mine] == [25]
    asked.refresh_from_db()
    assert (asked.added, Facility.objects.count()) == (25, 25)


@pytest.mark.django_db
def test_every_kind_of_fact_comes_through_as_it_is_in_the_file(sam):
    text = (
        "name,phone,street,zip,levels,payers,pregnancy,hours_24,admits_from,admits_until,beds_total,"
        'checked_on,caution\nElm,8045550140,"1 ""Old"" Road, \\N {a,b}",23220,detox residential,aetna,yes,no,'
        "08:30,20:00,7,2026-01-31,é ✓\n"
    )
    load(sam, text)
    elm = Facility.objects.get()
    assert elm.address == '1 "Old" Road, \\N {a,b}'
    assert (elm.levels, elm.payers, elm.pregnancy, elm.hours_24) == (
        ["detox", "residential"],
        ["aetna"],
        "yes",
        False,
    )
    assert (elm.admits_from, elm.admits_until, elm.checked_on) == (time(8, 30), time(20), date(2026, 1, 31))
    assert (elm.beds_total, elm.caution, elm.beds_open, elm.beds_said_by) == (7, "é ✓", None, "")
    assert elm.x is not None and elm.changed_by == sam
    load(sam, text.replace("08:30", "").replace("20:00", "").replace(",7,", ",,"))
    elm.refresh_from_db()
    assert (elm.admits_from, elm.beds_total, elm.revision) == (None, None, 2)
    told = FacilityRevision.objects.order_by("number")
    assert [one.facts["beds_total"] for one in told] == [7, None]
    assert {*told[0].facts} == {*told[1].facts} >= {"name", "levels", "active"}
    assert not {"x", "can_bits", "recipient_id", "beds_open"} & {*told[0].facts}


@pytest.mark.django_db
def test_the_command_names_errors_and_who(sam, ana, tmp_path):
    path = tmp_path / "partners.csv"
    path.write_bytes(directory_file(4, bad=4))
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit):
        call_command("import_facilities", path, "--dry-run", by=sam.email, stdout=out, stderr=err)
    assert "3 would be added" in out.getvalue()
    assert "line 5, phone: Enter a number of 10 digits" in err.getvalue()
    assert not Facility.objects.exists()
    path.write_bytes(directory_file(4))
    call_command("import_facilities", path, by=sam.email, stdout=out)
    assert Facility.objects.count() == 4
    for by in (ana.email, "nobody@example.org"):
        with pytest.raises(CommandError):
            call_command("import_facilities", path, by=by)


@pytest.mark.django_db
def test_centroids_come_from_the_gazetteer_as_it_is(tmp_path):
    path = tmp_path / "gaz.txt"
    path.write_text("GEOID\tALAND\tINTPTLAT\tINTPTLONG  \n23220\t1\t37.5\t-77.5\n99999\t1\t64.1\t-150.2\n")
    before = ZipCentroid.objects.count()
    call_command("load_zip_centroids", path, stdout=StringIO())
    assert ZipCentroid.objects.count() == before + 1
    assert ZipCentroid.objects.get(pk="23220").latitude == 37.5
    for text in ("zip\n", "GEOID\tINTPTLAT\tINTPTLONG\n23220\tx\t1\n"):
        path.write_text(text)
        with pytest.raises(CommandError):
            call_command("load_zip_centroids", path)


def test_one_npi_is_of_one_partner(sam):
    make_facility("Cedar", npi="1457398216", zip="23113")
    twice = (
        HEADER + GOOD + "Willow,2 Road,,VA,23220,8045550141,,1234567893,,,\n"
        "Elm,3 Road,,VA,23220,8045550142,,1457398216,,,\n"
        "Cedar,,,,23113,8045550143,,1457398216,,,\n"
    )
    asked = load(sam, twice)
    assert asked.errors == [
        [3, "npi", "The same NPI is on line 2"],
        [4, "npi", "Cedar has this NPI. Check which of them it belongs to"],
        [5, "npi", "The same NPI is on line 4"],
    ]
    assert counts(asked) == (1, 0, 0, 0, 3)
    alone = load(sam, HEADER + "Cedar,,,,23113,8045550143,,1457398216,,,\n")
    assert counts(alone) == (0, 0, 0, 1, 0)
    assert counts(load(sam, HEADER + GOOD)) == (0, 0, 1, 0, 0)


def test_a_tried_file_is_loaded_once_however_often_it_is_pressed(sam, as_user):
    tried = load(sam, HEADER + GOOD, dry_run=True)
    client, url = as_user(sam), reverse("referrals:import", args=[tried.pk])
    key = re.search('name="submit_key" value="([^"]+)"', client.get(url).content.decode()).group(1)
    first, second = (client.post(url, {"submit_key": key}) for _ in range(2))
    loaded = DirectoryImport.objects.get(dry_run=False)
    assert (first.url, second.url) == (reverse("referrals:import", args=[loaded.pk]), reverse(URL))
