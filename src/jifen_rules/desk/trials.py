"""Calls that try a draft with events: rows, everybody's scores, a statement, the report."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from ..core.message import Value
from ..core.terms import plain
from ..report.evaluated import Evaluated, EvaluationView, evaluate_read
from ..report.explain import Explainer
from ..report.pages import Page, Paper, build_event_book, build_report
from ..report.pages.to_html import html_blocks
from ..report.pages.to_text_files import csv_blocks
from ..report.pages.to_xlsx import xlsx_report
from ..report.render.language import Language, words
from .asked import Answer, CallData, packed
from .tables import XLSX


@dataclass(slots=True)
class _Last:
    """What was evaluated last: statements and reports are about it."""

    done: Evaluated | None = None


_LAST = _Last()


def book(asked: CallData) -> Answer:
    """Give the columns that a row may have, with their words, and the indicators to choose from."""
    scheme = asked.scheme()
    made = build_event_book(scheme, asked.roster([scheme]))
    columns = [
        {
            "name": column.name,
            "heading": words(column.heading, asked.lang),
            "about": words(column.about, asked.lang),
            "kind": column.kind,
            "words": _all(column.words, asked.lang),
            "by_deed": {deed: list(own) for deed, own in column.by_deed},
            "is_open": column.is_open,
            "is_required": column.is_required,
        }
        for column in made.columns
    ]
    deeds = [
        {
            "group": words(deed.group, asked.lang),
            "label": deed.label,
            "points": words(deed.points, asked.lang),
            "needs": list(deed.needs),
        }
        for deed in made.deeds
    ]
    return {"columns": columns, "deeds": deeds, "since": made.since.isoformat()}


def _all(values: Iterable[Value], language: Language) -> list[str]:
    return [words(value, language) for value in values]


def score(asked: CallData) -> Answer:
    """Evaluate the events: the last board, the digest, what a reader must know."""
    loaded = [asked.scheme()]
    people, read = asked.roster(loaded), asked.events(loaded)
    view = EvaluationView(asked.day("as_of"), asked.text("status"))
    done = _LAST.done = evaluate_read(loaded, people, read, view)
    explainer = Explainer(done.schemes, done.roster, done.result, places=False)
    boards = [
        {
            "period": board.period.label,
            "rows": [
                {
                    "place": place.place,
                    "subject": place.subject,
                    "name": explainer.name(place.subject),
                    "total": plain(place.total),
                }
                for place in board.places
            ],
        }
        for board in done.result.boards
    ]
    ladders = {one.key: one.label for file in done.schemes for one in file.scheme.tiers}
    levels = {
        f"{one.period.label} {one.subject}": {
            key: standing.level or "" for key, standing in one.tiers.items()
        }
        for one in done.result.scores
    }
    refused = [e for e in done.result.rejected if e.subject]
    return {
        "as_of": done.result.as_of.isoformat(),
        "digest": done.result.digest,
        "entries": len(done.result.entries),
        "boards": boards,
        "ladders": ladders,
        "levels": levels,
        "notes": _all(done.sentences(), asked.lang),
        "not_counted": [
            {
                "event": entry.event or "",
                "name": explainer.name(entry.subject),
                "sentence": words(explainer.wording.explain(entry).sentence, asked.lang),
            }
            for entry in refused
        ],
    }


def _done() -> Evaluated:
    if _LAST.done is None:
        raise RuntimeError("the page asks for a result before it has one")
    return _LAST.done


def statement(asked: CallData) -> Answer:
    """Give one subject's statement: each point with its reason."""
    done = _done()
    explainer = Explainer(done.schemes, done.roster, done.result)
    found = explainer.statement(asked.text("subject"), period=asked.text("period"))
    return found.to_dict(asked.lang)


def report(asked: CallData) -> Answer:
    """Make the board, or the pages of subjects, as the command makes them."""
    done = _done()
    made = build_report(
        done.schemes,
        done.roster,
        done.result,
        period=asked.text("period"),
        is_masked=asked.is_set("mask"),
    )
    paper = Paper(asked.text("paper") or "a4")
    wall: tuple[Page, ...] = () if asked.text("part") == "statements" else made.wall
    pages = made.statements if asked.text("part") == "statements" else iter(())
    form = asked.text("format") or "html"
    if form == "xlsx":
        data = xlsx_report(made.title, wall, pages, asked.lang, paper)
        return packed(f"{words(made.title, asked.lang)}.xlsx", XLSX, data)
    if form == "csv":
        data = b"".join(csv_blocks(chain(wall, pages), asked.lang))
        return packed(f"{words(made.title, asked.lang)}.csv", "text/csv", data)
    html = b"".join(html_blocks(made.title, chain(wall, pages), asked.lang, paper)).decode()
    return {"html": html, "title": words(made.title, asked.lang)}
