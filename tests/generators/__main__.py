"""Find which villages break a relation, made small.

Run `python -m generators N [--relation a,c,5v] [--from SEED]`.
"""

import argparse
import sys
import traceback

from .maker import NAMES
from .pairs import THOROUGH, drawn, on_a_route, reason
from .promises import PROMISES
from .relations import RELATIONS, Relation
from .shrink import shrink
from .village import Village

ALL = RELATIONS | PROMISES


def said(relation: Relation, case: Village) -> str | None:
    """Say what is wrong, also where the engine itself fails."""
    try:
        return relation.broken(case)
    except Exception:
        return "".join(traceback.format_exc().splitlines(keepends=True)[-4:])


def report(relation: Relation, seed: int, *, small: bool = True) -> str | None:
    """Give the failing case of a number, made small, ready to read; None where all is well."""
    case = relation.draw(seed)
    first = said(relation, case)
    if first is None:
        return None
    crashed = "Traceback" in first or "Error" in first.splitlines()[-1]
    if small:
        case = shrink(case, lambda v: said(relation, v) if crashed else relation.broken(v))
    return f"({relation.letter}) {relation.says}: seed {seed}\n{said(relation, case)}\n{case}\n"


def told(one: str, two: str) -> str:
    """Say of a pair how often it is drawn in the thorough run, or why it cannot meet."""
    schemes, routes = drawn()
    lines = []
    for where, counts, route in (
        ("a scheme", schemes, False),
        ("the way of an event", routes, True),
    ):
        why = reason((one, two), route=route)
        often = f"drawn in {counts[one, two]} of {THOROUGH} villages"
        if route and not {one, two} <= on_a_route():
            often = "one of them stands on no way of points"
        lines.append(f"{one} and {two} in {where}: {why or often}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m generators", description=__doc__)
    parser.add_argument(
        "number", type=int, help="how many villages for each relation", nargs="?", default=100
    )
    parser.add_argument("--relation", default=",".join(ALL), help="such as a,c or 5v")
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first number")
    parser.add_argument(
        "--most", type=int, default=3, help="so many failing cases of each are shown"
    )
    parser.add_argument(
        "--pair", nargs=2, help="two constructs: how often they are drawn, or why they cannot meet"
    )
    given = parser.parse_args(arguments)
    if given.pair:
        print(told(*sorted(given.pair, key=NAMES.index)))
        return 0
    failed = 0
    for letter in given.relation.split(","):
        relation = ALL[letter]
        seeds = [
            seed
            for seed in range(given.first, given.first + given.number)
            if said(relation, relation.draw(seed)) is not None
        ]
        failed += bool(seeds)
        print(f"({letter}) {relation.says}: {len(seeds)} of {given.number} fail: {seeds[:20]}")
        for seed in seeds[: given.most]:
            print(report(relation, seed))
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
