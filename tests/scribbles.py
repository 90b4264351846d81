"""A scheme written as hands write: keys in any order, any layout, comments in any place.

Every comment is a word of its own, and `owners` says what it was written about, so that a test can
see whether it is still there. Knows nothing of how the house reads or lays out.
"""

import json
import random
import re
from dataclasses import dataclass, field
from typing import Any

Path = tuple[str | int, ...]
PLAIN = re.compile(r"[\w.%+-][\w.%+ -]*[\w.%]|[\w.%]")


@dataclass
class Scribble:
    """A text, and for each of its comments what it is about: an entry, or the end of a branch."""

    text: str
    owners: dict[str, tuple[str, Path]] = field(default_factory=dict)


def scribble(data: dict[str, Any], seed: int, chance: float = 0.12) -> Scribble:
    """Write plain data as one of many texts that all say it."""
    writer = _Writer(random.Random(seed), chance)
    lines = writer.block(data, (), 0)
    if writer.rng.random() < 0.5:
        lines = [f"# {writer.comment('head', ())}", "", *lines]
    return Scribble("\n".join(lines) + "\n", writer.owners)


def has_code(line: str) -> bool:
    """Whether a line says anything but a comment."""
    return bool(line.strip()) and not line.lstrip().startswith("#")


class _Writer:
    def __init__(self, rng: random.Random, chance: float) -> None:
        self.rng, self.chance = rng, chance
        self.owners: dict[str, tuple[str, Path]] = {}

    def comment(self, kind: str, path: Path) -> str:
        text = f"c{len(self.owners)} {self.rng.choice(['points: 5', '说明', '- {a: 1}', '#', 'x'])}"
        self.owners[text] = (kind, path)
        return text

    def own_lines(self, kind: str, path: Path, pad: str) -> list[str]:
        lines: list[str] = []
        while self.rng.random() < self.chance:
            lines += [""] * self.rng.choice([0, 0, 0, 1, 2])
            lines.append(f"{pad}# {self.comment(kind, path)}")
        return lines

    def beside(self, path: Path) -> str:
        if self.rng.random() >= self.chance:
            return ""
        return f"{' ' * self.rng.randrange(1, 9)}# {self.comment('entry', path)}"

    def entries(self, data: Any, path: Path) -> list[tuple[str, Any, Path]]:
        if isinstance(data, dict):
            pairs = [(f"{self.scalar(key)}: ", value, (*path, key)) for key, value in data.items()]
            self.rng.shuffle(pairs)
            return pairs
        return [("", value, (*path, number)) for number, value in enumerate(data)]

    def block(self, data: Any, path: Path, indent: int) -> list[str]:
        pad, lines = " " * indent, []
        for head, value, inner in self.entries(data, path):
            lines += self.own_lines("entry", inner, pad)
            if not path and not any(map(has_code, lines)):
                lines = [
                    line for line in lines if line
                ]  # a blank line would make it the file's head
            dash = "" if head else "- "
            first, *rest = self.value(value, inner, indent, head)
            lines += [f"{pad}{dash}{head}{first}".rstrip(), *rest]
        return lines + self.own_lines("tail", path, pad)

    def value(self, value: Any, path: Path, indent: int, head: str) -> list[str]:
        if not isinstance(value, dict | list):
            return [f"{self.scalar(value)}{self.beside(path)}"]
        style = self.rng.choice(["block", "block", "line", "lines"])
        if not value or style == "line":
            return [f"{self.on_one_line(value)}{self.beside(path)}"]
        if style == "lines":
            return self.over_lines(value, path, indent)
        if head:
            return [self.beside(path).strip(), *self.block(value, path, indent + 2)]
        inner = self.block(value, path, indent + 2)
        start = next(n for n, line in enumerate(inner) if line.strip()[:1] not in ("", "#"))
        if start:  # comments cannot stand between a dash and its entry on one line
            return ["", *inner]
        return [inner[0].strip(), *inner[1:]]

    def on_one_line(self, value: Any) -> str:
        if not isinstance(value, dict | list):
            return self.scalar(value)
        inside = ", ".join(f"{head}{self.on_one_line(v)}" for head, v, _ in self.entries(value, ()))
        return f"{{{inside}}}" if isinstance(value, dict) else f"[{inside}]"

    def over_lines(self, value: Any, path: Path, indent: int) -> list[str]:
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        pad = " " * (indent + 4)
        lines = [f"{opening}{self.beside(path)}"]
        for head, inner, inner_path in self.entries(value, path):
            lines += self.own_lines("entry", inner_path, pad)
            lines.append(f"{pad}{head}{self.on_one_line(inner)},{self.beside(inner_path)}")
        lines += self.own_lines("tail", path, pad)
        return [*lines, f"{' ' * (indent + 2)}{closing}"]

    def scalar(self, value: Any) -> str:
        text = str(value)
        style = self.rng.choice(["plain", "plain", "single", "double"])
        if style == "plain" and PLAIN.fullmatch(text) and ": " not in text:
            return text
        if style == "single":
            return "'" + text.replace("'", "''") + "'"
        return json.dumps(text, ensure_ascii=False)
