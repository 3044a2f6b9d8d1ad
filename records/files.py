"""What an uploaded file really is: its type by content, written anew without what hid in it."""

import io
import subprocess
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

import puremagic
from PIL import Image, ImageOps

from config.errors import Refused
from records import pdf_anew
from records.models.document import MAX_BYTES

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
EXTENSIONS = {PDF: "pdf", JPEG: "jpg", PNG: "png"}
_PICTURES = {JPEG: "JPEG", PNG: "PNG"}
MOST_PIXELS = 40_000_000
# A PDF ends with %%EOF; a second file glued behind it makes it something else as well.
_LONGEST_TAIL = 1024
PDF_SECONDS = 20
_WHY_NOT = {
    pdf_anew.ACTIVE: "pdf_active",
    pdf_anew.LOCKED: "pdf_locked",
    pdf_anew.LONG: "pdf_long",
}
_WORDS = {
    "file_damaged": "This PDF is damaged or holds a second file. Save it again",
    "pdf_active": "This PDF holds a script, a program, a file or a form that sends."
    " Print it to a new PDF, and choose that one",
    "pdf_locked": "This PDF is locked with a password. Save it without one",
    "pdf_long": "This PDF is too long or too complicated to check. Split it, or print it to a new PDF",
}


@dataclass(frozen=True)
class Checked:
    """A file that may be stored: its type and its content."""

    media_type: str
    content: bytes


def check_file(data: bytes) -> Checked:
    """Return what may be stored of an upload. Raises Refused for another type, a damaged or a large file."""
    if not data:
        raise Refused("file_empty", "The file is empty. Choose another file", field="file")
    if len(data) > MAX_BYTES:
        raise Refused("file_large", "The file must be 10 MB or smaller", field="file")
    media_type = _type_of(data)
    if media_type == PDF:
        return Checked(PDF, _written_anew(data))
    if media_type in _PICTURES:
        return Checked(media_type, _drawn_anew(data, media_type))
    raise Refused("file_type", "Choose a PDF, JPEG or PNG file", field="file")


def _type_of(data: bytes) -> str:
    """Return the type that the first bytes show; a name or a claimed type is never asked."""
    try:
        return puremagic.from_string(data, mime=True)
    except (puremagic.PureError, ValueError):
        return ""


def _written_anew(data: bytes) -> bytes:
    """Return the pages of a PDF as a new file, made by a process that a hostile file can't leave."""
    end = data.rfind(b"%%EOF")
    glued = end < 0 or len(data[end + 5 :].strip()) > 0 or len(data) - end > _LONGEST_TAIL
    if not data.startswith(b"%PDF-") or glued:
        raise _refused("file_damaged")
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(Path(pdf_anew.__file__))],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PDF_SECONDS,
            env={},
        )
    except subprocess.TimeoutExpired:
        raise _refused("pdf_long") from None
    if done.returncode != 0:
        raise _refused(_WHY_NOT.get(done.returncode, "file_damaged"))
    if len(done.stdout) > MAX_BYTES:
        raise Refused("file_large", "The file must be 10 MB or smaller", field="file")
    return done.stdout


def _refused(code: str) -> Refused:
    return Refused(code, _WORDS[code], field="file")


def _drawn_anew(data: bytes, media_type: str) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[_PICTURES[media_type]]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise Refused(
                        "picture_large", "The picture has too many pixels. Make it smaller", field="file"
                    )
                upright = ImageOps.exif_transpose(picture)
                drawn = upright.convert("RGB" if media_type == JPEG else _png_mode(upright.mode))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("file_damaged", "This picture can't be opened. Save it again", field="file") from None
    drawn.info.clear()
    out = io.BytesIO()
    drawn.save(out, format=_PICTURES[media_type], **({"quality": 90} if media_type == JPEG else {}))
    if out.tell() > MAX_BYTES:
        raise Refused("file_large", "The file must be 10 MB or smaller", field="file")
    return out.getvalue()


def _png_mode(mode: str) -> str:
    return mode if mode in ("1", "L", "LA", "RGB", "RGBA") else "RGBA"
