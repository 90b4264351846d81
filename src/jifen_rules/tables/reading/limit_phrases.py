"""Phrases of limits and consequences -> readings: caps, once only, full marks, vetoes, measures.

Each maker gets what a pattern matched and gives a reading, or None where it may mean another thing.
"""

import re

from ...core.message import N_, msg
from .grammar import MINUS, PLUS, WINDOWS, Matched, scope_fits, window_said
from .reading import Context, Limit, PhraseReading, Side


def read_limit(match: Matched, context: Context) -> PhraseReading | None:
    """每月最高10分, 每季度限3次, 每次最多2小时."""
    number = "unknown" if match["p"] == "未载明" else match.figure("p")
    what = match["what"]
    side: Side | None = None
    if sign := match["sign"]:
        side = "added" if re.fullmatch(PLUS, sign) else None
        side = "deducted" if re.fullmatch(MINUS, sign) else side
    if number is None or not scope_fits(match, context) or (what == "次" and side == "deducted"):
        return None
    kind = {"": "points", "分": "points", "次": "times"}.get(what, what)
    if not what and context.unit:
        kind = context.unit
    if not what and not (context.names_limit or match["p"].isdigit()):
        return None
    notes = () if what or context.unit else (msg(N_("the figure is taken for points")),)
    extra = {"先到先计": "first", "就高计": "highest", "": ""}[match["extra"]]
    window = window_said(match) or WINDOWS.get(match["w3"], "") or context.window
    limit = Limit(number, kind, window or "unknown", side, extra)
    return PhraseReading(limits=(limit,), assumed=notes)


def read_bare_limit(match: Matched, context: Context) -> PhraseReading | None:
    """In a column of limits, a figure alone."""
    return read_limit(match, context) if context.names_limit else None


def read_no_limit(match: Matched, context: Context) -> PhraseReading | None:
    """Read 不限, 上不封顶: a column of limits, or a sentence, that sets none."""
    return PhraseReading() if context.names_limit or len(match.text) > 1 else None


def read_net(match: Matched, context: Context) -> PhraseReading | None:
    """Read a limit on the net, and what becomes of the rest."""
    number = match.figure("p")
    beyond = {"余额保留": "kept", "余额作废": "lost", "余额未载明": "unknown"}[match["extra"]]
    if number is None:
        return None
    return PhraseReading(limits=(Limit(number, "net", window_said(match), "both", beyond),))


def read_single(match: Matched, context: Context) -> PhraseReading | None:
    """Read 一次性: once for ever."""
    return PhraseReading(limits=(Limit("1", "times", "ever"),))


def read_full(match: Matched, context: Context) -> PhraseReading | None:
    """Read 满分10分 as full marks."""
    number = match.figure("p")
    return PhraseReading(full=number) if number else None


def read_to_zero(match: Matched, context: Context) -> PhraseReading | None:
    """Read 扣完为止: deducts end at zero."""
    return PhraseReading(to_zero=True)


def read_veto(match: Matched, context: Context) -> PhraseReading | None:
    """Read 一票否决: a veto, of which nothing further is stated."""
    return PhraseReading(then=({"veto": "unknown", "lasts": "unknown", "gives": "unknown"},))


def read_action(match: Matched, context: Context) -> PhraseReading | None:
    """Read a consequence in words: 通报批评, 取消评优资格."""
    return PhraseReading(then=({"action": match["action"] or match["stated"]},))
