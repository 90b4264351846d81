"""YAML text -> SchemeFile, or every problem of it at once.

Asks the model about the tree that `tree` reads. A bad value is treated as `unknown` for
the rest of the run, so that one mistake does not hide another.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path as FilePath

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from .extend import extend
from .faults import FAULTS
from .message import N_, Terms, Value, did_you_mean, say
from .model import FORMS, Path, Scheme, SchemeFile
from .problem import Place, Problem, SchemeError
from .tree import MAX_BYTES, Node, read_tree
from .vocabulary import KEYS, chinese, english


def load_scheme(source: str | FilePath, *, text: str | None = None) -> SchemeFile:
    """Load one dated version of a scheme from a YAML file.

    `text` stands for the file's content, then `source` only names it. SchemeError
    carries all that does not fit the language (codes L…), sorted by place; what the
    words mean together is checked by `compile_plan` (codes M…).
    """
    loaded, problems = read_scheme(source, text=text)
    if problems or loaded is None:
        raise SchemeError(problems)
    return loaded


def read_scheme(
    source: str | FilePath, *, text: str | None = None
) -> tuple[SchemeFile | None, tuple[Problem, ...]]:
    """Load as much of a scheme as can be had: the sound part, and every problem.

    The part is None where nothing sound is left. OSError if the file cannot be opened.
    """
    file = str(source)
    if text is None:
        try:
            text = FilePath(source).read_bytes()[: MAX_BYTES + 1].decode("utf-8-sig")
        except UnicodeDecodeError as error:
            fault = FAULTS["unreadable-yaml"]
            return None, (Problem(fault, Place(file, 1, 1), {"detail": str(error.reason)}),)
    tree, slips = read_tree(file, text)
    if tree is not None and tree.pairs is None:
        slips = (*slips, Problem(FAULTS["not-a-scheme"], Place(file, 1, 1)))
    if tree is None or tree.pairs is None:
        return None, slips
    texts = {file: text}
    tree, unfit = _extended(tree, file, texts)
    slips = (*slips, *unfit)
    places = dict(tree.places())
    scheme, faults = _validate(tree, places)
    problems = sorted((*slips, *faults), key=lambda problem: problem.sort_key)
    if scheme is None:
        return None, tuple(problems)
    return SchemeFile(scheme, places, file, texts), tuple(problems)


# --- templates ----------------------------------------------------------------------------------

MAX_TEMPLATES = 4
"""County, township, village and one more: how many schemes may stand one upon another."""


def _extended(tree: Node, file: str, texts: dict[str, str]) -> tuple[Node, tuple[Problem, ...]]:
    """Lay a tree over the scheme it extends, if it does. `texts` gathers what was read."""
    name = next((v for k, (_, v) in (tree.pairs or {}).items() if _is_extends(k)), None)
    if name is None:
        return tree, ()
    word = (name.scalar or "").strip()
    source = FilePath(file).parent / word
    if str(source) in texts or len(texts) > MAX_TEMPLATES:
        values: dict[str, Value] = {"name": word, "limit": str(MAX_TEMPLATES)}
        return tree, (Problem(FAULTS["template-circle"], name.place, values),)
    missing = Problem(FAULTS["template-not-found"], name.place, {"name": word})
    if FilePath(word).is_absolute() or source.suffix not in (".yaml", ".yml"):
        return tree, (missing,)
    try:
        text = source.read_bytes()[: MAX_BYTES + 1].decode("utf-8-sig")
    except (OSError, ValueError):
        return tree, (missing,)
    texts[str(source)] = text
    parent, slips = read_tree(str(source), text)
    if parent is None or parent.pairs is None:
        return tree, (*slips, missing)
    parent, more = _extended(parent, str(source), texts)
    merged, refused = extend(parent, tree)
    return merged, (*slips, *more, *refused)


def _is_extends(key: str) -> bool:
    return english(KEYS, key) == "extends"


# --- the tree -> the model ----------------------------------------------------------------------


def _validate(
    tree: Node, places: Mapping[Path, Place]
) -> tuple[Scheme | None, tuple[Problem, ...]]:
    """Validate until the rest is sound: each round mends what the last one complained of."""
    data = tree.plain()
    problems: list[Problem] = []
    mended: set[Path] = set()
    for _ in range(12):
        try:
            return Scheme.model_validate(data), tuple(problems)
        except ValidationError as error:
            details = error.errors(include_url=False)
        before = len(mended)
        for detail in details:
            path, missing = _document_path(data, detail)
            if not _follows(path, missing, mended):
                problems.append(_problem(detail, path, missing, places, data))
            _mend(data, detail, path, missing, mended)
        if len(mended) == before:
            break
    return None, tuple(problems)


def _follows(path: Path, missing: str | None, mended: set[Path]) -> bool:
    """Whether a complaint only follows from something mended in an earlier round."""
    if missing is not None:
        return (*path, missing) in mended
    return any(path[: len(old)] == old or old[: len(path)] == path for old in mended)


def _document_path(data: object, detail: ErrorDetails) -> tuple[Path, str | None]:
    """Map pydantic's location to keys of the document; the second is a missing key."""
    path: list[str | int] = []
    node = data
    for part in detail["loc"]:
        step = _child(node, part)
        if step is not None:
            path.append(step)
            node = node[step]  # type: ignore[index]  # _child found it there
        elif part == "[key]":
            break
    missing = str(detail["loc"][-1]) if detail["type"] == "missing" else None
    return tuple(path), missing


def _child(node: object, part: str | int) -> str | int | None:
    """Find the written key that a location part names."""
    if isinstance(node, dict):
        return next((key for key in node if key == part or english(KEYS, str(key)) == part), None)
    if isinstance(node, list) and isinstance(part, int) and part < len(node):
        return part
    return None


def _english_path(path: Path) -> Path:
    return tuple(english(KEYS, part) if isinstance(part, str) else part for part in path)


def _mend(
    data: object, detail: ErrorDetails, path: Path, missing: str | None, mended: set[Path]
) -> None:
    """Take a fault out of the data, so that the rest can be looked at."""
    node = _at(data, path)
    if missing is not None and isinstance(node, dict):
        node[missing] = _STAND_INS.get(missing, "unknown")
        mended.add((*path, missing))
        return
    while path:
        parent, last = _at(data, path[:-1]), path[-1]
        if isinstance(parent, dict):
            refused = detail["type"] == "extra_forbidden" or path in mended
            if refused:
                parent.pop(last)
            else:
                parent[str(last)] = _STAND_INS.get(english(KEYS, str(last)), "unknown")
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
        kept = {k: v for k, v in item.items() if english(KEYS, k) in ("id", "name", "step")}
    return kept or {"name": f"?{number}"}


_STAND_INS = {"effective_from": "2000-01-01", "period": "year", "formula": "0"}
_ITEMS: Mapping[str, dict[str, object]] = {
    "indicators": {"points": "unknown"},
    "categories": {},
    "tiers": {},
    "levels": {},
    "ledgers": {},
    "rewards": {"gives": "unknown"},
}


def _at(data: object, path: Path) -> object:
    for part in path:
        data = data[part]  # type: ignore[index]  # the path was found in this data
    return data


def _problem(
    detail: ErrorDetails,
    path: Path,
    missing: str | None,
    places: Mapping[Path, Place],
    data: object,
) -> Problem:
    """Say a validation error in the words of the language."""
    kind = detail["type"]
    clean = _english_path(path)
    values: dict[str, Value] = {k: str(v) for k, v in (detail.get("ctx") or {}).items()}
    at_key = False
    if kind == "missing":
        name = {"for_": "for"}.get(missing or "", missing or "")
        fault, values = "missing-key", {"what": _what(clean, data, path), "key": name}
        at_key = True
    elif kind == "extra_forbidden":
        fault, values = _extra(path, data)
        at_key = True
    elif kind == "union_tag_not_found" or kind == "union_tag_invalid":
        effect = "then" in clean[-2:]
        fault = "no-consequence" if effect else "points-without-form"
        values = {"forms": Terms(FORMS)}
    elif kind in FAULTS:
        fault = kind
        values.setdefault("key", str(path[-1]) if path else "")
        values |= {k: say(str(values[k])) for k in ("wanted", "found", "what") if k in values}
        if "choices" in values:
            choices = tuple(str(values["choices"]).split(", "))
            spellings = [*choices, *(zh for word in choices for zh in chinese(word))]
            values["choices"] = Terms(choices)
            otherwise = say(N_("write one of: {choices}"), choices=Terms(choices))
            values["hint"] = did_you_mean(str(values.get("text", "")), spellings, otherwise)
    else:
        fault = "wrong-shape"
        values = {
            "key": str(path[-1]) if path else "scheme",
            "wanted": _wanted(kind),
            "found": _found(detail["input"]),
        }
    place = _look_up(places, clean, at_key)
    return Problem(FAULTS[fault], place, values)


def _look_up(places: Mapping[Path, Place], path: Path, at_key: bool) -> Place:
    if at_key and (*path, "key") in places:
        return places[(*path, "key")]
    for length in range(len(path), -1, -1):
        if path[:length] in places:
            return places[path[:length]]
    return Place("", 1, 1)


def _extra(path: Path, data: object) -> tuple[str, dict[str, Value]]:
    """Tell a second form and a near miss from a key that is simply not known."""
    key = str(path[-1]) if path else ""
    siblings = _at(data, path[:-1]) if path else {}
    if english(KEYS, key) in FORMS and isinstance(siblings, dict):
        keys = [english(KEYS, str(other)) for other in siblings]
        form = next((form for form in FORMS if form in keys and form != english(KEYS, key)), None)
        if form is not None:
            return "second-form", {"key": key, "form": form}
    if english(KEYS, key) in KEYS:
        hint = say(N_("'{key}' is a word of the language, but it cannot stand here"), key=key)
    else:
        otherwise = say(N_("take it out, or look the key up in the language page"))
        hint = did_you_mean(key, _known_keys(), otherwise)
    return "unknown-key", {"key": key, "hint": hint}


@cache
def _known_keys() -> tuple[str, ...]:
    return (*KEYS, *KEYS.values())


def _what(clean: Path, data: object, path: Path) -> Value:
    """Name the thing that lacks a key: its id or name where it has one."""
    node = _at(data, path)
    if isinstance(node, dict):
        for key in ("id", "编号", "name", "名称"):
            if key in node:
                return f"'{node[key]}'"
    kinds = {
        "indicators": N_("the indicator"), "categories": N_("the category"),
        "tiers": N_("the ladder"), "levels": N_("the level"), "caps": N_("the cap"),
        "ledgers": N_("the ledger"), "rewards": N_("the reward"), "process": N_("the step"),
    }  # fmt: skip
    named = [kinds[part] for part in clean if isinstance(part, str) and part in kinds]
    return say(named[-1] if named else N_("the scheme"))


def _wanted(kind: str) -> Value:
    if kind in ("tuple_type", "list_type"):
        return say(N_("a list"))
    if kind in ("model_type", "model_attributes_type", "dict_type", "mapping_type"):
        return say(N_("a mapping"))
    if kind in ("too_short", "missing_argument"):
        return say(N_("at least one entry"))
    if kind == "too_long":
        return say(N_("only one entry"))
    return say(N_("another kind of value"))


def _found(value: object) -> Value:
    if isinstance(value, Mapping):
        return say(N_("a mapping"))
    if isinstance(value, list | tuple):
        return say(N_("a list of {count}"), count=str(len(value)))
    return f"'{value}'"
