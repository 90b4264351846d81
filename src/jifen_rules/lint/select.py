"""Selection of rules by code, beginning of a code, name or family."""

from collections.abc import Iterable

from .rule import LintRule


def select_rules(
    rules: Iterable[LintRule], select: Iterable[str] = (), ignore: Iterable[str] = ()
) -> tuple[LintRule, ...]:
    """Return the rules that a selection names, without the ignored ones.

    A word is a code (`J101`), its beginning (`J1`, `J`), a name (`black-list`) or a family
    (`compliance`); an empty selection means all. ValueError with the first unknown word.
    """
    known = tuple(rules)
    wanted, unwanted = tuple(select), tuple(ignore)
    for word in (*wanted, *unwanted):
        if not any(_names(word, rule) for rule in known):
            raise ValueError(word)
    return tuple(
        rule
        for rule in known
        if (not wanted or any(_names(word, rule) for word in wanted))
        and not any(_names(word, rule) for word in unwanted)
    )


def _names(word: str, rule: LintRule) -> bool:
    return bool(word) and (rule.code.startswith(word.upper()) or word in (rule.name, rule.family))
