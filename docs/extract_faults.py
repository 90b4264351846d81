"""The messages of `faults.txt`, for the message catalogs: `make messages` reads them with this."""

from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO


def extract_faults(
    file: BinaryIO, keywords: Mapping[str, object], tags: Sequence[str], options: Mapping[str, str]
) -> Iterator[tuple[int, None, str, list[str]]]:
    """Yield each sentence and remedy with its line, as Babel asks for them."""
    for number, line in enumerate(file.read().decode("utf-8").splitlines(), 1):
        if line.startswith("  "):
            yield number, None, line.strip(), []
