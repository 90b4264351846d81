"""Tables of indicators -> draft schemes, and schemes -> the table to be posted.

`files` opens a table, `table` finds its headings, `phrase` reads a cell, `assemble` puts the
draft together; `posting` goes the other way. Every cell's fate is told.
"""

from .assemble import draft_scheme
from .draft import CellFate, CellReading, Draft, DraftPart, Note
from .files import read_sheets
from .head import Answers
from .posted_ladders import say_level
from .posted_rows import PostedRow
from .posting import Posting, post_scheme, say_formula_of, say_reward_of
from .rule_wording import say_step
from .word import WordTables

__all__ = [
    "Answers",
    "CellFate",
    "CellReading",
    "Draft",
    "DraftPart",
    "Note",
    "PostedRow",
    "Posting",
    "WordTables",
    "draft_scheme",
    "post_scheme",
    "read_sheets",
    "say_formula_of",
    "say_level",
    "say_reward_of",
    "say_step",
]
