"""What all tests have in common: the machine's language, width and colours do not matter."""

import os

import pytest
from hypothesis import settings

import shards

for name in ("LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "FORCE_COLOR", "NO_COLOR", "PY_COLORS"):
    os.environ.pop(name, None)
os.environ.pop("GITHUB_ACTIONS", None)  # Typer and Rich write colours under it
os.environ.update(LC_ALL="C.UTF-8", COLUMNS="80", TERM="dumb", PYTHONUTF8="1")


def pytest_configure(config: pytest.Config) -> None:
    """Let generated cases be fewer where the thorough tests are left out."""
    shards.QUICK = config.option.markexpr == "not thorough"
    if shards.QUICK:
        drawn = shards.examples(settings().max_examples, part=3)
        settings.register_profile("quick", settings(), max_examples=drawn)
        settings.load_profile("quick")
