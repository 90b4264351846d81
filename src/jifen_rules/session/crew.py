"""Processes that do one task each and answer over a pipe; none outlives its `with`.

Knows nothing of what they do. An error that one of them raises is raised to whoever waits for its
answer.
"""

import multiprocessing
import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, TypeAlias

Task: TypeAlias = Callable[[Connection], None]
"""What a process does: it may send, and must be able to be pickled where it is not forked."""

_PICKLED = b"\x80"
"""What every pickle begins with."""


class _Failed:
    """That a process came to its end by an error."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


class Crew:
    """The processes, numbered as their tasks."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        forked = start_method() == "fork"
        context = (
            multiprocessing.get_context("fork") if forked else multiprocessing.get_context("spawn")
        )
        pipes = [context.Pipe() for _ in tasks]
        self._ends = [end for end, _ in pipes]
        self._processes: list[BaseProcess] = []
        try:
            for task, (_, end) in zip(tasks, pipes, strict=True):
                others = (*self._ends, *(e for _, e in pipes if e is not end)) if forked else ()
                process = context.Process(target=_work, args=(task, end, others), daemon=True)
                process.start()
                self._processes.append(process)
        except BaseException:
            self.dismiss()
            raise
        finally:
            for _, end in pipes:
                end.close()

    def __enter__(self) -> "Crew":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.dismiss()

    def dismiss(self) -> None:
        """End every process, whatever it is doing."""
        for end in self._ends:
            end.close()
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join()
            process.close()
        self._processes.clear()

    def hear(self) -> Iterator[tuple[int, Any]]:
        """All that the processes have to say, each with its number, until each has said None."""
        waiting = {end: number for number, end in enumerate(self._ends)}
        while waiting:
            ready = wait([*waiting])
            for end, number in [*waiting.items()]:
                if end not in ready:
                    continue
                word = _heard(end)
                if word is None:
                    del waiting[end]
                else:
                    yield number, word


def start_method() -> str:
    """How processes are started: by a fork where nothing else runs that it could break off."""
    with suppress(OSError):
        if sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1:
            return "fork"
    return "spawn"


def send(end: Connection, word: object) -> None:
    """Say a word at an end of a pipe; bytes that cannot be taken for a pickle go as they are."""
    if not isinstance(word, bytes) or word.startswith(_PICKLED):
        word = pickle.dumps(word, pickle.HIGHEST_PROTOCOL)
    end.send_bytes(word)


def _heard(end: Connection) -> object:
    """Return the next word at an end of a pipe; an error that came instead is raised."""
    try:
        data = end.recv_bytes()
    except EOFError:
        raise ChildProcessError("a worker ended before its work was done") from None
    word = pickle.loads(data) if data.startswith(_PICKLED) else data
    if isinstance(word, _Failed):
        raise word.error
    return word


def _work(task: Task, end: Connection, others: Sequence[Connection]) -> None:
    """Return what a process does from its start to its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who interrupts the caller has it end this one
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for other in others:
        other.close()
    try:
        task(end)
    except BaseException as error:  # whatever it is, the caller hears it
        error.add_note(f"in a worker:\n{''.join(traceback.format_tb(error.__traceback__))}")
        with suppress(OSError):
            send(end, _Failed(_sendable(error)))


def _sendable(error: BaseException) -> BaseException:
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # it may hold anything
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
