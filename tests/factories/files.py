"""Files as people upload them: small, true, and hostile where a test asks for it."""

import io

from pypdf import PdfWriter


def make_pdf(*, pages: int = 1, title: str = "", change=None) -> bytes:
    """Return a PDF of blank pages; `change` may do something to the writer before it is written."""
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(width=200, height=200)
    if title:
        writer.add_metadata({"/Title": title, "/Author": title})
    if change:
        change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
