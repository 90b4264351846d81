"""Words of a scheme that were plainly meant for others, and the edits that write them so.

A slip has its edit only where the word it was meant for has nothing to complain of: the
model is asked once, with all slips of the file put right.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ...core.message import Terms
from ...core.problem import Problem
from ...core.vocabulary import KEYS, WINDOWS, chinese, english, spellings
from ...syntax.respell import replace_word, respelled, tidied
from ..model import Path
from .document import at, known_keys

MAX_SLIPS = 500
"""So many slips of one file get a remedy at a time."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A key or a value at a path of the document, and the one thing it can be meant for."""

    path: Path
    word: str
    meant: str
    is_key: bool


def key_meant_for(wanted: Sequence[str], path: Path, written: object) -> tuple[str, str] | None:
    """Find the key at a path, as it is written, that was plainly meant for a missing one."""
    try:
        node = at(written, path)
    except (LookupError, TypeError):  # what stands there is ours
        return None
    spelled = tuple(word for key in wanted for word in (key, KEYS.get(key, key)))
    own = node if isinstance(node, dict) else {}
    strange = (key for key in own if isinstance(key, str) and key not in known_keys())
    meant = ((key, respelled(key.strip(), spelled)) for key in strange)
    return next(((key, word) for key, word in meant if word is not None), None)


def slip_of(
    problem: Problem, path: Path, data: object, written: object, meant: str = ""
) -> Slip | None:
    """Return what a faulty word was plainly meant for, if there is one such thing.

    `written` is the document as its author wrote it: what is put into `data` in place of a missing
    key leaves room for the word that was meant for it; `meant` is this word where it is known.
    """
    if not path or problem.fault.name not in _SLIPS:
        return None
    is_key = problem.fault.name == "unknown-key"
    if meant:
        return Slip(path, str(path[-1]), meant, is_key)
    word = path[-1] if is_key else at(data, path)
    if not isinstance(word, str):
        return None
    known: tuple[str, ...] = ()
    if is_key:
        siblings = at(written, path[:-1])
        there = siblings if isinstance(siblings, dict) else {}
        known = tuple(
            key
            for key in known_keys()
            if not {name := english(KEYS, key), KEYS[name]} & there.keys()
        )
    elif isinstance(choices := problem.values.get("choices"), Terms):
        known = tuple(w for choice in choices.words for w in (choice, *chinese(choice)))
    elif problem.fault.name == "not-a-window":
        known = spellings(WINDOWS)
    tidy = (None if is_key else tidied(word)) or respelled(word.strip(), known)
    return Slip(path, word, tidy, is_key) if tidy is not None else None


_SLIPS = frozenset(
    {
        "unknown-key",
        "not-one-of",
        "not-a-number",
        "not-a-date",
        "not-an-amount",
        "not-a-window",
        "not-a-period",
        "not-a-rounding",
        "not-a-share",
        "not-a-length-of-time",
        "not-a-rank",
        "not-a-bound",
        "not-a-weight",
        "not-a-deadline",
    }
)


def with_edits(
    found: Sequence[tuple[Problem, Slip | None]],
    texts: Mapping[str, str],
    data: object,
    complaints: Callable[[object], Sequence[tuple[Path, str | None]]],
) -> tuple[Problem, ...]:
    """Give each slip its edit where the word it was meant for fits.

    `data` is the whole document, which is changed here; `complaints` says what the model has
    against one: each place, and the key that is missing there.
    """
    slips = [slip for _, slip in found if slip is not None][:MAX_SLIPS]
    fitting = _fitting(slips, data, complaints) if slips else frozenset()
    problems = []
    for problem, slip in found:
        text = texts.get(problem.place.file)
        if slip is not None and slip in fitting and text is not None:
            edits = replace_word(text, problem.place, slip.word, slip.meant)
            problem = replace(problem, edits=edits)
        problems.append(problem)
    return tuple(problems)


def _fitting(
    slips: Sequence[Slip],
    data: object,
    complaints: Callable[[object], Sequence[tuple[Path, str | None]]],
) -> frozenset[Slip]:
    """Return the slips whose places have nothing to complain of once all are put right."""
    tried = {  # inside before outside, so that the paths still lead somewhere
        slip: _put_right(slip, data) for slip in sorted(slips, key=lambda slip: -len(slip.path))
    }
    wrong = {path for path, missing in complaints(data) if missing is None}
    above = {path[:length] for path in wrong for length in range(len(path) + 1)}
    return frozenset(
        slip
        for slip, path in tried.items()
        if path not in above and not any(path[:length] in wrong for length in range(len(path)))
    )


def _put_right(slip: Slip, data: object) -> Path:
    """Write a slip as it was meant, and say where it stands then."""
    holder, last = at(data, slip.path[:-1]), slip.path[-1]
    if not slip.is_key:
        holder[last] = slip.meant
    elif isinstance(holder, dict):
        values = {slip.meant if key == last else key: value for key, value in holder.items()}
        holder.clear()
        holder.update(values)
        last = slip.meant
    return (*slip.path[:-1], last)
