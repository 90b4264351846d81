"""Calls to begin with: the templates, and a new scheme from one of them."""

from ..core.message import msg
from ..report.render.language import words
from ..tables.start import QUESTIONS, TEMPLATES, start_scheme, usual_answers
from .asked import Answer, CallData


def templates(asked: CallData) -> Answer:
    """List the templates, and what each asks with its usual answers."""
    found = [
        {
            "name": known.name,
            "about": words(msg(known.about), asked.lang),
            "usual": usual_answers(known.name, asked.lang),
        }
        for known in TEMPLATES
    ]
    questions = {key: words(msg(text), asked.lang) for key, text in QUESTIONS.items()}
    return {"templates": found, "questions": questions}


def new(asked: CallData) -> Answer:
    """Write a new draft from a template and answers. SchemeError says which answer does not fit."""
    answers = {key: str(value) for key, value in (asked.given.get("answers") or {}).items()}
    return {"text": start_scheme(asked.text("template"), answers, asked.lang)}
