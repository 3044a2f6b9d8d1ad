"""Writes a PDF anew with its pages alone; run as a process of its own, with little memory and time.

What nobody meant to send (another version, a second file, who wrote it) is not written again. What acts
when it is opened (scripts, programs, forms that send, files within, media) is refused, so that the sender
learns of it. Reads the file from standard input and writes the new one to standard output; the exit status
says why not. No Django here: whatever a hostile file does, it does it to this process.
"""

import io
import logging
import resource
import sys
from collections.abc import Iterator
from typing import Any

DAMAGED, ACTIVE, LOCKED, LONG = 3, 4, 5, 6
MOST_PAGES = 500
MOST_OBJECTS = 200_000
SECONDS, MEMORY = 10, 1024**3

_ACTIVE_KEYS = frozenset(
    ("/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent", "/RichMediaSettings", "/AF")
)
_ACTIONS = frozenset(
    ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie",
     "/Sound", "/GoTo3DView", "/RichMediaExecute")
)  # fmt: skip
_MEDIA = frozenset(("/RichMedia", "/Movie", "/Sound", "/Screen", "/3D", "/FileAttachment"))
_KEPT_OF_THE_ROOT = frozenset(("/Type", "/Pages", "/AcroForm", "/Lang"))
_DROPPED_OF_A_PAGE = ("/AA", "/Metadata", "/PieceInfo", "/LastModified")


class _Stop(Exception):
    """The file is not taken; the status says why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def _objects(start: Any) -> Iterator[Any]:
    """Yield every dictionary that is reachable from `start`, each once."""
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

    waiting, seen, count = [start], set(), 0
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            if one.idnum in seen:
                continue
            seen.add(one.idnum)
            one = one.get_object()
        count += 1
        if count > MOST_OBJECTS:
            raise _Stop(LONG)
        if isinstance(one, DictionaryObject):
            yield one
            waiting.extend(one.raw_get(key) for key in one)
        elif isinstance(one, ArrayObject):
            waiting.extend(list.__iter__(one))


def _refuse_active(root: Any) -> None:
    """Stop at anything that would act when the file is opened or clicked."""
    for one in _objects(root):
        if not _ACTIVE_KEYS.isdisjoint(one.keys()):
            raise _Stop(ACTIVE)
        if str(one.get("/S", "")) in _ACTIONS or str(one.get("/Subtype", "")) in _MEDIA:
            raise _Stop(ACTIVE)


def written_anew(data: bytes) -> bytes:
    """Return the pages of a PDF as a new file. Raises _Stop, and whatever pypdf raises at a damaged one."""
    from pypdf import PdfReader, PdfWriter

    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        raise _Stop(LOCKED)
    root = reader.trailer["/Root"].get_object()
    _refuse_active(root)
    pages = len(reader.pages)
    if not pages:
        raise _Stop(DAMAGED)
    if pages > MOST_PAGES:
        raise _Stop(LONG)
    writer = PdfWriter(clone_from=reader)
    for key in [key for key in writer.root_object if key not in _KEPT_OF_THE_ROOT]:
        del writer.root_object[key]
    for page in writer.pages:
        for key in _DROPPED_OF_A_PAGE:
            page.pop(key, None)
    writer.metadata = None
    writer.compress_identical_objects(remove_duplicates=False, remove_unreferenced=True)
    out = io.BytesIO()
    writer.write(out)
    again = PdfReader(io.BytesIO(out.getvalue()))
    _refuse_active(again.trailer["/Root"].get_object())
    if len(again.pages) != pages:
        raise _Stop(DAMAGED)
    return out.getvalue()


def main() -> int:
    """Read, write anew, and return the exit status."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    logging.disable()
    try:
        result = written_anew(sys.stdin.buffer.read())
    except _Stop as stop:
        return stop.status
    except Exception:  # noqa: BLE001 - whatever a hostile file provokes, it is a damaged file
        return DAMAGED
    sys.stdout.buffer.write(result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
