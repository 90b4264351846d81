"""A sheet of cells as its author sees them, from whichever kind of file."""

from dataclasses import dataclass

from ..core.problem import Place, Problem


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as its author sees it; where cells are joined, the whole of them.

    `figure` is the number alone where the format puts words around it: 5 of `5分`.
    """

    text: str
    row: int
    column: int
    last_row: int
    last_column: int
    figure: str = ""

    @property
    def address(self) -> str:
        """Its name: `C5`."""
        return f"{column_letters(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its cells that hold something, by row and column; joined cells stand once.

    What nobody sees is among the cells of `open_workbook` and marked here: a hidden sheet, hidden
    (or filtered) rows and columns, cells that are struck out. `problems` are those of single cells.
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
    """Name a column: 1 is A, 28 is AB."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def covered(cells: tuple[Cell, ...]) -> int:
    """How many places cells cover, joined ones as far as the sheet goes; overlaps count anew."""
    bottom = max((cell.row for cell in cells), default=0)
    right = max((cell.column for cell in cells), default=0)
    return sum(
        (min(cell.last_row, bottom) - cell.row + 1)
        * (min(cell.last_column, right) - cell.column + 1)
        for cell in cells
    )
