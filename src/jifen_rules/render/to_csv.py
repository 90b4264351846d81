"""Scores as CSV, one row for each subject and period, for a spreadsheet."""

import csv
import io

from ..entry import Result
from ..terms import plain


def render_csv(result: Result) -> str:
    """Write subject, period, base, total, then each ladder, category and ledger by its id.

    Where the scheme's figures are invented, a last column says so in every row.
    """
    scores = result.scores
    ladders, categories, ledgers = (
        list(dict.fromkeys(key for score in scores for key in getattr(score, part)))
        for part in ("tiers", "categories", "ledgers")
    )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    marked = ["illustrative"] if result.illustrative else []
    heading = ["subject", "period", "base", "total", *ladders, *categories, *ledgers, *marked]
    writer.writerow(heading)
    for score in scores:
        writer.writerow(
            [
                score.subject, score.period.label, plain(score.base), plain(score.total),
                *(score.tiers[key].level or "" for key in ladders),
                *(plain(score.categories[key]) for key in categories),
                *(plain(score.ledgers[key]) for key in ledgers),
                *("yes" for _ in marked),
            ]
        )  # fmt: skip
    return text.getvalue()
