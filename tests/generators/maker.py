"""Number -> village: which constructs meet, and the events that try them.

Every number wants one pair of constructs first; the others are drawn by chance. The same number
gives the same village on every machine.
"""

import copy
import random
from collections.abc import Collection
from datetime import date, timedelta
from functools import cache
from itertools import combinations

from .constructs import CONSTRUCTS, is_rated
from .draft import FIRST, LEVELS, PEOPLE, Draft, day_of
from .village import Data, Row, Village

NAMES = tuple(CONSTRUCTS)
MOST = 16
"""So many constructs are wanted at most, before what they need."""


@cache
def wanted_pairs() -> tuple[tuple[str, str], ...]:
    """Give every pair of constructs of which a scheme can make both, in an order well mixed."""
    pairs = [
        (one, two)
        for one, two in combinations(NAMES, 2)
        if not CONSTRUCTS[one].one_of or CONSTRUCTS[one].one_of != CONSTRUCTS[two].one_of
    ]
    random.Random(0).shuffle(pairs)
    return tuple(pairs)


def village(seed: int, without: Collection[str] = (), wants: Collection[str] = ()) -> Village:
    """Give the village of a number; `without` some constructs, or with what it `wants`."""
    rng = random.Random(seed)
    pairs = wanted_pairs()
    pair = () if wants else pairs[seed % len(pairs)]
    chance = rng.sample(NAMES, rng.randint(4, MOST))
    return _make(rng, _chosen([*wants, *pair, *chance], without))


def _chosen(names: Collection[str], without: Collection[str]) -> list[str]:
    """Give constructs in their order, with what they need, of each choice the first named."""
    found: dict[str, str] = {}

    def take(name: str) -> bool:
        construct = CONSTRUCTS[name]
        key = construct.one_of or name
        if name in without or found.get(key, name) != name:
            return False
        if not all(take(need) for need in construct.needs):
            return False
        found[key] = name
        return True

    for name in names:
        take(name)
    return sorted(found.values(), key=NAMES.index)


def _make(rng: random.Random, names: Collection[str]) -> Village:
    draft = Draft(rng)
    if rng.random() < 0.8:
        draft.category()
    for name in names:
        if not all(need in draft.used for need in CONSTRUCTS[name].needs):
            continue
        if CONSTRUCTS[name].family not in ("periods", "places", "forms") and not draft.items:
            draft.item(draft.points(), "fixed")
        if CONSTRUCTS[name].put(draft) is not False:
            draft.used.add(name)
    if not draft.items:
        draft.item(draft.points(), "fixed")
    schemes = _versions(draft)
    events = _events(draft)
    as_of = FIRST + timedelta(rng.randrange(80, 420))
    return Village(
        schemes, tuple(draft.roster), tuple(events), as_of, frozenset(draft.used), draft.routes()
    )


def _versions(draft: Draft) -> tuple[Data, ...]:
    _drop_empty(draft.scheme)
    if not draft.later:
        return (draft.scheme,)
    second = copy.deepcopy(draft.scheme)
    second["effective_from"] = draft.pick("2024-04-01", "2024-03-11", "2024-07-01")
    for change in draft.later:
        change(second)
    return draft.scheme, second


def _drop_empty(node: Data) -> None:
    for key in ("categories", "indicators"):
        if key in node and not node[key]:
            del node[key]
    for inner in node.get("categories", ()):
        _drop_empty(inner)


# --- events ---------------------------------------------------------------------------------------


def _events(draft: Draft) -> list[Row]:
    rng = draft.rng
    rewards = [
        r["id"] for r in draft.scheme.get("rewards", ()) if "spends" in r or r["id"] == "pool"
    ]
    items = [item for item in draft.items if "per" not in item]
    rows: list[Row] = []
    count = rng.randint(5, 16)
    for number in range(count):
        day = day_of(rng)
        row = {"id": f"e{number:02}", "date": day.isoformat()}
        if draft.words and rows and draft.maybe(0.35):
            _speak(draft, row, rows, count)
        elif rewards and draft.maybe(0.2):
            row |= {"subject": rng.choice(PEOPLE), "indicator": rng.choice(rewards)}
            if row["indicator"] == "pool":
                row["subject"] = "V"
        elif items:
            item = items[0] if draft.maybe(0.4) else rng.choice(items)
            row |= {"subject": _subject(draft, item), "indicator": item["id"]}
        else:
            row |= {"subject": rng.choice(PEOPLE), "indicator": "nothing"}
        rows.append(row | _facts(draft, row, day, items))
    for change in draft.extra:
        change(rows)
    return rows


def _subject(draft: Draft, item: Data) -> str:
    kinds = {"household": ("H1", "H2"), "village": ("V",)}
    for word in item.get("for", ()):
        if word in kinds and draft.maybe(0.95):
            return str(draft.pick(*kinds[word]))
    return str(draft.pick("A", "A", *PEOPLE))


def _speak(draft: Draft, row: Row, rows: list[Row], count: int) -> None:
    word = draft.pick(*draft.words)
    target = draft.rng.choice(rows)
    if word == "repairs":
        wrongs = {i["id"] for i in draft.items if "repair" in i}
        target = next(
            (r for r in rows if r.get("indicator") in wrongs and draft.maybe(0.8)), target
        )
    row["subject"] = target["subject"]
    row[word] = target["id"] if draft.maybe(0.95) else f"e{draft.rng.randrange(count):02}"
    if word == "corrects":
        row["indicator"] = target.get("indicator", str(draft.items[0]["id"]))
        row["date"] = target["date"] if draft.maybe(0.5) else row["date"]
        if draft.maybe(0.5):
            row["recorded_on"] = max(row["date"], target["date"])
    elif draft.maybe(0.8):
        earliest = date.fromisoformat(target["date"])
        row["date"] = (earliest + timedelta(draft.rng.choice((0, 1, 5, 20, 40, 100)))).isoformat()


def _facts(draft: Draft, row: Row, day: date, items: list[Data]) -> Row:
    facts = {
        "to": draft.pick(*PEOPLE),
        "quantity": draft.pick("1", "3", "5", "0.5", "12"),
        "points": draft.pick("4", "-7", "2.5", "15"),
        "level": draft.pick(*LEVELS),
        "matter": draft.pick("", "", "m", "n"),
        "承诺书": draft.pick("是", "否"),
    }
    item = next((i for i in items if i["id"] == row.get("indicator")), None)
    if item is not None and is_rated(item):
        facts |= {"role": draft.pick("self", "mutual", "cadre"), "rater": draft.pick(*PEOPLE)}
    if "process" in draft.scheme:
        facts["declared_on"] = (day + timedelta(draft.rng.randrange(0, 25))).isoformat()
        facts["rater"] = draft.pick(row.get("subject", "A"), "A")
    return facts
