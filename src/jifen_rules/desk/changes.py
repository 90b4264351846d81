"""Calls that compare two drafts: what changed in meaning, and who gains and loses by it."""

from itertools import chain

from ..analysis.change import diff_schemes, measure_impact
from ..core.terms import add_length
from ..core.vocabulary import STEPS, english
from ..inputs.enrolment import read_roster
from ..report.evaluated import default_day
from ..report.pages import Paper, build_impact_report
from ..report.pages.to_html import html_blocks
from ..report.render.language import words
from ..report.render.to_diff import say_change, say_tendency
from ..scheme.model import SchemeFile
from ..session.binding import declared_fields
from .asked import Answer, CallData

TOP = 20
"""So many subjects stand on the page of an impact, as with the command."""


def _sides(asked: CallData) -> tuple[SchemeFile, SchemeFile]:
    return asked.scheme("old", "old_file"), asked.scheme()


def diff(asked: CallData) -> Answer:
    """List what changed between two drafts."""
    found = diff_schemes(*_sides(asked))
    changes = [
        {
            "kind": change.kind,
            "sentence": words(say_change(change), asked.lang),
            "tendency": words(say_tendency(change), asked.lang),
            "old_line": change.old_place.line if change.old_place else 0,
            "line": change.new_place.line if change.new_place else 0,
        }
        for change in found.changes
    ]
    return {"changes": changes}


def impact(asked: CallData) -> Answer:
    """Measure what the change does to the subjects of the events.

    Without events, some are made up for the roster.
    """
    both = old, new = _sides(asked)
    path = asked.path("roster")
    people = read_roster(path, declared_fields(both, "subject")) if path is not None else None
    has_events = asked.path("events") is not None or bool(asked.given.get("rows"))
    read = asked.events([*both]) if has_events else None
    day = asked.day("as_of")
    if day is None and read is not None:
        day = default_day(read.events, [old])[0]
    found = measure_impact(
        old,
        new,
        people,
        (*read.events, *read.refused) if read is not None else None,
        day or add_length(old.scheme.effective_from, 364, "day"),
        status=english(STEPS, asked.text("status")),
    )
    made = build_impact_report(found, people, most=TOP)
    pages = chain(made.wall)
    html = b"".join(html_blocks(made.title, pages, asked.lang, Paper.A4)).decode()
    return {
        "gainers": found.gainers,
        "losers": found.losers,
        "html": html,
        "title": words(made.title, asked.lang),
    }
