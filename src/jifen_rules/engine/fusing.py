"""Fuse prepared stages: the very statements of their pieces, one after the other in one function.

A driver asks for `driver(stages)` and gets a function that runs points through them and says where
they changed. `chained` calls stage by stage; `fused` does the same in one function, made from the
pieces' own source by renaming, with no wording of its own. A piece that cannot be fused is called.
Knows nothing of what a stage means. To switch fusing off, set `FUSING_PAYS_FROM`.
"""

import ast
import builtins
import linecache
from collections.abc import Callable, Iterator
from functools import lru_cache
from inspect import getblock
from textwrap import dedent
from types import CodeType, FunctionType
from typing import TypeAlias, cast

from ..core.terms import Exact
from .frames import DayFrames
from .rows import Cut
from .stages import Run, Stage
from .state import Contribution

Driven: TypeAlias = tuple[tuple[Stage, tuple[Run, ...], bool], ...]
"""Each stage, its pieces, and whether it is a limit, whose cut says what room it leaves."""

Driver: TypeAlias = Callable[[DayFrames, Contribution, Exact], tuple[Exact, tuple[Cut, ...]]]
"""Runs points through stages; gives what comes to the end, and each cut on the way."""

_ARGUMENTS = ("sums", "item", "x")


def chained(stages: Driven) -> Driver:
    """Call stage after stage."""

    def drive(sums: DayFrames, item: Contribution, x: Exact) -> tuple[Exact, tuple[Cut, ...]]:
        cuts: tuple[Cut, ...] = ()
        for stage, pieces, is_limit in stages if x else ():
            let = x
            for piece in pieces:
                let = piece(sums, item, let)
            if let != x:
                cuts += ((stage, x, let, stage.room(sums, item, let) if is_limit else None),)
                x = let
                if not x:
                    break
        return x, cuts

    return drive


def fused(stages: Driven) -> Driver:
    """Make one function of all pieces; equal shapes share its code."""
    shape = tuple(
        (tuple(cast(FunctionType, piece).__code__ for piece in pieces), is_limit)
        for _, pieces, is_limit in stages
    )
    bound: dict[str, object] = {}
    number = 0
    for place, (stage, pieces, _) in enumerate(stages):
        bound[f"stage_{place}"] = stage
        for piece in pieces:
            bound[f"piece_{number}"] = piece
            bound |= {f"{name}_{number}": value for name, value in _bound(piece)}
            number += 1
    code = _code(shape).replace(co_name=f"drive_{number}")  # a copy: each learns its own names
    return cast(Driver, FunctionType(code, bound))


def _bound(piece: Run) -> Iterator[tuple[str, object]]:
    """Return what the names of a piece stand for, outside itself."""
    function = cast(FunctionType, piece)
    cells = function.__closure__ or ()
    for name, cell in zip(function.__code__.co_freevars, cells, strict=True):
        yield name, cell.cell_contents
    for name in function.__code__.co_names:
        if name in function.__globals__:
            yield name, function.__globals__[name]


@lru_cache(maxsize=1 << 10)
def _code(shape: tuple[tuple[tuple[CodeType, ...], bool], ...]) -> CodeType:
    """Compile the function of a shape."""
    body: list[ast.stmt] = []
    number = 0
    for place, (pieces, is_limit) in enumerate(shape):
        came = "x"
        for piece in pieces:
            body += _statements(piece, number, came)
            came, number = "let", number + 1
        body += _cut(place, is_limit=is_limit)
    tree = ast.parse("def drive(sums, item, x):\n cuts = ()\n while x:\n  break\n return x, cuts")
    loop = cast(ast.While, cast(ast.FunctionDef, tree.body[0]).body[1])
    loop.body = [*body, *loop.body]
    module = compile(tree, "<fused stages>", "exec")
    return next(const for const in module.co_consts if isinstance(const, CodeType))


@lru_cache(maxsize=1 << 8)
def _cut(place: int, *, is_limit: bool) -> list[ast.stmt]:
    left = f"stage_{place}.room(sums, item, let)" if is_limit else "None"
    return ast.parse(
        f"if let != x:\n cuts += ((stage_{place}, x, let, {left}),)\n x = let\n if not x: break"
    ).body


@lru_cache(maxsize=1 << 10)
def _statements(piece: CodeType, number: int, came: str) -> list[ast.stmt]:
    """Return the statements of one piece, under names of its own; what it returns is `let`."""
    found = _body(piece)
    if found is None:
        return ast.parse(f"let = piece_{number}(sums, item, {came})").body
    own = {*piece.co_varnames, *piece.co_freevars, *piece.co_names} - {*_ARGUMENTS, *dir(builtins)}
    names = {name: f"{name}_{number}" for name in own} | {"x": came}
    *body, last = [_Renamed(names).visit(statement) for statement in ast.parse(found).body]
    value = cast(ast.expr, cast(ast.Return, last).value)
    let = ast.Assign([ast.Name("let", ast.Store())], value)
    return [*body, ast.fix_missing_locations(ast.copy_location(let, last))]


class _Renamed(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self._names.get(node.id, node.id)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.Assign:
        """Leave types away: they say nothing at run time."""
        assert node.value is not None
        plain = ast.Assign([self.visit(node.target)], self.visit(node.value))
        return ast.copy_location(plain, node)


@lru_cache(maxsize=1 << 8)
def _body(piece: CodeType) -> str | None:
    """Return the statements of a piece that returns once, at its end; None if not fusable."""
    if piece.co_varnames[: piece.co_argcount] != _ARGUMENTS or piece.co_cellvars:
        return None
    lines = linecache.getlines(piece.co_filename)[piece.co_firstlineno - 1 :]
    function = next(iter(ast.parse(dedent("".join(getblock(lines)))).body), None)
    if not isinstance(function, ast.FunctionDef):  # the source is not at hand
        return None
    returns = [node for node in ast.walk(function) if isinstance(node, ast.Return)]
    if len(returns) != 1 or returns[0] is not function.body[-1] or returns[0].value is None:
        return None
    if any(map(_is_not_its_own, ast.walk(function))):
        return None
    return "\n".join(map(ast.unparse, function.body))


def _is_not_its_own(node: ast.AST) -> bool:
    """Tell whether a node leaves the loop around the pieces, names things, or sets an argument."""
    if isinstance(node, ast.Name):
        return node.id in _ARGUMENTS and isinstance(node.ctx, ast.Store)
    return isinstance(node, (ast.Break, ast.Continue, ast.Yield, ast.Lambda, ast.comprehension))
