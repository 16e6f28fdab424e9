"""What a task can be told beside its arguments, in Python's words and in the service's."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from ._task import Task
    from ._coroutines import Work


@dataclasses.dataclass(frozen=True)
class Retry:
    """What becomes of a task whose attempts fail; what is None is the service's default.

    After the n-th error it is due again in ``min(initial_seconds * factor ** (n - 1), max_seconds)``, less a random part of up to
    ``jitter`` of that, and never later than ``max_elapsed_seconds`` after its creation."""

    max_attempts: int | None = None
    max_losses: int | None = None
    initial_seconds: float | None = None
    factor: float | None = None
    max_seconds: float | None = None
    jitter: float | None = None
    max_elapsed_seconds: float | None = None


class Options(TypedDict, total=False):
    """The keywords of ``create_task`` and ``options``. Durations are seconds or timedeltas."""

    name: str | None
    """A label, to be found by."""
    group: str | None
    delay: float | datetime.timedelta | None
    """When it is due, from its creation on."""
    due_at: datetime.datetime | None
    """When it is due; without a time zone: the local one."""
    timeout: float | datetime.timedelta | None
    """How long after its creation it is cancelled if it isn't done: TimeoutError."""
    queue: str | None
    """Where it waits for its turn; a coroutine's own name by default."""
    priority: int | None
    """-100 to 100, 0 by default: the higher the sooner."""
    key: str | None
    """What its queue counts by."""
    retry: Retry | int | Mapping[str, Any] | None
    """A number: so many attempts at the most."""
    attempt_seconds: float | datetime.timedelta | None
    """The longest that one attempt may take."""
    unique: str | Mapping[str, Any] | None
    """At most one unfinished task with this key: the one that there is stands for the new one."""
    after: Iterable[Task[Any] | Work[Any] | str] | None
    """Tasks, or their ids, that have to complete first."""
    after_on: str | None
    """``done``: they have to be done, however."""
    callback: str | Mapping[str, Any] | None
    """A URL that is called when the task is done."""


_FIELDS = {
    "name": "name", "group": "group", "delay": "delaySeconds", "due_at": "dueAt", "timeout": "timeoutSeconds", "queue": "queue",
    "priority": "priority", "key": "key", "retry": "retry", "attempt_seconds": "attemptSeconds", "unique": "unique", "after": "after",
    "callback": "callback",
}  # fmt: skip


def checked(options: Mapping[str, Any]) -> Mapping[str, Any]:
    for name in options:
        if name not in _FIELDS and name != "after_on":
            raise TypeError(f"There is no option {name!r}; there are {', '.join(Options.__annotations__)}")
    return options


def to_body(options: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of ``POST /tasks``. ``after`` keeps its tasks: they may not have ids yet."""
    body = {_FIELDS[name]: _value(name, value) for name, value in options.items() if value is not None and name != "after_on"}
    if options.get("after_on") is not None and "after" in body:
        body["after"] = {"ids": body["after"], "on": options["after_on"]}
    return body


def to_seconds(time: float | datetime.timedelta | None) -> float | None:
    return time.total_seconds() if isinstance(time, datetime.timedelta) else time


def to_text(instant: datetime.datetime | None) -> str | None:
    """As the service writes it; without a time zone it is the local one."""
    return instant and (instant if instant.tzinfo else instant.astimezone()).isoformat()


def _value(name: str, value: Any) -> Any:
    if isinstance(value, datetime.timedelta):
        return to_seconds(value)
    if isinstance(value, datetime.datetime):
        return to_text(value)
    if isinstance(value, Retry):
        return _camel({field: given for field, given in dataclasses.asdict(value).items() if given is not None})
    if name == "retry" and isinstance(value, int):
        return {"maxAttempts": value}
    if isinstance(value, Mapping):
        return _camel(value)
    if name == "after":
        return [value] if isinstance(value, str) else list(value)
    if isinstance(value, str) and name in ("unique", "callback"):
        return {"key" if name == "unique" else "url": value}
    return value


def _camel(fields: Mapping[str, Any]) -> dict[str, Any]:
    def camel(name: str) -> str:
        first, *others = name.split("_")
        return first + "".join(map(str.capitalize, others))

    return {camel(name): value for name, value in fields.items()}
