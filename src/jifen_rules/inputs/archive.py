"""Check of zipped Office files: their unpacked size is limited before anything is read."""

from dataclasses import dataclass
from typing import Final
from zipfile import BadZipFile, ZipFile

from ..core.message import N_

MAX_RATIO: Final = 100
"""Maximum ratio of unpacked to packed size, for parts of more than a megabyte."""
OLD_EXCEL: Final = bytes.fromhex("D0CF11E0A1B11AE1")
"""The first bytes of an .xls file, and of any Office file with a password."""
OFFICE: Final = b"PK"
"""The first bytes of an .xlsx or .docx file."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of an unpacked file: bytes of text, cells and rows of all sheets.

    Gaps between rows count as rows; an Excel sheet has at most 1,048,576.
    """

    bytes: int = 400_000_000
    cells: int = 20_000_000
    rows: int = 1_048_576


USUAL_LIMITS: Final = Limits()


class TooLarge(Exception):
    """The unpacked file is larger than its limit."""

    def __init__(self, limit: int, what: str) -> None:
        super().__init__(what)
        self.limit, self.what = limit, what


def check_archive(archive: ZipFile, limits: Limits) -> None:
    """Refuse an archive whose unpacked parts exceed the limits.

    TooLarge, or BadZipFile where a part declares XML entities, which no office program writes.
    """
    parts = archive.infolist()
    if sum(part.file_size for part in parts if not _is_picture(part.filename)) > limits.bytes:
        raise TooLarge(limits.bytes, N_("bytes"))
    for part in parts:
        if part.file_size > 1_000_000 and part.file_size > MAX_RATIO * part.compress_size:
            raise TooLarge(MAX_RATIO * part.compress_size, N_("bytes"))
    for part in parts:
        if _is_picture(part.filename):
            continue
        text = archive.read(part).replace(b"\0", b"")
        starts = text[:2] in (b"\xff\xfe", b"\xfe\xff") or text.lstrip()[:1] in (b"<", b"\xef")
        if starts and (b"<!DOCTYPE" in text or b"<!ENTITY" in text):
            raise BadZipFile(f"{part.filename} declares entities")


def _is_picture(name: str) -> bool:
    return "/media/" in name and name.lower().endswith(_PICTURES)


_PICTURES = (
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".bmp",
    ".emf",
    ".wmf",
    ".tif",
    ".tiff",
    ".svg",
    ".webp",
)
