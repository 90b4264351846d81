"""A workbook -> the bytes of its file."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl import Workbook


def workbook_bytes(book: "Workbook") -> bytes:
    """Return the bytes of a workbook. OSError where its temporary files cannot be written."""
    data = io.BytesIO()
    with temporary_files():
        book.save(data)
    return data.getvalue()


@contextmanager
def temporary_files() -> Iterator[None]:
    """Give an OSError where openpyxl cannot write the files in which it keeps sheets.

    Where the disk is full, lxml says it in an error of its own.
    """
    try:
        yield
    except Exception as error:
        if type(error).__name__ != "SerialisationError":
            raise
        raise OSError(f"a temporary file: {error}") from None
