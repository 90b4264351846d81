"""The tree -> the model: validate until the rest is sound.

A bad value is treated as `unknown` for the rest of the run, so that one mistake does not
hide another.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ...core.faults import FAULTS
from ...core.problem import MAX_PROBLEMS, Place, Problem
from ...core.vocabulary import KEYS, english
from ...syntax.tree import Node
from ..model import FORMS, Path, Scheme
from .document import at, document_path
from .slips import Slip, key_meant_for, slip_of, with_edits
from .wording import CONSEQUENCES, is_consequence, problem_at


def validate(
    tree: Node, places: Mapping[Path, Place], texts: Mapping[str, str]
) -> tuple[Scheme | None, tuple[Problem, ...]]:
    """Validate until the rest is sound: each round mends what the last one complained of."""
    data, written = tree.plain(), tree.plain()
    found: list[tuple[Problem, Slip | None]] = []
    mended: set[Path] = set()
    for _ in range(12):
        try:
            scheme = Scheme.model_validate(data)
        except ValidationError as error:
            details = error.errors(include_url=False)
        else:
            return scheme, with_edits(found, texts, tree.plain(), _complaints)
        before = len(mended)
        for detail in filter(_is_of_its_shape, details):
            path, missing = document_path(data, detail)
            if not _follows(path, missing, mended):
                said = _as_slip(detail, path, missing, written)
                problem = problem_at(*said, places, written if said[1] != path else data)
                meant = str((said[0].get("ctx") or {}).get("meant", ""))
                found.append((problem, slip_of(problem, said[1], data, written, meant)))
                mended |= {(*said[1], "gone")} if said[1] != path else set()
            if len(found) == MAX_PROBLEMS:
                found.append((_too_many(found[-1][0].place), None))
                return None, with_edits(found, texts, tree.plain(), _complaints)
            _mend(data, detail, path, missing, mended)
        if len(mended) == before:
            break
    return None, with_edits(found, texts, tree.plain(), _complaints)


def _is_of_its_shape(detail: ErrorDetails) -> bool:
    """Tell whether a complaint is of use: a mapping is none of the words that may stand there."""
    return detail["type"] != "literal_error" or not isinstance(detail["input"], dict)


def _as_slip(
    detail: ErrorDetails, path: Path, missing: str | None, written: object
) -> tuple[ErrorDetails, Path, str | None]:
    """Turn the complaint about a missing key into one about the key that was meant for it."""
    wanted: Sequence[str] = () if missing is None else (missing,)
    if detail["type"] in ("union_tag_not_found", "union_tag_invalid"):
        wanted = CONSEQUENCES if is_consequence(path) else FORMS
    found = key_meant_for(wanted, path, written)
    if found is None:
        return detail, path, missing
    key, meant = found
    slip = detail.copy()
    slip["type"], slip["loc"], slip["ctx"] = "extra_forbidden", (*path, key), {"meant": meant}
    return slip, (*path, key), None


def _too_many(place: Place) -> Problem:
    return Problem(FAULTS["too-many-problems"], place, {"limit": str(MAX_PROBLEMS)})


def _complaints(data: object) -> Sequence[tuple[Path, str | None]]:
    """Where the model has something against a document, and the keys that are missing."""
    try:
        Scheme.model_validate(data)
    except ValidationError as error:
        return [document_path(data, detail) for detail in error.errors(include_url=False)]
    return ()


def _follows(path: Path, missing: str | None, mended: set[Path]) -> bool:
    """Whether a complaint only follows from something mended in an earlier round."""
    if missing is not None:
        return bool({(*path, missing), (*path, KEYS.get(missing, missing))} & mended)
    return any(path[: len(old)] == old or old[: len(path)] == path for old in mended)


def _mend(
    data: object, detail: ErrorDetails, path: Path, missing: str | None, mended: set[Path]
) -> None:
    """Take a fault out of the data, so that the rest can be looked at."""
    node = at(data, path)
    if missing is not None and isinstance(node, dict):
        node[missing] = _stand_in(missing, path)
        mended.add((*path, missing))
        return
    while path:
        parent, last = at(data, path[:-1]), path[-1]
        if isinstance(parent, dict):
            refused = detail["type"] == "extra_forbidden" or path in mended
            if refused:
                parent.pop(last)
            else:
                parent[str(last)] = _stand_in(english(KEYS, str(last)), path)
            mended.add((*path, "gone") if refused else path)
            return
        stand_in = _ITEMS.get(english(KEYS, str(path[-2]))) if len(path) > 1 else None
        if isinstance(parent, list) and stand_in is not None and path not in mended:
            parent[int(last)] = {**stand_in, **_identity(parent[int(last)], last)}
            mended.add(path)
            return
        path = path[:-1]


def _identity(item: object, number: str | int) -> dict[str, object]:
    """Keep what names a broken item, so that others may still refer to it."""
    kept = {}
    if isinstance(item, dict):
        kept = {k: v for k, v in item.items() if english(KEYS, k) in _NAMES}
    return kept or {"name": f"?{number}"}


def _stand_in(key: str, path: Path) -> object:
    """Return what any scheme may say under a key; a name of its own for each place."""
    if key in _NAMES:
        return "_".join(["unknown", *(str(part) for part in path if isinstance(part, int))])
    match key:
        case "effective_from":
            return "2000-01-01"
        case "period":
            return "year"
        case "formula":
            return "0"
        case "when":
            return "total > 0"
        case "then":
            return [{"action": "?"}]
    return "unknown"


_NAMES: Final = ("id", "name", "step")
_ITEMS: Mapping[str, dict[str, object]] = {
    "indicators": {"points": "unknown"},
    "categories": {},
    "tiers": {},
    "levels": {},
    "ledgers": {},
    "rewards": {"gives": "unknown"},
}
