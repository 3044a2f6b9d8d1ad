"""Files about a person: what is stored is what it says it is, and nothing more."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from PIL import Image

from audit.models import Event
from config.errors import Refused
from records.actions.documents import store
from records.files import check_file
from records.models import Document
from records.models.document import MAX_BYTES
from tests.factories.records import make_person

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def picture(kind="JPEG", mode="RGB", size=(40, 20), **options):
    out = io.BytesIO()
    Image.new(mode, size, 128 if mode in ("L", "1") else None).save(out, kind, **options)
    return out.getvalue()


def with_place():
    """A photo that says where it was taken, who made it, and that it lies on its side."""
    exif = Image.Exif()
    exif[0x010E] = "Bluebird Lane 5"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (37.0, 32.0, 1.0)
    return picture(exif=exif, comment=b"Bluebird")


def zipped():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("evil.html", "<script>alert(1)</script>")
    return out.getvalue()


@pytest.mark.parametrize(
    "data,media_type",
    [(PDF, "application/pdf"), (picture(), "image/jpeg"), (picture("PNG"), "image/png"),
     (picture("PNG", "P"), "image/png"), (picture("JPEG", "L"), "image/jpeg"),
     (picture("JPEG", "CMYK"), "image/jpeg")],
)  # fmt: skip
def test_the_three_types(data, media_type):
    assert check_file(data).media_type == media_type


REFUSED = {
    "html": (b"<!doctype html><script>alert(1)</script>", "file_type"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "file_type"),
    "gif": (picture("GIF", "L"), "file_type"),
    "zip": (zipped(), "file_type"),
    "text": (b"just words", "file_type"),
    "program": (b"\x7fELF" + b"\x00" * 60, "file_type"),
    "empty": (b"", "file_empty"),
    "html before a pdf": (b"<script>alert(1)</script>" + PDF, "file_type"),
    "zip behind a pdf": (PDF + zipped(), "file_damaged"),
    "half a pdf": (PDF[:30], "file_damaged"),
    "half a picture": (picture(size=(400, 400))[:200], "file_damaged"),
    "png by its first bytes only": (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "file_damaged"),
    "11 MB": (b"%PDF-1.4\n" + b"0" * (11 * 1024 * 1024), "file_large"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name):
    data, code = REFUSED[name]
    with pytest.raises(Refused) as refused:
        check_file(data)
    assert refused.value.code == code


def test_a_picture_too_large_to_draw(monkeypatch):
    monkeypatch.setattr("records.files.MOST_PIXELS", 100)
    with pytest.raises(Refused) as refused:
        check_file(picture())
    assert refused.value.code == "picture_large"


def test_what_hides_in_a_picture_is_gone():
    data = with_place()
    assert b"Bluebird" in data
    kept = check_file(data).content
    assert b"Bluebird" not in kept
    with Image.open(io.BytesIO(kept)) as again:
        assert not dict(again.getexif()) and "comment" not in again.info
        assert again.size == (20, 40), "turned upright"


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_what_is_glued_behind_a_picture_is_gone(kind):
    kept = check_file(picture(kind) + zipped() + b"<script>").content
    assert b"PK" not in kept and b"<script>" not in kept


@pytest.fixture
def person(ana):
    return make_person(ana)


def upload(data, name="scan.pdf"):
    return SimpleUploadedFile(name, data, content_type="application/pdf")


@pytest.mark.django_db
def test_stored_encrypted_and_downloaded_safely(ana, person, as_user):
    data = PDF.replace(b"1 0 obj", b"% Jordan Lee\n1 0 obj")
    document = store(person=person, by=ana, upload=upload(data), kind="clearance")
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM records_document t")
        assert b"Jordan".hex() not in cursor.fetchone()[0]
    page = as_user(ana).get(reverse("records:document-download", args=[document.pk]))
    assert page.content == data
    assert page.headers["Content-Type"] == "application/pdf"
    assert page.headers["Content-Disposition"].startswith('attachment; filename="document-')
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert page.headers["Cache-Control"] == "no-store, private"
    assert Event.objects.filter(name="record.viewed", object_id=document.pk).count() == 1


@pytest.mark.django_db
def test_who_may_not_open_it(ana, person, as_user, pia, audrey, ada):
    document = store(person=person, by=ana, upload=upload(PDF), kind="other")
    for user in (pia, audrey, ada):
        assert as_user(user).get(reverse("records:document-download", args=[document.pk])).status_code == 403
    hidden = make_person(ana, "Riley Park")
    hidden.restricted = True
    hidden.save()
    secret = store(person=hidden, by=ana, upload=upload(PDF), kind="other")
    assert as_user(ana).get(reverse("records:document-download", args=[secret.pk])).status_code == 404


@pytest.mark.django_db
def test_the_page_stores_and_refuses(ana, person, as_user):
    client, url = as_user(ana), reverse("records:document-list", args=[person.pk])
    assert "No file is stored" in client.get(url).content.decode()
    assert client.post(url, {"kind": "clearance", "file": upload(PDF)}).status_code == 302
    assert Document.objects.get().size == len(PDF)
    cases = [
        ({"kind": "clearance"}, "Choose a file"),
        ({"file": upload(PDF)}, "Select what this file is"),
        ({"kind": "clearance", "file": upload(b"<script>")}, "Choose a PDF, JPEG or PNG file"),
        ({"kind": "clearance", "file": upload(PDF[:-6] + b"0" * MAX_BYTES + b"%%EOF")}, "10 MB or smaller"),
        ({"kind": "clearance", "file": upload(b"%PDF-1.4" + b"0" * 12 * 1024 * 1024)}, "10 MB or smaller"),
    ]
    for data, words in cases:
        page = client.post(url, data)
        assert page.status_code == 422 and words in page.content.decode()
    assert Document.objects.count() == 1


@pytest.mark.django_db
def test_sending_a_file_twice_stores_it_once(ana, person, as_user):
    client, url = as_user(ana), reverse("records:document-list", args=[person.pk])
    key = "6f1c1f9e-8f5e-4b1c-9a53-2f6a3cf0a001"
    for _twice in range(2):
        page = client.post(url, {"kind": "other", "file": upload(PDF), "submit_key": key})
        assert page.url == url
    assert Document.objects.count() == 1
