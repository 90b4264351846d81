"""A sheet of cells as its author sees them, from any kind of file."""

from dataclasses import dataclass

from ..core.problem import Place, Problem


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as its author sees it, or several merged cells.

    `figure` is the number alone if the format adds words: 5 of `5分`.
    """

    text: str
    row: int
    column: int
    last_row: int
    last_column: int
    figure: str = ""

    @property
    def address(self) -> str:
        """The address of the cell: `C5`."""
        return f"{column_letters(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its filled cells by row and column; merged cells are one cell.

    `open_workbook` also returns hidden cells and marks them here: a hidden sheet, hidden (or
    filtered) rows and columns, struck-out cells. `problems` are those of single cells.
    """

    name: str
    cells: tuple[Cell, ...]
    problems: tuple[Problem, ...] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    struck: frozenset[tuple[int, int]] = frozenset()
    partly_struck: frozenset[tuple[int, int]] = frozenset()

    def place(self, file: str, cell: Cell) -> Place:
        """Return the place of a cell as its program names it (above row 1: by the sheet)."""
        address = cell.address if cell.row > 0 else ""
        named = "!".join(part for part in (self.name, address) if part)
        return Place(file, cell.row, cell.column, 1, named)


def column_letters(number: int) -> str:
    """Return the letters of a column: 1 is A, 28 is AB."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def covered(cells: tuple[Cell, ...]) -> int:
    """Count the places that cells cover; overlaps are counted again."""
    bottom = max((cell.row for cell in cells), default=0)
    right = max((cell.column for cell in cells), default=0)
    return sum(
        (min(cell.last_row, bottom) - cell.row + 1)
        * (min(cell.last_column, right) - cell.column + 1)
        for cell in cells
    )
