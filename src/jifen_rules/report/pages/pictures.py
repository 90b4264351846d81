"""Figures -> SVG that stands in a page: bars, marks on one scale, upright columns.

A loss is hollow and red, a gain filled and green, so that they differ in a print without colour.
"""

from collections.abc import Sequence
from decimal import Decimal
from html import escape
from typing import Final

from ..render.language import Language, words
from .values import BarMark, Columns

GAIN: Final = 'fill="#4b6b4f"'
LOSS: Final = 'fill="#fff" stroke="#a3261d" stroke-width="2"'
LEAST: Final = 1.2
"""No mark is narrower, in hundredths of the width: it could not be seen."""


def bar_picture(size: Decimal, longest: Decimal) -> str:
    """Draw a bar from the left; one below zero is hollow."""
    width = float(100 * abs(size) / longest) if longest else 0.0
    return _strip(_rectangle(0.5, max(width - 1, 0), LOSS if size < 0 else GAIN))


def mark_pictures(rows: Sequence[Sequence[BarMark]]) -> list[str]:
    """Draw the marks of each row on one scale, with a line at 0 where it lies within."""
    figures = [figure for row in rows for mark in row for figure in (mark.start, mark.end)]
    low, high = min(figures, default=Decimal(0)), max(figures, default=Decimal(0))
    return [_strip("".join(_marks(row, low, high))) for row in rows]


def _marks(row: Sequence[BarMark], low: Decimal, high: Decimal) -> list[str]:
    drawn = []
    for mark in row:
        if mark.start != mark.end:
            one, two = (_across(figure, low, high) for figure in (mark.start, mark.end))
            look = GAIN if two > one else LOSS
            width = max(abs(two - one), LEAST)
            left = max(min(one, two), 1.0) if two > one else max(max(one, two) - width, 1.0)
            drawn.append(_rectangle(left, width, look))
    if low <= 0 <= high:
        at = _across(Decimal(0), low, high)
        drawn.append(f'<path d="M{at:.2f} 0V10" {_THIN}/>')
    return drawn


def _across(figure: Decimal, low: Decimal, high: Decimal) -> float:
    """Place a figure in hundredths of the width, a little from both ends."""
    return 2.0 + 96.0 * float((figure - low) / (high - low)) if high > low else 2.0


_THIN: Final = 'stroke="#1b1b1b" stroke-width="1" vector-effect="non-scaling-stroke"'


def _rectangle(left: float, width: float, look: str) -> str:
    return (
        f'<rect x="{left:.2f}" y="1" width="{width:.2f}" height="8" {look} '
        'vector-effect="non-scaling-stroke"/>'
    )


def _strip(inside: str) -> str:
    return (
        '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        + inside
        + "</svg>"
    )


# --- upright columns ------------------------------------------------------------------------------

_WIDTH: Final = 480
_HEIGHT: Final = 315
_TOP: Final = 22
_FLOOR: Final = 260
_SIGN: Final = 8
"""How wide a narrow sign of a label is about; a Chinese one is twice as wide."""


def column_picture(picture: Columns, language: Language) -> str:
    """Draw upright bars with the number above and the label below each."""
    bars = picture.bars
    room = _WIDTH / len(bars)
    highest = max(bar.size for bar in bars)
    labels = [words(bar.label, language) for bar in bars]
    longest = max(sum(2 if ord(sign) > 0xFF else 1 for sign in label) for label in labels)
    rows = min(3, int(longest * _SIGN // room) + 1)  # by turns, so that neighbours do not touch
    drawn = []
    for number, (bar, label) in enumerate(zip(bars, labels, strict=True)):
        height = float((_FLOOR - _TOP) * bar.size / highest) if highest else 0.0
        middle = room * (number + 0.5)
        look = GAIN if number in picture.gains else LOSS
        if bar.size:
            wide = min(room * 0.7, 60)
            drawn.append(
                f'<rect x="{middle - wide / 2:.1f}" y="{_FLOOR - height:.1f}" '
                f'width="{wide:.1f}" height="{height:.1f}" {look}/>'
            )
            drawn.append(_text(middle, _FLOOR - height - 6, words(bar.shown, language)))
        drawn.append(_text(middle, _FLOOR + 17 + 17 * (number % rows), label))
    losses = len(bars) - len(picture.gains)
    if picture.gains and losses:
        at = room * losses
        drawn.append(f'<path d="M{at:.1f} 4V{_FLOOR}" {_THIN} stroke-dasharray="4 4"/>')
    drawn.append(f'<path d="M0 {_FLOOR}H{_WIDTH}" {_THIN}/>')
    return (
        f'<svg class="chart" viewBox="-20 0 {_WIDTH + 40} {_HEIGHT}" aria-hidden="true">'
        + "".join(drawn)
        + "</svg>"
    )


def _text(across: float, down: float, text: str) -> str:
    return (
        f'<text x="{across:.1f}" y="{down:.1f}" text-anchor="middle" font-size="13">'
        f"{escape(text)}</text>"
    )
