"""Whether a file is what its name says: the beginning of it, and for office files their list.

A name and a type are what whoever sends a file says of it. A web page that is called a PDF must not
be kept, even though nothing of ours would show it as a page.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from functools import partial
from typing import Any

ABOUT = 4096  # how much of its beginning says what a text is

_MARKUP = re.compile(
    rb"\s*<(!doctype|html|head|body|script|svg|iframe|\?xml|!--|[a-z]+[\s>])", re.IGNORECASE
)


def is_what_it_says(extension: str, file: Any) -> bool:
    """Return whether the content goes with the extension (without its dot, in lower case).

    The file is left at its beginning. An extension that nobody described here is refused.
    """
    known = _KINDS.get(extension)
    if known is None:
        return False
    file.seek(0)
    try:
        return known(file)
    finally:
        file.seek(0)


def _pdf(file: Any) -> bool:
    # At the very beginning: readers look further, and so do those who hide a page before it.
    return file.read(5) == b"%PDF-"


def _text(file: Any) -> bool:
    start = file.read(ABOUT)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = start.decode("utf-16", "replace").encode()
    start = start.removeprefix(b"\xef\xbb\xbf")
    return b"\0" not in start and not _MARKUP.match(start)


def _captions(file: Any) -> bool:
    return file.read(ABOUT).removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT")


def _mp4(file: Any) -> bool:
    # A box says its size, then what it is; that of the kind of file comes first.
    return file.read(8)[4:] == b"ftyp"


def _webm(file: Any) -> bool:
    start = file.read(ABOUT)
    return start.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in start


def _zipped(file: Any, check: Callable[[zipfile.ZipFile], bool]) -> bool:
    if file.read(4) != b"PK\x03\x04":
        return False
    try:
        with zipfile.ZipFile(file) as archive:
            return check(archive)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, OSError, RuntimeError, ValueError):
        return False


def _microsoft(folder: str, file: Any) -> bool:
    return _zipped(file, lambda archive: any(n.startswith(folder) for n in archive.namelist()))


def _open_document(kind: str, file: Any) -> bool:
    wanted = f"application/vnd.oasis.opendocument.{kind}".encode()

    def says_so(archive: zipfile.ZipFile) -> bool:
        with archive.open("mimetype") as said:
            return said.read(100).strip() == wanted

    return _zipped(file, says_so)


_KINDS: dict[str, Callable[[Any], bool]] = {
    "pdf": _pdf,
    "csv": _text,
    "txt": _text,
    "vtt": _captions,
    "mp4": _mp4,
    "webm": _webm,
    "docx": partial(_microsoft, "word/"),
    "xlsx": partial(_microsoft, "xl/"),
    "pptx": partial(_microsoft, "ppt/"),
    "odt": partial(_open_document, "text"),
    "ods": partial(_open_document, "spreadsheet"),
    "odp": partial(_open_document, "presentation"),
}
