"""A workbook that was made -> the bytes of its file."""

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl import Workbook


def workbook_bytes(book: "Workbook") -> bytes:
    """Return the bytes of a workbook. OSError where its temporary files cannot be written.

    openpyxl keeps sheets in such files; where the disk is full, lxml says it in an error of its
    own.
    """
    data = io.BytesIO()
    try:
        book.save(data)
    except Exception as error:
        if type(error).__name__ != "SerialisationError":
            raise
        raise OSError(f"a temporary file: {error}") from None
    return data.getvalue()
