"""What events and subjects must state: facts that formulas ask for, blanks, and what a table lacks.

Takes lowered parts and the scheme's fields; gives names, and says what does not fit.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from ..core import vocabulary
from ..core.expression import Formula
from ..core.terms import parse_number
from ..core.vocabulary import english
from ..plan import Brought, Choice, Computed, Effect, ValidityBy, Value
from ..scheme.model import FieldType, Path
from .desk import Desk
from .growth import MAX_DEGREE, degree_of


def asked_by(
    when: Formula | None, value: Value | None, effects: Iterable[Effect]
) -> frozenset[str]:
    """List the names that conditions and a formula of an indicator ask for, on any branch."""
    formulas = [when, *(effect.when for effect in effects)]
    values = [value, *(effect.value for effect in effects if isinstance(effect, Brought))]
    formulas += [one.formula for one in values if isinstance(one, Computed)]
    return frozenset(name for formula in formulas if formula is not None for name in formula.asks)


def lower_blanks(desk: Desk) -> Mapping[str, str]:
    """Give what a blank means for each field that says so, if it is a value of its type."""
    fields, found = desk.file.scheme.fields, {}
    for side in ("subject", "event"):
        types = fields.types(side)
        for name, text in fields.blanks(side).items():
            if not _is_of(text, types[name]):
                desk.report(
                    "blank-not-of-type", ("fields", side, name, "blank"), text=text, name=name
                )
            found[name] = english(vocabulary.YES_NO, text) if types[name] == "yes_no" else text
    return found


def _is_of(text: str, kind: FieldType) -> bool:
    """Whether a text is a value of a type of field."""
    try:
        match kind:
            case "number":
                parse_number(text)
            case "date":
                date.fromisoformat(text)
            case "yes_no":
                return english(vocabulary.YES_NO, text) in vocabulary.YES_NO
            case tuple():
                return text in kind
    except ValueError:
        return False
    return True


def check_lasting(desk: Desk, lasting: str | ValidityBy, value: Value | None, path: Path) -> None:
    """Warn of words that a table of points has and the table of their validity lacks."""
    if (
        isinstance(lasting, ValidityBy)
        and isinstance(value, Choice)
        and value.field == lasting.field
    ):
        for word in value.table:
            if word not in lasting.table:
                desk.report("word-without-lasts", path, word=word)


def check_growth(desk: Desk) -> None:
    """Report each formula that grows without end: a product of figures that enters a figure."""
    derived = {path: one for path, one in desk.formulas.items() if _use(path, one) == "derived"}
    degrees: dict[str, int] = dict.fromkeys(desk.ids, 1)
    scheme = desk.file.scheme
    for _ in derived:  # each round gets one link of a chain of derived ledgers right
        for path, formula in derived.items():
            key = scheme.ledgers[int(path[1])].key
            degrees[key] = min(degree_of(formula, degrees), 10 * MAX_DEGREE)
    for path, formula in desk.formulas.items():
        limit = 1 if _use(path, formula) == "points" else MAX_DEGREE
        if degree_of(formula, degrees) > limit:
            desk.report("grows-without-end", path, text=formula.text)


def _use(path: Path, formula: Formula) -> Literal["points", "derived", "other"]:
    """Tell what a result becomes.

    Points, which enter figures; a derived ledger; or nothing that is read again.
    """
    if path[0] == "ledgers" and path[2:] == ("formula",):
        return "derived"
    return "other" if formula.type == "yes_no" or path[0] == "rewards" else "points"
