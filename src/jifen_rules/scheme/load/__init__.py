"""YAML text -> SchemeFile, or every problem of it at once.

Reads files, lays a scheme over the one it extends, and asks the model about the tree that
`tree` reads (`validate`). Nothing of what the words mean together is known here.
"""

from pathlib import Path as FilePath

from ...core.faults import FAULTS
from ...core.message import N_, Value, msg
from ...core.problem import Place, Problem, SchemeError, sort_problems
from ...core.vocabulary import KEYS, english
from ...syntax.tree import MAX_BYTES, Node, read_tree
from ..extend import extend
from ..model import SchemeFile
from .validate import validate


def load_scheme(source: str | FilePath, *, text: str | None = None) -> SchemeFile:
    """Load one dated version of a scheme from a YAML file.

    `text` is the file's content where it is known; then `source` only names it. SchemeError
    carries all that does not fit the language (codes L…), sorted by place; what the words mean
    together is checked where the scheme is used (codes M…). OSError if the file cannot be opened.

    >>> from jifen_rules import load_scheme
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> scheme.scheme.indicators[0].name
    '志愿服务'
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
            text = _read(FilePath(source))
        except UnicodeDecodeError:
            said: dict[str, Value] = {
                "detail": msg(N_("it is no text in UTF-8")),
                "hint": msg(N_("open it in the editor, and save it as UTF-8")),
            }
            return None, (Problem(FAULTS["unreadable-yaml"], Place(file), said),)
        except ValueError:
            values: dict[str, Value] = {"limit": str(MAX_BYTES), "what": msg(N_("bytes"))}
            return None, (Problem(FAULTS["file-too-large"], Place(file, 1, 1), values),)
    tree, slips = read_tree(file, text)
    if tree is not None and tree.pairs is None:
        slips = (*slips, Problem(FAULTS["not-a-scheme"], Place(file, 1, 1)))
    if tree is None or tree.pairs is None:
        return None, slips
    texts = {file: text}
    tree, unfit = _extended(tree, file, texts)
    slips = (*slips, *unfit)
    places = dict(tree.places())
    scheme, faults = validate(tree, places, texts)
    if any(problem.fault.name in _PARENTLESS for problem in unfit):
        scheme = None  # what it would say with the scheme that it extends, nobody knows
        faults = tuple(fault for fault in faults if fault.fault.name != "missing-key")
    problems = sort_problems((*slips, *faults))
    if scheme is None:
        return None, tuple(problems)
    return SchemeFile(scheme, places, file, texts), tuple(problems)


def _read(path: FilePath) -> str:
    """Return the text of a file.

    ValueError if it is too large, or (UnicodeDecodeError) not UTF-8.
    """
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValueError(path)
    return data.decode("utf-8-sig")


# --- templates ----------------------------------------------------------------------------------

_PARENTLESS = frozenset({"template-not-found", "template-circle"})
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
        text = _read(source)
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
