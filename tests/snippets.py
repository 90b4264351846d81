"""The snippets of the mechanics of real schemes, and the head that they stand under."""

from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "mechanics"
HEAD = {
    "scheme": "snippet",
    "effective_from": "2024-01-01",
    "subject": "household",
    "period": "year",
    "at_period_end": "clear",
    "floor": "none",
}
"""What a snippet that says nothing else stands under."""


def mechanics() -> list[dict[str, Any]]:
    """All snippets, in the order of their ids."""
    files = sorted(FOLDER.glob("[A-Z].yaml"))
    return [m for file in files for m in yaml.load(file.read_text("utf-8"), yaml.BaseLoader)]


def whole(snippet: str) -> str:
    """A snippet under the head, so far as it does not say those keys itself."""
    own = {line.partition(":")[0] for line in snippet.splitlines()}
    if "extends" in own:
        return snippet
    head = "".join(f"{key}: {value}\n" for key, value in HEAD.items() if key not in own)
    return head + snippet


def further() -> list[dict[str, Any]]:
    """Snippets beyond the 98, of what other point systems have."""
    return list(yaml.load((FOLDER / "further.yaml").read_text("utf-8"), yaml.BaseLoader))


TRY_OUT = """方案: try-out
名称: 试点村积分
生效日期: 2024-01-01
积分对象: 户
考核周期: 年
基础分: 100
下限: 不设
期末处理: 清零
指标:
  - {id: help, 名称: 志愿服务, 分值: 5, 上限: [{至多: 12 加分, 每: 年}]}
  - {id: litter, 名称: 乱倒垃圾, 分值: -2}
"""
"""A draft for the page in the browser: an add under a cap, and a deduct."""
