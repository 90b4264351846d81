"""Python's collector of cycles, held off while a million values without cycles are made."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_off() -> Iterator[None]:
    """Hold Python's collector of cycles off: it would walk a million records that have none.

    It is the process's own, so other threads are without it meanwhile; reference counting goes on.
    What was made meanwhile is then old to it (frozen and thawed), or it would walk all of that at once.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on and not gc.get_freeze_count():
            gc.freeze()
            gc.unfreeze()
        if was_on:
            gc.enable()


@contextmanager
def collector_waiting() -> Iterator[None]:
    """Let the collector wait for a piece of work, and walk what that made once, after it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
