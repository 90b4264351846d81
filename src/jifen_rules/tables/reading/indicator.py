"""The readings of one line -> the data of its indicator, or what of them does not fit together."""

from dataclasses import replace

from ...core.message import N_, Message, msg
from .draft import Parts
from .reading import Data, Limit, PhraseReading, Side


def indicator_parts(reading: PhraseReading) -> tuple[Parts, tuple[Message, ...], tuple[str, ...]]:
    """Make the parts beside the name: the data, what more was assumed, what found no place.

    What found no place is told by its kind: `full`, `to_zero` or `limit`.
    """
    data: Parts = {}
    assumed: list[Message] = []
    lost: list[str] = []
    points, side = reading.points, reading.side
    if reading.full or reading.to_zero:
        whole = _full_marks(reading)
        if whole is None:
            lost += [*(["full"] if reading.full else []), *(["to_zero"] if reading.to_zero else [])]
        else:
            points, side = whole, "added"
            if not reading.to_zero:
                assumed.append(msg(N_("full marks, less so much for each, and never below 0")))
    if points is not None:
        data["points"] = points
    if reading.escalate is not None:
        data["escalate"] = reading.escalate
    caps: list[Data] = []
    for limit in reading.limits:
        cap = cap_parts(limit, side, points, uneven=reading.escalate is not None)
        if cap is None:
            lost.append("limit")
        else:
            caps.append(cap)
    if caps:
        data["caps"] = caps
    if reading.then:
        data["then"] = [dict(effect) for effect in reading.then]
    return data, tuple(assumed), tuple(lost)


def _full_marks(reading: PhraseReading) -> "Data | None":
    """满分10分，每处扣2分: full marks less so much for each; None where it is not that."""
    points = reading.points
    if not reading.full or reading.side != "deducted":
        return None
    if isinstance(points, str) and points not in ("unknown", "clear"):
        return {"full": reading.full, "each": {"次": points}, "floor": "0"}
    if isinstance(points, dict) and points.keys() == {"each"}:
        return {"full": reading.full, "each": points["each"], "floor": "0"}
    return None


def cap_parts(
    limit: Limit, side: Side | None, points: "Data | None" = None, *, uneven: bool = False
) -> Parts | None:
    """Write a limit for points of a side; None where the two do not go together."""
    if limit.side not in (None, "both") and side in ("added", "deducted") and limit.side != side:
        return None
    per: Data = limit.window
    match limit.what:
        case "net":
            return {"at_most": f"{limit.number} net {limit.extra}", "per": per}
        case "times":
            even = isinstance(points, str) and points not in ("unknown", "clear") and not uneven
            counted = limit.extra or ("" if even else "unknown")
            word = "time" if limit.number == "1" else "times"
            return {"at_most": f"{limit.number} {word} {counted}".strip(), "per": per}
        case "points":
            of = limit.side or side
            if of not in ("added", "deducted"):
                return None
            return {"at_most": f"{limit.number} {of}", "per": per}
    units = points.get("each") if isinstance(points, dict) else None
    counted_units = [unit.split()[-1] for unit in units] if isinstance(units, dict) else []
    if limit.what.removeprefix("个") not in counted_units:
        return None
    return {"at_most": f"{limit.number} {limit.what.removeprefix('个')}", "per": per}


def as_full_marks(figure: PhraseReading, standard: PhraseReading) -> PhraseReading | None:
    """Read a figure beside a standard that deducts as full marks: 分值 10, 评分标准 每处扣2分."""
    number = figure.points
    if not isinstance(number, str) or number.startswith("-") or not number[0].isdigit():
        return None
    if standard.side != "deducted" or standard.full or standard.points is None:
        return None
    return replace(standard, full=number)
