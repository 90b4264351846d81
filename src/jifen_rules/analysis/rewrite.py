"""A scheme's text -> its canonical text, proved to mean the same, or the problems that forbid it.

Joins `load` and `dump`: what is written is loaded again and compared, word by word, with what was
there. A scheme with mistakes is put in order as far as YAML can be read. Writes no file.
"""

from collections import Counter
from pathlib import Path

from ..compile import check_plan
from ..core.problem import Problem, SchemeError
from ..core.vocabulary import Language
from ..scheme.dump import format_text, means_the_same
from ..scheme.load import read_scheme
from ..syntax.tree import MAX_BYTES, read_tree

_LEFT_AS_THEY_ARE = frozenset({"duplicate-key", "value-missing"})
"""Slips that do not hinder the layout; after any other, what was meant is only guessed."""


def format_scheme(
    source: str | Path, *, text: str | None = None, lang: Language | None = None
) -> str:
    """Give the canonical text of a scheme, in a language where `lang` says so; comments are kept.

    `text` stands for the file's content, then `source` only names it. SchemeError where the YAML
    cannot be read as it was meant; ValueError if the outcome would mean anything else (then this
    library is at fault, and the text should stay as it is). OSError if the file cannot be opened.
    """
    file = str(source)
    if text is None:
        try:
            text = Path(source).read_bytes()[: MAX_BYTES + 1].decode("utf-8-sig")
        except UnicodeDecodeError:
            raise SchemeError(read_scheme(source)[1]) from None
    tree, slips = read_tree(file, text)
    refused = [slip for slip in slips if slip.fault.name not in _LEFT_AS_THEY_ARE]
    if tree is None or refused:
        raise SchemeError(refused)
    if not tree.pairs:
        raise SchemeError(read_scheme(file, text=text)[1])
    written = format_text(text, lang)
    if not _same(file, text, written):
        raise ValueError(f"{file} cannot be laid out without a change of meaning")
    return written


def _same(file: str, before: str, after: str) -> bool:
    """Whether two texts load to the same scheme, with the same mistakes."""
    one, some = read_scheme(file, text=before)
    two, others = read_scheme(file, text=after)
    if one is None or two is None:
        return one is two and _codes(some) == _codes(others)
    if not means_the_same(one.scheme, two.scheme) or _codes(some) != _codes(others):
        return False
    return bool(some) or _codes(check_plan(one)) == _codes(check_plan(two))


def _codes(problems: tuple[Problem, ...]) -> Counter[str]:
    return Counter(problem.code for problem in problems)
