"""PDF documents are accessible, neutral, and take data as text."""

import io

import pytest
from pypdf import PdfReader

from config.pdf import pdf_response, render

SHORT = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."


def document(text="Some text", **options):
    blocks = [
        {"kind": "heading", "text": "A part"},
        {"kind": "text", "text": text},
        {"kind": "list", "items": ["one", "two"]},
        {"kind": "facts", "pairs": [["Label", "value"]]},
        {"kind": "table", "header": ["When", "What"], "rows": [["a", "b"]] * options.pop("rows", 1)},
    ]
    given = {"title": "A document", "language": "en", "notice": SHORT} | options
    return PdfReader(io.BytesIO(render("document", {"heading": "Heading", "blocks": blocks}, **given)))


def text_of(reader):
    return "\n".join(page.extract_text() for page in reader.pages)


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_document_is_tagged_and_says_its_language(language):
    root = document(language=language).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]
    assert root["/Lang"] == language
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()


def test_nothing_in_the_properties_but_the_title_and_the_maker():
    found = document()
    assert found.metadata.title == "A document"
    assert set(found.metadata) == {"/Title", "/Creator"}


def test_headings_and_tables_are_structure():
    kinds = set()

    def walk(node):
        node = node.get_object()
        if isinstance(node, dict):
            kinds.add(node.get("/S"))
            children = node.get("/K", [])
            for child in children if isinstance(children, list) else [children]:
                walk(child)

    walk(document().trailer["/Root"]["/StructTreeRoot"])
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/L"} <= kinds


def test_every_page_has_the_notice_and_its_number():
    found = document(rows=150)
    assert len(found.pages) > 2
    for number, page in enumerate(found.pages, start=1):
        text = " ".join(page.extract_text().split())
        assert SHORT in text
        assert f"Page {number} of {len(found.pages)}" in text


def test_what_stays_inside_carries_no_notice():
    assert SHORT not in text_of(document(notice=""))


@pytest.mark.parametrize("markup", ["#strong[x]", "*x* _y_", "$x$ \\ #panic()", '"]; #read("/etc/passwd")'])
def test_markup_in_a_text_prints_as_it_was_typed(markup):
    assert markup in text_of(document(markup))


@pytest.mark.parametrize("odd", ["漢字", "a😀b", "nul\x00x", "bell\x07", "한국어", "line\u2028end"])
def test_a_character_that_cannot_be_drawn_does_not_stop_the_document(odd):
    assert "Heading" in text_of(document(odd))


def test_spanish_letters_are_drawn():
    assert "Ñandú, ¿qué? Página 1 de 1" in " ".join(
        text_of(document("Ñandú, ¿qué? Página 1 de 1", language="es")).split()
    )


@pytest.mark.parametrize("name", ["../base", "Document", "a/b", ""])
def test_a_template_is_one_of_ours(name):
    with pytest.raises(ValueError):
        render(name, {}, title="x", language="en")


def test_the_response_is_an_attachment_that_nobody_keeps():
    response = pdf_response(b"%PDF", "accounting")
    assert response["Content-Disposition"] == 'attachment; filename="accounting.pdf"'
    assert response["Cache-Control"] == "no-store"
    with pytest.raises(ValueError):
        pdf_response(b"%PDF", "Mary Smith")
