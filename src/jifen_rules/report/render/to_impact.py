"""The impact of a change on a village: CSV for a spreadsheet, JSON, and words of its tables."""

import csv
import io
from collections.abc import Mapping
from decimal import Decimal
from itertools import chain
from typing import Final

from ...analysis.change import Impact, Side
from ...core.message import N_, Message, Value, msg
from ...core.terms import plain
from ...inputs.roster import Roster
from ...trace.entry import ADMITTED, Entry
from ..explain import REFUSED_AS
from .language import Language, translate, words
from .to_csv import cell_text
from .to_diff import say_change
from .to_json import to_json

BANDS: Final[Mapping[str, str]] = {
    "1": N_("lowest quarter"),
    "2": N_("second quarter"),
    "3": N_("third quarter"),
    "4": N_("highest quarter"),
    "": N_("no score before"),
}
"""Quarters of the board as it was, by the names that `Impact.by_band` gives them."""
NOBODY: Final = N_(
    "nobody has a score by {date} under either scheme: no event counts, and no roster says who is "
    "scored"
)


def part_names(impact: Impact) -> Mapping[str, str]:
    """Return the names of ladders, rewards and indicators, by id.

    A newer version has precedence.
    """
    files = chain.from_iterable((pair.old, pair.new) for pair in impact.diff.pairs)
    schemes = [file.scheme for file in files if file is not None]
    parts = {part.key: part.label for one in schemes for part in (*one.tiers, *one.rewards)}
    return parts | {item.key: item.label for one in schemes for _, _, item in one.walk()}


def say_outcome(entry: Entry | None) -> Value:
    """Say briefly the outcome of an event under one of the schemes."""
    if entry is None:
        return "—"
    return msg(N_("counts") if entry.outcome in ADMITTED else REFUSED_AS[entry.outcome])


def say_made_up(seed: int) -> Message:
    """Say that events were made up, and what they cannot show."""
    text = N_(
        "The events are made up (seed {seed}), each indicator equally often: they show what the "
        "rules can do, not what happens in a village."
    )
    return msg(text, seed=str(seed))


def total_of(side: Side) -> str:
    """Write the total of a side, a dash where there is no score."""
    return plain(side.figures["total"]) if "total" in side.figures else "-"


def impact_csv(impact: Impact, roster: Roster | None, language: Language = "en") -> str:
    """Write a row for each subject and period: totals, levels, places, and what each change did.

    It begins with a byte order mark, so that spreadsheets read its Chinese.
    """
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text, lineterminator="\n")
    own = (N_("subject"), N_("name"), N_("period"), N_("before"), N_("after"), N_("difference"))
    heads = [translate(head, language) for head in own]
    sides = (translate(N_("before"), language), translate(N_("after"), language))
    places = [f"{translate(N_('place'), language)} {side}" for side in sides]
    ladders = [f"{ladder} {side}" for ladder in impact.ladders for side in sides]
    changes = [words(say_change(change), language) for change in impact.changes]
    last = translate(N_("only together"), language)
    writer.writerow([*heads, *places, *map(cell_text, (*ladders, *changes)), last])
    for row in impact.rows:
        name = roster.name(row.subject) if roster is not None else row.subject
        levels = [
            cell_text(side.levels.get(ladder, ""))
            for ladder in impact.ladders
            for side in (row.before, row.after)
        ]
        writer.writerow(
            [
                cell_text(row.subject),
                cell_text(name),
                row.period.label,
                total_of(row.before),
                total_of(row.after),
                plain(row.change_of()),
                row.before.place,
                row.after.place,
                *levels,
                *(plain(part.get("total", Decimal(0))) for part in row.parts),
                plain(row.together.get("total", Decimal(0))),
            ]
        )
    return text.getvalue()


def impact_json(impact: Impact, language: Language = "en") -> str:
    """Write everything: the changes, each row with both sides and parts, entries that differ."""
    return to_json(impact.to_dict(language))
