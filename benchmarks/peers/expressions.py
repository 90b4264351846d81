"""Engines that give the number alone.

Caps, record and settlement are the loop of `workload.drive`.
"""

from collections.abc import Callable
from typing import Any

from reference.workload import drive, rules, sources

Run = Callable[[Any], tuple[Any, Any]]


def _python(test: str, a: str, b: str) -> str:
    return f"({a} if {test} else {b})"


def _c(test: str, a: str, b: str) -> str:
    return f"({test} ? {a} : {b})"


def _double(name: str, text: str) -> str:
    return f'{name} == "{text}"'


def run_simpleeval(events: Any) -> Any:
    """simpleeval, each expression parsed once."""
    from simpleeval import SimpleEval

    engine = SimpleEval()
    parsed = {key: (text, engine.parse(text)) for key, text in sources(_python, _double).items()}

    def raw_of(indicator: str, inputs: Any) -> int:
        engine.names = inputs
        text, tree = parsed[indicator]
        return round(engine.eval(text, previously_parsed=tree) * 100)

    return drive(events, raw_of)


def run_rule_engine(events: Any) -> Any:
    """rule-engine, typed."""
    import rule_engine as engine

    kinds = {"qty": "FLOAT", "level": "STRING", "hours": "FLOAT", "role": "STRING"}
    types = {name: getattr(engine.DataType, kind) for name, kind in kinds.items()}
    types["indicator"] = engine.DataType.STRING
    context = engine.Context(type_resolver=engine.type_resolver_from_dict(types))
    ready = {key: engine.Rule(t, context=context) for key, t in sources(_c, _double).items()}
    return drive(events, lambda indicator, inputs: round(ready[indicator].evaluate(inputs) * 100))


def run_cel(events: Any) -> Any:
    """CEL in Rust (common-expression-language)."""
    import cel

    ready = {key: cel.compile(text) for key, text in sources(_c, _double).items()}
    return drive(events, lambda indicator, inputs: round(ready[indicator].execute(inputs) * 100))


# --- GoRules ZEN: one decision table, through the loader that compiles it once --------------------


def _table() -> dict[str, Any]:
    rows: list[dict[str, str]] = []

    def add(key: str, points: str, level: str = "", test: str = "") -> None:
        level = f'"{level}"' if level else ""
        name = f"r{len(rows)}"
        rows.append({"_id": name, "i1": f'"{key}"', "i2": level, "i3": test, "o1": points})

    for key, rule in rules().items():
        if rule["kind"] == "fixed":
            add(key, repr(rule["points"] / 100))
        elif rule["kind"] == "unit":
            add(key, f"{rule['points'] / 100} * qty")
        elif rule["kind"] == "level":
            for level, amount in rule["points"].items():
                add(key, repr(amount / 100), level=level)
    add("E31", "2 * hours", test="hours >= 2")
    add("E31", "1")
    add("F31", "8", test="role == 'party_member'")
    add("F31", "5")
    add("E32", "1.5 * hours + 2", test="role == 'party_member'")
    add("E32", "1.5 * hours")
    return {
        "hitPolicy": "first",
        "rules": rows,
        "outputs": [{"id": "o1", "name": "points", "field": "points"}],
        "inputs": [
            {"id": "i1", "name": "indicator", "field": "indicator"},
            {"id": "i2", "name": "level", "field": "level"},
            {"id": "i3", "name": "condition"},
        ],
    }


def _decision() -> Any:
    import zen

    place = {"x": 0, "y": 0}
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", "position": place},
        {
            "id": "t",
            "name": "t",
            "type": "decisionTableNode",
            "position": place,
            "content": _table(),
        },
        {"id": "out", "name": "out", "type": "outputNode", "position": place},
    ]
    edges = [
        {"id": "a", "sourceId": "in", "targetId": "t", "type": "edge"},
        {"id": "b", "sourceId": "t", "targetId": "out", "type": "edge"},
    ]
    content = {"p": {"nodes": nodes, "edges": edges}}
    return zen.ZenEngine({"loader": {"type": "static", "content": content}}).evaluate


def run_zen(events: Any) -> Any:
    """ZEN without its trace."""
    ask = _decision()
    return drive(events, lambda _, inputs: round(ask("p", inputs)["result"]["points"] * 100))


def run_zen_trace(events: Any) -> Any:
    """ZEN with its trace, of which the row that matched is kept."""
    ask, kept, options = _decision(), [], {"trace": True}

    def raw_of(_: str, inputs: Any) -> int:
        answer = ask("p", inputs, options)
        kept.append(answer["trace"]["t"]["traceData"]["rule"]["_id"])
        return round(answer["result"]["points"] * 100)

    found = drive(events, raw_of)
    assert len(kept) == len(found[1])
    return found
