"""List what is measured: each peer by name, how it is loaded, run, checked, what it needs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reference.workload import check_households, check_trace, named_inputs

from . import columns, engine, expressions, hand


def _as_it_is(given: Any) -> Any:
    return given


def _same(found: Any, _: Any) -> Any:
    return found


@dataclass(frozen=True)
class Peer:
    """One engine around the reference workload."""

    run: Callable[[Any], Any]
    note: str
    load: Callable[[Any], Any] = _as_it_is
    """Brings the events into the form it takes; not counted."""
    comparable: Callable[[Any, Any], tuple[Any, Any]] = _same
    """Its result as households and records of the loop; not counted."""
    check: Callable[[Any, Any], tuple[int, int]] | None = None
    """Its own way to the two checksums, where that is not by way of `comparable`."""
    packages: tuple[str, ...] = ()
    """What its environment has installed, by name."""

    def checksums(self, found: Any, given: Any) -> tuple[int, int]:
        """One number over the households, one over the trace."""
        if self.check is not None:
            return self.check(found, given)
        households, trace = self.comparable(found, given)
        return check_households(households), check_trace(trace)


OURS = "caps, record and settlement by hand around it"
BY_COLUMN = "trace as columns; two cores; the input a frame"

PEERS = {
    "hand_int": Peer(hand.run_int, "the loop by hand, whole cents, collector on"),
    "hand_int_no_gc": Peer(hand.run_int_no_gc, "the same, collector off: the reference"),
    "hand_decimal_no_gc": Peer(
        hand.run_decimal, "the same in decimals", hand.load_decimals, hand.in_cents
    ),
    "jifen_rules": Peer(engine.run, "this library", engine.load, engine.comparable),
    "jifen_rules_looked": Peer(
        engine.run_looked, "and every score looked at", engine.load, engine.comparable
    ),
    "simpleeval": Peer(
        expressions.run_simpleeval, OURS, named_inputs, packages=("simpleeval", "PyYAML")
    ),
    "rule_engine": Peer(
        expressions.run_rule_engine, OURS, named_inputs, packages=("rule-engine", "PyYAML")
    ),
    "cel_rust": Peer(
        expressions.run_cel,
        OURS,
        named_inputs,
        packages=("common-expression-language", "PyYAML"),
    ),
    "zen": Peer(expressions.run_zen, OURS, named_inputs, packages=("zen-engine", "PyYAML")),
    "zen_trace": Peer(
        expressions.run_zen_trace,
        OURS + "; its matched row kept",
        named_inputs,
        packages=("zen-engine", "PyYAML"),
    ),
    "polars": Peer(
        columns.run_polars,
        BY_COLUMN,
        columns.load_polars,
        check=columns.check,
        packages=("polars", "PyYAML"),
    ),
    "duckdb": Peer(
        columns.run_duckdb,
        BY_COLUMN,
        columns.load_duckdb,
        check=columns.check_arrow,
        packages=("duckdb", "polars", "pyarrow", "PyYAML"),
    ),
}
