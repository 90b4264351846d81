"""Scores as CSV, one row for each subject and period, for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Mapping
from decimal import Decimal

from ...core.message import N_
from ...core.terms import plain
from ...inputs.roster import Roster
from ...trace.entry import Result, Standing
from .language import Language, translate


def render_csv(result: Result, roster: Roster | None = None, language: Language = "en") -> str:
    """Write subject, name, period, base, total, then each ladder, category and ledger by its id.

    It begins with a byte order mark, so that spreadsheets read its Chinese; what they would run as
    a formula is text. Where the scheme's figures are invented, a last column says so in every row.
    """
    scores = result.scores
    ladders = _ids(score.tiers for score in scores)
    categories = _ids(score.categories for score in scores)
    ledgers = _ids(score.ledgers for score in scores)
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text, lineterminator="\n")
    marked = [N_("illustrative")] if result.illustrative else []
    own = [N_("subject"), N_("name"), N_("period"), N_("base"), N_("total")]
    ids = [*ladders, *categories, *ledgers]
    heads = [translate(head, language) for head in own]
    writer.writerow([*heads, *map(cell_text, ids), *(translate(mark, language) for mark in marked)])
    for score in scores:
        name = roster.name(score.subject) if roster is not None else score.subject
        writer.writerow(
            [
                cell_text(score.subject),
                cell_text(name),
                score.period.label,
                plain(score.base),
                plain(score.total),
                *(_level(score.tiers.get(key)) for key in ladders),
                *(_figure(score.categories.get(key)) for key in categories),
                *(_figure(score.ledgers.get(key)) for key in ledgers),
                *(translate(N_("yes"), language) for _ in marked),
            ]
        )
    return text.getvalue()


def _level(standing: Standing | None) -> str:
    """Return the level of a ladder; nothing for who is not on it."""
    return cell_text(standing.level or "") if standing is not None else ""


def _figure(figure: Decimal | None) -> str:
    """Return a figure; nothing for who has none, as a household has none of its group's."""
    return plain(figure) if figure is not None else ""


def cell_text(word: str) -> str:
    """Return a word as a spreadsheet keeps it: one that begins like a formula becomes text."""
    return f"'{word}" if word[:1] in ("=", "+", "-", "@", "\t", "\r") else word


def _ids(tables: Iterable[Mapping[str, object]]) -> list[str]:
    """Return every id, in the order in which they first stand."""
    return list(dict.fromkeys(key for table in tables for key in table))
