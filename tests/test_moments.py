"""Every command that writes, ended at random moments: files are old or new, never half.

Twelve moments a command in `make check`; MOMENTS=50 ends each at fifty.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from moments_run import COMMANDS
from shards import thorough

RUN = Path(__file__).parent / "moments_run.py"
MOMENTS = int(os.environ.get("MOMENTS", "12"))


@thorough
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_is_ended_leaves_the_old_file_or_the_new_one(name: str) -> None:
    """A quarter each is killed, interrupted, on a full disk, and with an output that is closed."""
    call = [sys.executable, str(RUN), name, str(MOMENTS)]
    run = subprocess.run(call, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    seen = json.loads(run.stdout)
    assert seen["code"] in (0, 1) and seen["changes"]
    assert seen["half"] == 0 and seen["old"] + seen["new"] == MOMENTS * len(COMMANDS[name][1])
    assert seen["old"] > 0 and seen["new"] > 0
    assert {*seen["codes"]} <= {-9, 0, 1, 2, 130}  # a traceback would be 99
