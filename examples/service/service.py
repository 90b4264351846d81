"""A points service for one village: events in, points, statements and the board out.

Every command is a row of one table, with its answer: what was answered is never answered
otherwise, and a restart is a replay. Run it with

    SCHEME=scheme.yaml DATABASE=sqlite:///village.db uvicorn service:app
"""

import html
import json
import os
import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from threading import Lock
from typing import Annotated, Any, Literal

from fastapi import Body, FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse
from sqlalchemy import Column, Integer, MetaData, Table, Text, create_engine, insert, select

from jifen_rules import (
    Entry,
    SchemeError,
    explain_entry,
    explain_subject,
    load_scheme,
    start_session,
)

Lang = Literal["en", "zh"]
Data = dict[str, Any]
MOST = 1_000
"""How many events a request may have."""

METADATA = MetaData()
LOG = Table(
    "log",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("key", Text, unique=True, nullable=False),  # the idempotency key
    Column("command", Text, nullable=False),
    Column("answer", Text, nullable=False),
)


class Village:
    """The session, and the table that it can be replayed from."""

    def __init__(self, scheme: str, database: str) -> None:
        self._path, self._engine = scheme, create_engine(database)
        self._lock = Lock()
        METADATA.create_all(self._engine)
        self._replay()

    def _replay(self) -> None:
        """Begin anew and do every command of the table; the answers are there already."""
        self.scheme = load_scheme(self._path)
        self.session = start_session(
            self.scheme, as_of=self.scheme.scheme.effective_from, status="count"
        )
        with self._engine.connect() as connection:
            for (command,) in connection.execute(select(LOG.c.command).order_by(LOG.c.number)):
                self._do(json.loads(command))

    def _do(self, command: Data) -> tuple[Entry, ...]:
        match command:
            case {"event": row}:
                return self.session.add(row)
            case {"day": day}:
                today = date.fromisoformat(day)
                return self.session.move_to(today) + self.session.advance(today - timedelta(days=1))
            case {"rules": text}:
                scheme = load_scheme(self._path, text=text)
                journal = self.session.rebase(schemes=scheme)
                self.scheme = scheme
                return journal
        raise ValueError(f"no such command: {command}")

    def do(self, key: str, command: Data) -> Data:
        """Do a command once: the same key and command get the same answer, 409 for another."""
        (answer,) = self.do_all([(key, command)])
        return answer

    def do_all(self, commands: Sequence[tuple[str, Data]]) -> list[Data]:
        """Do several commands in one transaction: all of them, or none."""
        texts = [json.dumps(c, ensure_ascii=False, sort_keys=True) for _, c in commands]
        with self._lock:
            known = self._known([key for key, _ in commands])
            fresh: list[Data] = []
            with self._undone_on_error(), self._engine.begin() as connection:
                for (key, command), text in zip(commands, texts, strict=True):
                    if key not in known:
                        said = {"journal": [self._said(entry) for entry in self._do(command)]}
                        known[key] = text, json.dumps(said, ensure_ascii=False)
                        fresh.append({"key": key, "command": text, "answer": known[key][1]})
                    elif known[key][0] != text:
                        raise HTTPException(409, f"{key} was something else")
                if fresh:
                    connection.execute(insert(LOG), fresh)
            return [json.loads(known[key][1]) for key, _ in commands]

    def _known(self, keys: Sequence[str]) -> dict[str, tuple[str, str]]:
        """The commands and answers of keys that are in the table."""
        with self._engine.connect() as connection:
            columns = LOG.c.key, LOG.c.command, LOG.c.answer
            rows = connection.execute(select(*columns).where(LOG.c.key.in_(keys)))
            return {row.key: (row.command, row.answer) for row in rows}

    @contextmanager
    def _undone_on_error(self) -> Iterator[None]:
        """Take the session back to the table where a command did not get into it."""
        try:
            yield
        except BaseException:
            self._replay()
            raise

    def _said(self, entry: Entry) -> Data:
        if entry.outcome == "reversed":
            return entry.to_dict()
        return explain_entry(self.scheme, entry).to_dict("zh")

    def preview(self, text: str) -> Data:
        """Show what new rules would change; keep nothing."""
        copy = pickle.loads(pickle.dumps(self.session))
        journal = copy.rebase(schemes=load_scheme(self._path, text=text))
        return {"journal": [entry.to_dict() for entry in journal]}


app = FastAPI(title="Village points")
village = Village(os.environ["SCHEME"], os.environ.get("DATABASE", "sqlite:///village.db"))


@app.exception_handler(SchemeError)
def refuse_scheme(request: Request, error: SchemeError) -> JSONResponse:
    """Say every mistake of new rules, with its place."""
    problems = [problem.to_dict("zh") for problem in error.problems]
    return JSONResponse({"problems": problems}, status_code=422)


@app.post("/events")
def add_events(rows: Annotated[Data | list[Data], Body()]) -> Data | list[Data]:
    """Take an event, or a list in one transaction; an `id` is the idempotency key of its event."""
    several = rows if isinstance(rows, list) else [rows]
    if len(several) > MOST:
        raise HTTPException(422, f"at most {MOST} events at once")
    if not all(row.get("id") for row in several):
        raise HTTPException(422, "an event needs an id: it is the idempotency key")
    answers = village.do_all([(f"event {row['id']}", {"event": row}) for row in several])
    return answers if isinstance(rows, list) else answers[0]


@app.post("/days/{day}")
def close_day(day: date) -> Data:
    """Begin a day: those before it are closed, and what their ends bring is told."""
    if day < village.session.as_of:
        raise HTTPException(422, f"{village.session.as_of} has passed already")
    return village.do(f"day {day}", {"day": day.isoformat()})


@app.post("/rules/{version}")
def change_rules(version: str, text: Annotated[str, Body()], switch: bool = False) -> Data:
    """Show what new rules change; with `switch`, go on under them."""
    if not switch:
        return village.preview(text)
    return village.do(f"rules {version}", {"rules": text})


@app.get("/scores")
def scores() -> list[Data]:
    """Every score up to the last day."""
    return [score.to_dict() for score in village.session.scores()]


@app.get("/statements/{subject}")
def statement(subject: str, lang: Lang = "zh") -> Data:
    """The statement of one household, each entry in a sentence."""
    try:
        found = explain_subject(village.scheme, None, village.session.result(), subject)
    except KeyError:
        raise HTTPException(404, f"nothing is known of {subject}") from None
    return found.to_dict(lang)


@app.get("/board", response_class=HTMLResponse)
def board() -> str:
    """The newest board as a page."""
    rows = [place for board in village.session.result().boards[-1:] for place in board.places]
    lines = [f"<tr><td>{p.place}<td>{html.escape(p.subject)}<td>{p.total}" for p in rows]
    return (
        f"<!doctype html><meta charset=utf-8><title>积分榜</title><table>{''.join(lines)}</table>"
    )
