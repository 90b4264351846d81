"""Reasons to refuse a row, common to the readers of events, rosters and calendars.

Contains messages only; `render` turns them into sentences.
"""

from typing import Final

from ..core.message import N_

NOT_A_ROW: Final = N_("the line is no row")
NOT_AN_OBJECT: Final = N_(
    "the line is no row: a file of JSON has one object in each line, and no list around them"
)
OPEN_QUOTE: Final = N_("a quotation mark is opened and not closed, or stands where none may")
DAMAGED: Final = N_("the row holds damaged bytes")
TOO_MANY: Final = N_("the row has more cells than there are headings")
TWICE: Final = N_("two headings say the same column, and the row fills both")
NO_HEADING: Final = N_("a cell stands under no heading")
NO_HEADINGS: Final = N_("the row stands where the headings should, and none of its words is one")
NO_ID: Final = N_("the row has no id")
NO_DATE: Final = N_("a date of the row cannot be read")
NO_YEAR: Final = N_(
    "a date of the row has no year: write it there, or in a title above the headings"
)
NO_NUMBER: Final = N_("a number of the row cannot be read")
NO_WORD: Final = N_("a word of the row is a list or mapping")
NO_SIGN: Final = N_("a name of the row holds damaged signs")
