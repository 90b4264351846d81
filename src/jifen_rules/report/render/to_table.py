"""The board as a table on a terminal, by Rich; plain and uncoloured when piped."""

from collections.abc import Mapping

from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from ...core.message import N_, msg
from ...core.terms import plain
from ...core.values import visible
from ...inputs.roster import Roster
from ...trace.entry import Board, Result
from .language import Language, translate, words


def board_table(
    result: Result,
    board: Board,
    roster: Roster | None,
    ladders: Mapping[str, str],
    language: Language = "en",
    top: int = 0,
) -> Table:
    """Return one board: place, subject, total, and the level on each ladder (id to heading).

    `top` is the number of rows, and the number of further rows is stated; 0 shows all.
    """
    title = msg(N_("Board {period}"), period=board.period.label)
    table = Table(title=Text(words(title, language)), box=SIMPLE, title_justify="left")
    scores = {s.subject: s for s in result.scores if s.period == board.period}
    table.add_column(translate(N_("place"), language), justify="right")
    for heading in (translate(N_("subject"), language), translate(N_("name"), language)):
        table.add_column(Text(visible(heading)))
    table.add_column(translate(N_("total"), language), justify="right")
    for heading in ladders.values():
        table.add_column(Text(visible(heading)))
    shown = board.places[:top] if top else board.places
    for place in shown:
        tiers = scores[place.subject].tiers
        levels = [tiers[key].level or "-" for key in ladders]
        name = roster.name(place.subject) if roster is not None else place.subject
        table.add_row(
            *(
                Text(visible(word))
                for word in (str(place.place), place.subject, name, plain(place.total), *levels)
            )
        )
    if left := len(board.places) - len(shown):
        table.caption = words(msg(N_("and {count} more"), count=str(left)), language)
        table.caption_justify = "left"
    return table
