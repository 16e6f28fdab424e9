"""One attempt at a task: the coroutine, what reaches it, and its outcome."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
from collections.abc import Callable, Mapping
from typing import Any

from . import _context
from ._context import Context
from ._coroutines import Coroutine, arguments
from ._errors import to_wire
from ._link import log


class Threads(concurrent.futures.ThreadPoolExecutor):
    """Threads of which one knows whether they are at work."""

    def __init__(self, most: int) -> None:
        super().__init__(most, "taskapi")
        self.busy: set[concurrent.futures.Future[Any]] = set()

    def submit(self, *args: Any, **kwargs: Any) -> concurrent.futures.Future[Any]:
        future = super().submit(*args, **kwargs)
        self.busy.add(future)
        future.add_done_callback(self.busy.discard)
        return future


class Attempt:
    """Runs a coroutine, on the event loop or on a thread; ``ended`` is called once with its outcome, None if nobody wants it any more."""

    def __init__(self, task: Mapping[str, Any], coroutine: Coroutine[Any, Any], threads: concurrent.futures.Executor,
                 progressed: Callable[[Attempt], None], ended: Callable[[Attempt, dict[str, Any] | None], None]) -> None:  # fmt: skip
        self.token: str = task["lease"]["token"]
        self.context = Context(task, self._progressed)
        self.cancel_seen = False
        self._coroutine, self._threads = coroutine, threads
        self._when_progressed, self._when_ended = progressed, ended
        self._loop = asyncio.get_running_loop()
        self._over = self._interrupted = False

    def __str__(self) -> str:
        return f"{self.context.type} {self.context.id}, attempt {self.context.attempt}"

    def start(self) -> None:
        self._variables = contextvars.copy_context()
        self._variables.run(_context._current.set, self.context)
        self._task = self._variables.run(self._loop.create_task, self._run())
        self._task.add_done_callback(self._end)

    def request_cancel(self, reason: str, detail: str | None) -> None:
        """Has CancelledError raised in the coroutine: what it does about it decides the outcome."""
        if not self.cancel_seen:
            self.cancel_seen, self.context._is_given_back = True, False
            self._cancel(reason, detail)

    def interrupt(self) -> None:
        """The worker shuts down: what doesn't complete all the same is given back."""
        self._interrupted, self.context._is_given_back = True, not self.cancel_seen
        self._cancel("shutdown")

    def lose(self) -> None:
        """The lease is over: whatever the outcome will be, it isn't wanted."""
        self._over = self.context._is_given_back = True
        self._cancel("lost")

    def _cancel(self, reason: str, detail: str | None = None) -> None:
        if self.context.cancel_reason is None:
            self.context.cancel_reason = reason
        if self._coroutine.is_async:  # A thread can't be interrupted: it ends when it has looked, and until then holds its place.
            self._variables.run(self._task.cancel, detail or reason)  # As its own deed: what it awaits looks at whose it is.

    async def _run(self) -> Any:
        args, kwargs = arguments(self.context.task.get("input"))
        try:
            if self._coroutine.is_async:
                return await self._coroutine.function(*args, **kwargs)
            variables = contextvars.copy_context()
            return await self._loop.run_in_executor(self._threads, variables.run, self._call, args, kwargs)
        except (SystemExit, KeyboardInterrupt) as error:  # These would end the event loop.
            return _Escaped(error)

    def _call(self, args: list[Any], kwargs: dict[str, Any]) -> Any:
        try:
            return self._coroutine.function(*args, **kwargs)
        except StopIteration as error:  # A Future can't have it; of a coroutine Python makes the same of it.
            raise RuntimeError("the function raised StopIteration") from error

    def _end(self, task: asyncio.Task[Any]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is None and not task.cancelled() and isinstance(task.result(), _Escaped):
            error = task.result().error
        if self._over:
            outcome: dict[str, Any] | None = None
        elif self._interrupted and not self.cancel_seen and (task.cancelled() or error is not None):
            outcome = {"release": {"delaySeconds": 0}}
        elif task.cancelled():
            outcome = {"cancelled": True}
        elif error is not None:
            outcome = {"error": _wire(error)}
            log.info("%s: %s", self, outcome["error"]["reason"], exc_info=error if log.isEnabledFor(10) else None)
        else:
            outcome = {"result": task.result()}
        self._when_ended(self, outcome)

    def _progressed(self, _context: Context) -> None:
        self._loop.call_soon_threadsafe(self._when_progressed, self)


def _wire(error: BaseException) -> dict[str, Any]:
    try:
        return to_wire(error)
    except Exception as another:  # A TaskFailed of what has no text, say.
        return to_wire(another)


class _Escaped:
    def __init__(self, error: BaseException) -> None:
        self.error = error
