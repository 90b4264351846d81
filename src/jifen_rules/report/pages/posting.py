"""The parts that make a board a public notice: rules, days, objections, signatures, proof."""

from collections.abc import Iterator, Sequence

from ...core.message import N_, Message, Value, msg
from ...scheme.model import ProcessStep, Scheme, SchemeFile
from ...tables import post_scheme, say_step
from ...tables.posting.names import join_sentences
from ...trace.entry import Result
from .values import Block, Line, Page, PageTable, with_words_only


def posting_lines(scheme: Scheme, result: Result, recompute: str) -> Iterator[Block]:
    """Yield the lines under a board."""
    yield Line(_publication(scheme.process))
    yield Line(objections(scheme.process))
    yield from map(Line, _signatures(scheme.process))
    yield from proof(result, recompute)


def proof(result: Result, recompute: str) -> Iterator[Block]:
    """Say how to compute the figures again."""
    text = N_(
        "Anybody can calculate this again: from the same files, the command “{command}” "
        "prints the digest {digest}; another digest means other records or other rules."
    )
    yield Line(msg(text, command=recompute, digest=result.digest), "note")


def objections(process: Sequence[ProcessStep]) -> Message:
    """Say where to object, by when, and who answers."""
    steps = [say_step(step) for step in process if step.step in ("object", "answer")]
    if not steps:
        return msg(N_("Objections: the scheme does not say where to object or who answers."))
    return msg(N_("Objections: {steps}"), steps=join_sentences(steps, N_("{first}, then {rest}")))


def _publication(process: Sequence[ProcessStep]) -> Message:
    steps = [say_step(step) for step in process if step.step == "publish"]
    if not steps:
        text = N_("Publication: from ________ to ________ (the scheme does not say how long)")
        return msg(text)
    said = join_sentences(steps, N_("{first}, then {rest}"))
    return msg(N_("Publication: from ________ to ________; the scheme says: {steps}"), steps=said)


def _signatures(process: Sequence[ProcessStep]) -> Iterator[Message]:
    yield msg(N_("Made by: ____________    Date: ____________    Seal: ____________"))
    for step in process:
        if step.step in ("check", "publish") and step.who:
            text = N_("{step} — signed: ____________    Date: ____________")
            yield msg(text, step=say_step(step))


def rules_page(file: SchemeFile) -> Page:
    """Make the page of the rules: one line for each."""
    posted = file.once(post_scheme)
    rows = []
    for row in posted.rows:
        more = [*row.caps, *([row.period] if row.period is not None else []), *row.remarks]
        group: Value = (
            join_sentences(list(row.categories), N_("{first} / {rest}")) if row.categories else ""
        )
        rest: Value = join_sentences(more, N_("{first}; {rest}")) if more else ""
        rows.append((group, row.name, row.points, rest))
    headings = tuple(
        map(msg, (N_("category"), N_("indicator"), N_("points"), N_("limits and remarks")))
    )
    table = with_words_only(
        PageTable(
            msg(N_("What earns and what costs points")), headings, tuple(rows), (18, 26, 28, 28)
        )
    )
    lines = tuple(Line(line) for line in posted.above)
    below = tuple(Line(line) for line in posted.below)
    title = msg(N_("The rules in one line each"))
    return Page("rules", title, msg("{name}", name=posted.title), "", (*lines, table, *below))
