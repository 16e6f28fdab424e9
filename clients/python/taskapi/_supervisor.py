"""Several worker processes under one, which starts them again when they die."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import select
import signal
import time
from collections.abc import Callable, Sequence

log = logging.getLogger("taskapi.supervisor")

LIFELINE = "TASKAPI_LIFELINE"
"""Names a pipe that a worker process inherits: it is closed when the supervisor is gone, however it went."""

WRONG_USE = 2
"""The exit code of a process that would end the same way each time."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_HEALTHY_SECONDS = 60.0


async def supervise(commands: Sequence[Sequence[str]]) -> int:
    """Runs one process for each command until SIGTERM or SIGINT, which it forwards. Its own exit code is the highest of theirs.

    A second signal kills them."""
    supervisor = _Supervisor()
    loop = asyncio.get_running_loop()
    on_signals(lambda number: loop.call_soon_threadsafe(supervisor.forward, number), supervisor.kill)
    codes: list[int] = await asyncio.gather(*(supervisor.keep(command) for command in commands))
    return max(code if code >= 0 else 128 - code for code in codes)


def on_signals(first: Callable[[int], object], second: Callable[[int], object]) -> None:
    """Has ``first(number)`` called for SIGTERM or SIGINT, and ``second(number)`` for those that follow, on any system.

    That is right where the signal comes, between any two steps of the program: an event loop that is held up would never hear of it."""
    seen: list[int] = []

    def came(number: int, _frame: object = None) -> None:
        seen.append(number)
        (first if len(seen) == 1 else second)(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, came)


class _Supervisor:
    def __init__(self) -> None:
        self._processes: set[asyncio.subprocess.Process] = set()
        self._stopping = asyncio.Event()
        self._lifeline, self._held = os.pipe()

    def forward(self, number: int) -> None:
        self._stopping.set()
        for process in self._processes:
            _send(process, number)

    def kill(self, number: int) -> None:
        """Nothing is waited for. A process that is only about to begin ends as its lifeline does."""
        for process in self._processes:
            _send(process, signal.SIGKILL)
        os._exit(128 + number)

    async def keep(self, command: Sequence[str]) -> int:
        pause = _FIRST_PAUSE
        while True:
            begun = time.monotonic()
            code = await self._run(command)
            if self._stopping.is_set():  # One that had only just begun may have ended by the signal itself.
                return 0 if code in (-signal.SIGTERM, -signal.SIGINT) else code
            if code == WRONG_USE:
                self.forward(signal.SIGTERM)
                return code
            if time.monotonic() - begun > _HEALTHY_SECONDS:
                pause = _FIRST_PAUSE
            log.warning("A worker process has ended with %s; the next one starts in %.1f s", code, pause)
            try:
                await asyncio.wait_for(self._stopping.wait(), pause)
                return 0
            except asyncio.TimeoutError:
                pause = min(pause * 2, _LONGEST_PAUSE)

    async def _run(self, command: Sequence[str]) -> int:
        # In a session of its own: Ctrl+C in a terminal reaches the supervisor alone, which forwards it.
        process = await asyncio.create_subprocess_exec(
            *command, env={**os.environ, LIFELINE: str(self._lifeline)}, pass_fds=(self._lifeline,), start_new_session=True
        )
        self._processes.add(process)
        if self._stopping.is_set():
            _send(process, signal.SIGTERM)
        try:
            return await process.wait()
        finally:
            self._processes.discard(process)


def _send(process: asyncio.subprocess.Process, number: int) -> None:
    # Popen's own send_signal would look whether the process has ended, and take its exit code from the loop that waits for it.
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, number)


def watch_lifeline(gone: Callable[[], None]) -> Callable[[], bool]:
    """In a worker process: has ``gone()`` called when its supervisor is no more. What is returned says if there is one, without the loop."""
    if not (number := os.environ.pop(LIFELINE, None)):
        return lambda: False
    loop, lifeline = asyncio.get_running_loop(), int(number)

    def closed() -> None:
        loop.remove_reader(lifeline)
        gone()

    loop.add_reader(lifeline, closed)
    return lambda: not select.select([lifeline], [], [], 0)[0]
