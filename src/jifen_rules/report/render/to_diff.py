"""What changed between two schemes: text for a terminal, Markdown for a review, JSON."""

from collections.abc import Iterator, Mapping
from typing import Final

from ...analysis.change import Bearing, Change, Direction, SchemeDiff
from ...analysis.change.wording import say_key
from ...core.message import N_, Message, msg
from ...core.problem import Place
from .language import Language, markdown_cell, words
from .to_json import to_json

_TENDENCIES: Final[Mapping[tuple[Bearing, Direction], str]] = {
    (Bearing.SCORES, Direction.RAISES): N_("can only raise totals"),
    (Bearing.SCORES, Direction.LOWERS): N_("can only lower totals"),
    (Bearing.SCORES, Direction.EITHER): N_("can raise or lower totals"),
    (Bearing.LEVELS, Direction.RAISES): N_("can only raise levels; leaves totals as they are"),
    (Bearing.LEVELS, Direction.LOWERS): N_("can only lower levels; leaves totals as they are"),
    (Bearing.LEVELS, Direction.EITHER): N_("can raise or lower levels; leaves totals as they are"),
    (Bearing.REWARDS, Direction.EITHER): N_("bears on rewards; leaves totals as they are"),
    (Bearing.NOTHING, Direction.NONE): N_("changes no total, level or reward"),
}
_SIGNS: Final = {"added": "+", "removed": "-", "moved": ">", "changed": "~", "reordered": "="}


def say_tendency(change: Change) -> Message:
    """Say what a change can do to figures."""
    either = (change.bearing, Direction.EITHER)
    text = _TENDENCIES.get((change.bearing, change.direction)) or _TENDENCIES[either]
    return msg(text)


def say_change(change: Change, *, is_named: bool = False) -> Message:
    """Say a change in one sentence: which part, which of its values, from what to what.

    With `is_named` a part has its name alone, as on a page for people.
    """
    both = change.id if change.id == change.name else f"{change.id} {change.name}".strip()
    values = {
        "part": say_key(change.part),
        "id": change.name if is_named and change.name else both,
        "key": say_key(change.key),
        "old": change.old or "",
        "new": change.new or "",
    }
    return Message(_SENTENCES[change.kind], values)


_SENTENCES: Final[Mapping[str, str]] = {
    "added": N_("{part} {id}: added: {new}"),
    "removed": N_("{part} {id}: removed: {old}"),
    "moved": N_("{part} {id}: moved from {old} to {new}"),
    "changed": N_("{part} {id}, {key}: {old} → {new}"),
    "reordered": N_("{part} {id}: the order of its parts ({key}) changed"),
}


def diff_text(diff: SchemeDiff, language: Language) -> str:
    """Write each change in two lines: the sentence; both places, and what it can do."""
    lines = []
    for change in diff.changes:
        lines.append(f"{_SIGNS[change.kind]} {words(say_change(change), language)}")
        lines.append(f"    {_places(change)}: {words(say_tendency(change), language)}")
        lines += [f"    {words(note, language)}" for note in _notes(change)]
    lines.append(words(_summary(diff), language))
    return "\n".join(lines) + "\n"


def diff_markdown(diff: SchemeDiff, language: Language) -> str:
    """Write a table of Markdown, a row for each change."""
    summary = words(_summary(diff), language)
    if not diff:
        return f"{summary}\n"
    heads = [N_("change"), N_("what it can do"), N_("before"), N_("after")]
    rows = [[words(msg(head), language) for head in heads], ["---"] * len(heads)]
    for change in diff.changes:
        said = [words(part, language) for part in (say_change(change), *_notes(change))]
        tendency = words(say_tendency(change), language)
        rows.append(["; ".join(said), tendency, _where(change.old_place), _where(change.new_place)])
    table = "\n".join(f"| {' | '.join(map(markdown_cell, row))} |" for row in rows)
    return f"{summary}\n\n{table}\n"


def diff_json(diff: SchemeDiff, language: Language) -> str:
    """Write every change as JSON; sentences in the language of the reader."""
    return to_json(diff.to_dict(language))


def _summary(diff: SchemeDiff) -> Message:
    if not diff:
        return msg(N_("no change of meaning"))
    return msg(N_("{count} changes of meaning"), count=str(len(diff.changes)))


def _notes(change: Change) -> Iterator[Message]:
    if change.perhaps:
        yield msg(N_("the same rules stand under '{id}': perhaps only renamed"), id=change.perhaps)


def _places(change: Change) -> str:
    both = [place.where_row for place in (change.old_place, change.new_place) if place is not None]
    return " → ".join(dict.fromkeys(both))


def _where(place: Place | None) -> str:
    return "" if place is None else place.short
