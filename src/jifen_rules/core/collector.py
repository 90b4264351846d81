"""Python's collector of cycles, held off while a million values without cycles are made."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_MANY = 100_000
"""So many new values are worth it not to be walked through."""


@contextmanager
def collector_off() -> Iterator[None]:
    """Hold Python's collector of cycles off: it would walk a million records that have none.

    It is the process's own, so other threads are without it meanwhile; reference counting goes on.
    Where much was made meanwhile, that is then old to it (frozen and thawed), or it would walk all
    of it at once. Where little was, nothing is asked: to count what a program has frozen walks all
    of it.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on and gc.get_count()[0] > _MANY and not gc.get_freeze_count():
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
