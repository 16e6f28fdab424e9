"""What a coroutine can know of the task that it runs in, and tell about it."""

from __future__ import annotations

import asyncio
import contextvars
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, SupportsFloat

from ._errors import clean

_MAX_NOTE = 256
_current: contextvars.ContextVar[Context] = contextvars.ContextVar("taskapi.context")


@dataclass(frozen=True)
class Parent:
    """The outcome of a task that this one was to run after."""

    id: str
    status: str
    result: Any
    error: Mapping[str, Any] | None


class Context:
    """The attempt that is running: ``taskapi.current()``. May be used from any thread."""

    def __init__(self, task: Mapping[str, Any], changed: Callable[[Context], None]) -> None:
        self.task: Mapping[str, Any] = task
        """The task as the service handed it out."""
        self.id: str = task["id"]
        self.type: str = task["type"]
        self.name: str | None = task.get("name")
        self.group: str | None = task.get("group")
        self.key: str | None = task.get("key")
        self.attempt: int = task.get("attempt", 1)
        """The number of this attempt, from 1."""
        self.traceparent: str | None = task.get("traceparent")
        """The trace that the attempt belongs to (W3C Trace Context)."""
        self.parents = [Parent(p["id"], p["status"], p.get("result"), p.get("error")) for p in task.get("parents") or ()]
        self.cancel_reason: str | None = None
        """Why the task is to be cancelled, such as ``cancelled`` or ``timeout``; None if it isn't."""
        self._is_given_back = False  # It is cancelled here alone: another attempt begins, or has begun, with what this one awaits.
        self._changed, self._told = changed, False
        self._progress: dict[str, Any] | None = None
        self._sent: dict[str, Any] | None = None

    @property
    def cancel_requested(self) -> bool:
        """Whether the coroutine is to come to an end. For plain functions, which no CancelledError can reach."""
        return self.cancel_reason is not None

    def raise_if_cancelled(self) -> None:
        """Raises CancelledError if the task is to be cancelled: a plain function calls it now and then."""
        if self.cancel_reason is not None:
            raise asyncio.CancelledError(self.cancel_reason)

    def progress(self, done: SupportsFloat, total: SupportsFloat | None = None, note: str | None = None) -> None:
        """How far the task is, in numbers of any kind. The service is told at most four times a second, and of the last one always."""
        if not math.isfinite(done) or not (total is None or math.isfinite(total)):
            raise ValueError("done and total must be finite numbers")
        # As floats, which JSON has a form for: other kinds of numbers would only be refused when the worker tells of them.
        self._progress = {"done": float(done), "total": None if total is None else float(total), "note": None if note is None else clean(note)[:_MAX_NOTE]}
        if not self._told:
            self._told = True
            self._changed(self)

    @property
    def has_progress(self) -> bool:
        """Whether there is some that the service hasn't been told."""
        return self._progress is not self._sent

    def take_progress(self) -> dict[str, Any] | None:
        """What the service hasn't been told, for the worker."""
        self._told = False  # First: what is reported from here on, by any thread, is told again.
        progress = self._progress
        return None if progress is self._sent else progress

    def progress_arrived(self, progress: dict[str, Any]) -> None:
        self._sent = progress


def current() -> Context:
    """The attempt that this code runs in. RuntimeError outside of a worker."""
    try:
        return _current.get()
    except LookupError:
        raise RuntimeError("No task runs here: this is for coroutines in a worker") from None


def progress(done: SupportsFloat, total: SupportsFloat | None = None, note: str | None = None) -> None:
    """How far the task is that this code runs in; outside of a worker it does nothing."""
    if context := _current.get(None):
        context.progress(done, total, note)
