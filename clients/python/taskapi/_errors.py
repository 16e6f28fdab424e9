"""Exceptions, and how they travel: as the ``error`` of a task, ``reason`` and ``detail``."""

from __future__ import annotations

import asyncio
import builtins
import concurrent.futures
import json
import sys
import traceback
from collections.abc import Mapping
from typing import Any

MAX_REASON = 128
MAX_DETAIL = 4096
_MAX_MESSAGE = 1024
_TRACEBACK = "Traceback (most recent call last):\n"
_SEPARATOR = "\n\n" + _TRACEBACK


class TaskApiError(Exception):
    """The service has refused a call. ``status`` is that of HTTP, ``problem`` what it says (RFC 9457)."""

    def __init__(self, status: int, problem: Mapping[str, Any], retry_after: float = 0.0) -> None:
        super().__init__(f"{status}: {problem.get('detail') or problem.get('title') or 'no reason given'}")
        self.status, self.problem, self.retry_after = status, problem, retry_after

    @property
    def type(self) -> str:
        """The problem's name, such as ``task-not-found``; empty if it has none."""
        return str(self.problem.get("type", "")).rpartition(":")[2]


class TaskFailed(Exception):
    """What a task raises that has failed in a worker by an exception that Python doesn't have built in.

    Raised by a coroutine in a worker it says what the task's ``error`` shall be; ``retry=False`` that no further attempt can
    mend it."""

    def __init__(self, reason: str, detail: str = "", retry: bool = True) -> None:
        super().__init__(reason, detail, retry)
        self.reason, self.detail, self.retry = reason, detail, retry

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}" if self.detail else self.reason


if sys.version_info >= (3, 11):
    TimedOut = TimeoutError
else:

    class TimedOut(asyncio.TimeoutError, TimeoutError):
        """In Python 3.10 asyncio has a TimeoutError of its own: this is both."""


def checked(status: int, content: bytes, headers: Mapping[str, str] = {}) -> Any:
    """The JSON of an answer; one that refuses, or isn't the service's, is a TaskApiError."""
    try:
        body = json.loads(content) if content else {}
    except ValueError:
        body, status = {"title": content[:200].decode("latin-1")}, status if status >= 400 else 502
    if status >= 400:
        raise TaskApiError(status, body if isinstance(body, dict) else {}, retry_after(headers) or 0.0)
    return body


def retry_after(headers: Mapping[str, str]) -> float | None:
    """In seconds; None if it says nothing, or a date."""
    after = headers.get("retry-after", "")
    return float(after) if after.isdecimal() else None


def to_wire(error: BaseException) -> dict[str, Any]:
    """The error of a task whose coroutine has raised ``error``."""
    if isinstance(error, TaskFailed):
        wire: dict[str, Any] = {"reason": clean(error.reason)[:MAX_REASON] or "TaskFailed", "detail": clean(error.detail)[:MAX_DETAIL]}
        return wire if error.retry else {**wire, "retry": False}
    message = clean(_message(error))[:_MAX_MESSAGE]
    trace = clean("".join(traceback.format_exception(type(error), error, _own(error.__traceback__))))
    room = MAX_DETAIL - len(message) - 2
    if len(trace) > room:  # Where it was raised is at the end.
        trace = _TRACEBACK + "  ...\n" + trace[-(room - len(_TRACEBACK) - 6):]
    return {"reason": _name(type(error)), "detail": f"{message}\n\n{trace}" if _TRACEBACK in trace else message}


def from_wire(error: Mapping[str, Any]) -> Exception:
    """What a task raises that has failed: an exception that Python has built in as itself, any other as TaskFailed."""
    reason, detail = error.get("reason") or "", error.get("detail") or ""
    message, separator, trace = detail.partition(_SEPARATOR)
    kind = TimedOut if reason == "TimeoutError" else getattr(builtins, reason, None)
    if not (isinstance(kind, type) and issubclass(kind, Exception)) or issubclass(kind, (StopIteration, StopAsyncIteration)):
        return TaskFailed(reason, detail)  # Those that end an iteration can't be the outcome of a Future.
    try:
        raised = kind(message) if message else kind()
    except Exception:  # It isn't made of a message, as UnicodeDecodeError.
        return TaskFailed(reason, detail)
    if separator and hasattr(raised, "add_note"):
        raised.add_note(f"In the worker: {_TRACEBACK}{trace}".rstrip())
    return raised


def clean(text: object) -> str:
    """Without halves of surrogate pairs, which JSON can't hold."""
    return str(text).encode("utf-8", "replace").decode()


def _message(error: BaseException) -> str:
    if isinstance(error, KeyError) and len(error.args) == 1:  # Its str() is the repr of it, and would be once more.
        return str(error.args[0])
    try:
        return str(error)
    except Exception:
        return "its text can't be had"


def _name(kind: type[BaseException]) -> str:
    if kind in (asyncio.TimeoutError, concurrent.futures.TimeoutError, TimedOut):
        return "TimeoutError"
    if issubclass(kind, (asyncio.CancelledError, concurrent.futures.CancelledError)):
        return "CancelledError"
    name = kind.__qualname__.replace("<locals>.", "")
    return (name if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}.{name}")[-MAX_REASON:]


def _own(trace: Any) -> Any:
    # Without what this package has called it by.
    while trace is not None and trace.tb_frame.f_globals.get("__package__") == __package__:
        trace = trace.tb_next
    return trace
