"""Calls about tables: a village's table becomes a draft, a draft a table or a workbook."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from ..core.message import N_, Message, SaidError, msg
from ..core.problem import Problem, SchemeError
from ..report.pages import build_event_book
from ..report.pages.event_book_xlsx import event_book_xlsx
from ..report.render.language import words
from ..report.render.to_draft import draft_data, render_cells, render_draft
from ..report.render.to_marked import render_marked
from ..report.render.to_posting import posting_csv, posting_markdown, posting_xlsx
from ..tables import BY_OPTION, Answers, draft_scheme, post_scheme
from .asked import Answer, CallData, packed

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def import_(asked: CallData) -> Answer:
    """Turn a table into a draft, and tell what became of each cell."""
    table = Path(asked.text("table"))
    draft, problems = draft_scheme(table, Answers(date.fromisoformat(asked.text("today"))))
    if draft is None:
        raise SchemeError(problems)
    draft = replace(draft, problems=tuple(map(_for_the_page, draft.problems)))
    return {
        "text": render_draft(draft, asked.lang, asked.lang),
        "report": render_cells(draft, asked.lang, asked.lang),
        "unread": draft.unread,
        **draft_data(draft, asked.lang),
    }


def _for_the_page(problem: Problem) -> Problem:
    """Name the file without the folder it was put down in, and no option of the command."""
    values, hint = problem.values, problem.values.get("hint")
    if isinstance(hint, Message) and hint.template in BY_OPTION.values():
        values = {
            **values,
            "hint": msg(N_("if the village has it otherwise, change it in the draft")),
        }
    place = problem.place._replace(file=Path(problem.place.file).name)
    return replace(problem, place=place, values=values)


def marked(asked: CallData) -> Answer:
    """Give a copy of the table, its cells coloured by what became of them."""
    table = Path(asked.text("table"))
    draft, problems = draft_scheme(table, Answers(date.fromisoformat(asked.text("today"))))
    if draft is None:
        raise SchemeError(problems)
    data = render_marked(draft, table, asked.lang)
    ending = words(msg(N_("checked")), asked.lang)
    return packed(f"{table.stem}-{ending}.xlsx", XLSX, data)


def export(asked: CallData) -> Answer:
    """Write the draft as the table to be posted."""
    posting, form = post_scheme(asked.scheme()), asked.text("format")
    name = f"{Path(asked.file).stem}.{form}"
    match form:
        case "md":
            return packed(name, "text/markdown", posting_markdown(posting, asked.lang).encode())
        case "csv":
            return packed(name, "text/csv", posting_csv(posting, asked.lang).encode())
        case "xlsx":
            return packed(name, XLSX, posting_xlsx(posting, asked.lang))
    raise SaidError(msg(N_("'{ending}' is no kind of table"), ending=form))


def ledger(asked: CallData) -> Answer:
    """Write the empty workbook for events of the draft."""
    scheme = asked.scheme()
    book = build_event_book(scheme, asked.roster([scheme]))
    title = words(msg(N_("records")), asked.lang)
    return packed(f"{title}.xlsx", XLSX, event_book_xlsx(book, asked.lang))
