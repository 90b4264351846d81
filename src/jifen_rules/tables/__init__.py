"""Tables of indicators -> draft schemes, and schemes -> the table to be posted.

`files` opens a table, `table` finds its headings, `phrase` reads a cell, `assemble` puts the
draft together; `posting` goes the other way. Every cell's fate is told.
"""

from .posting.posted_ladders import say_level
from .posting.posted_rows import PostedRow
from .posting.posting import Posting, post_scheme, say_formula_of, say_reward_of
from .posting.rule_wording import say_step
from .reading.assemble import draft_scheme
from .reading.draft import CellFate, CellReading, Draft, DraftPart, Note
from .reading.files import read_sheets
from .reading.head import BY_OPTION, Answers
from .reading.word import WordTables

__all__ = [
    "BY_OPTION",
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
