"""A file, read in blocks -> text in the encoding that its bytes indicate.

Damaged bytes stay recognizable. Knows nothing of rows.
"""

import codecs
import io
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from ..core.faults import FAULTS
from ..core.message import N_, Value, msg
from ..core.problem import EventError, Place, Problem

MAX_LINE = 1_000_000
BLOCK = 1 << 16
"""Size of a block of a file, and so the memory used besides the content."""

# --- a file, so much at a time ------------------------------------------------------------------

MAX_PIPE: Final = 400_000_000
"""Maximum size of a source that can be read only once."""


@contextmanager
def open_source(source: Path | BinaryIO) -> Iterator[BinaryIO]:
    """Open a file that can be read twice. A device that never ends is no file (OSError)."""
    if not isinstance(source, Path):
        yield source if source.seekable() else _held(source, "-")
        return
    with source.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        is_device = (stat.S_ISCHR(mode) or stat.S_ISBLK(mode)) and not file.isatty()
        if is_device and not os.path.samefile(source, os.devnull):
            raise OSError(22, "no file", str(source))
        yield file if stat.S_ISREG(mode) else _held(file, str(source))


def _held(file: BinaryIO, name: str) -> BinaryIO:
    data = file.read(MAX_PIPE + 1)
    if len(data) > MAX_PIPE:
        values: dict[str, Value] = {"limit": str(MAX_PIPE), "what": msg(N_("bytes"))}
        raise EventError([Problem(FAULTS["table-too-large"], Place(name), values)])
    return io.BytesIO(data)


def read_blocks(file: BinaryIO) -> Iterator[bytes]:
    """Yield blocks of whole lines, except in UTF-16.

    In the other encodings, no character contains the byte of a line end.
    """
    while block := file.read(BLOCK):
        yield block + file.readline()


def read_texts(file: BinaryIO, encoding: str) -> Iterator[str]:
    """Return the text of a file, in whole lines.

    A damaged byte is half a surrogate, which no text has.
    """
    if encoding.startswith("utf-16"):
        yield from _wide_texts(file, encoding)
        return
    for block in read_blocks(file):
        yield _decoded(block, encoding)
        encoding = encoding.removesuffix("-sig")


def _wide_texts(file: BinaryIO, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("jifen.damaged")
    rest = ""
    while block := file.read(BLOCK):
        rest += decoder.decode(block)
        whole, newline, rest = rest.rpartition("\n")
        if newline:
            yield whole + newline
    if rest := rest + decoder.decode(b"", True):
        yield rest


def _damaged(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return "\udcff" * (error.end - error.start), error.end


codecs.register_error("jifen.damaged", _damaged)


def _decoded(block: bytes, encoding: str) -> str:
    """Decode up to half a sign at the end, which costs nothing that stands after it."""
    try:
        return block.decode(encoding)
    except UnicodeDecodeError:
        return (block + _ENDS).decode(encoding, "jifen.damaged").removesuffix(_ENDS.decode())


SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_ENDS = b"\n\n\n"
"""As many as a sign of four bytes may lack, and none of them part of a sign."""
_HURT = re.compile("[\ud800-\udfff\0\ufffd]")
_HALF = re.compile("[\ud800-\udfff]")


def looks_hurt(text: str) -> bool:
    """Tell whether a long text contains damage."""
    return "\udcff" in text or "\ufffd" in text or "\0" in text


def is_damaged(text: str) -> bool:
    """Tell whether a text was made of damaged bytes, or contains signs of earlier damage."""
    return _HURT.search(text) is not None


def shown(text: str) -> str:
    """Return a possibly damaged text in printable form."""
    return _HALF.sub("\ufffd", text)


def put_before(first: str, rest: Iterable[str]) -> Iterator[str]:
    """Yield a text that was already read, then the rest."""
    if first:
        yield first
    yield from rest


# --- encodings ----------------------------------------------------------------------------------

_WIDE = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]+")


def find_encoding(blocks: Iterable[bytes]) -> str:
    """Return the encoding of a whole file, by its bytes: UTF-8, UTF-16 or GB18030.

    A damaged byte is evidence against UTF-8, every valid letter is evidence for it.
    """
    even = odd = size = letters = wrong = pairs = 0
    chinese = True
    for number, block in enumerate(blocks):
        if not number and block[:2] in _WIDE:
            return "utf-16"
        if b"\0" in block:
            lone = block if size % 2 == 0 else b"\1" + block
            even, odd = even + lone[::2].count(0), odd + lone[1::2].count(0)
        size += len(block)
        if block.isascii():
            continue
        if not number:
            block = block.removeprefix(codecs.BOM_UTF8)
        try:
            block.decode("utf-8")
        except UnicodeDecodeError:
            found = _LETTER.findall(block)
            long = sum(len(letter) > 2 for letter in found)
            letters, pairs = letters + long, pairs + len(found) - long
            wrong += _count(block, _HIGH_BYTES) - sum(map(len, found))
        else:
            letters, pairs = letters + _count(block, _LONG), pairs + _count(block, _SHORT)
        chinese = chinese and not letters and _is_gb2312(block)
    if (even or odd) and min(even, odd) * 20 <= max(even, odd) and max(even, odd) * 20 >= size:
        return "utf-16-be" if even > odd else "utf-16-le"
    if wrong > letters + pairs // 4 or (not letters and pairs and chinese):
        return "gb18030"
    return "utf-8-sig"


_HIGH_BYTES, _LONG, _SHORT = (
    bytes(range(128, 256)),
    bytes(range(0xE0, 0xF5)),
    bytes(range(0xC2, 0xE0)),
)


def _count(block: bytes, some: bytes) -> int:
    """Count the bytes of a block that are in a set."""
    return len(block) - len(block.translate(None, some))


def _is_gb2312(block: bytes) -> bool:
    """Tell whether all non-ASCII text is words of two or more Chinese characters of GB2312."""
    if any(len(run) < 4 or len(run) % 2 for run in _HIGH.findall(block)):
        return False
    try:
        block.decode("gb2312")
    except UnicodeDecodeError:
        return False
    return True
