"""What a task runs: a delayed message, or a coroutine that a worker has."""

from __future__ import annotations

import collections.abc
import functools
import inspect
import re
from collections.abc import Callable, Generator, Mapping
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, overload

from ._options import checked, to_body

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._options import Options

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,127}")


class Work(collections.abc.Coroutine, Generic[R_co]):  # type: ignore[type-arg]
    """What a task of the service runs. Like a coroutine it does nothing by itself; awaited, it is created and awaited in one.

    It is a coroutine to whoever takes only those, such as ``asyncio.TaskGroup.create_task``."""

    def __init__(self, fields: Mapping[str, Any], options: Mapping[str, Any]) -> None:
        self._fields, self._options = fields, options
        self._running: Generator[Any, Any, R_co] | None = None

    def body(self, **more: Unpack[Options]) -> dict[str, Any]:
        """The body of ``POST /tasks``."""
        return {**self._fields, **to_body({**self._options, **checked(more)})}

    def __await__(self) -> Generator[Any, Any, R_co]:
        from ._words import create_task

        return create_task(self).__await__()

    def send(self, value: Any) -> Any:
        if self._running is None:
            self._running = self.__await__()
        return self._running.send(value)

    def throw(self, *error: Any) -> Any:
        if self._running is None:
            raise error[0]
        return self._running.throw(*error)

    def close(self) -> None:
        if self._running is not None:
            self._running.close()


class Delayed(Work[str]):
    """A message that is there after a delay."""

    def __init__(self, message: str, delay: float, *, group: str | None = None, timeout: float | None = None) -> None:
        super().__init__({"message": message}, {"delay": delay, "group": group, "timeout": timeout})


class Call(Work[R]):
    """A call of a coroutine that a worker has: its type, and its input."""

    def __init__(self, type: str, input: Any, options: Mapping[str, Any]) -> None:
        super().__init__({"type": type, "input": input}, options)

    def __repr__(self) -> str:
        return f"<taskapi call of {self._fields['type']}>"


class Coroutine(Generic[P, R]):
    """A coroutine that runs in a worker. Called, it does so; ``function`` is what has been written, to be run here."""

    def __init__(self, type: str, function: Callable[P, Any], options: Mapping[str, Any]) -> None:
        functools.update_wrapper(self, function)
        self.type, self.function, self._options = type, function, options

    def __call__(self, /, *args: P.args, **kwargs: P.kwargs) -> Call[R]:
        inspect.signature(self.function).bind(*args, **kwargs)  # A mistake is a TypeError here, not later in the worker.
        return Call(self.type, {"args": args, "kwargs": kwargs}, self._options)

    def options(self, **options: Unpack[Options]) -> Coroutine[P, R]:
        """The same coroutine, called with these options."""
        return Coroutine(self.type, self.function, {**self._options, **checked(options)})

    @property
    def queue(self) -> str:
        """Where its tasks wait for their turn, unless they say otherwise."""
        return self._options.get("queue") or self.type

    @property
    def is_async(self) -> bool:
        """Whether it runs on the event loop; a plain function runs on a thread."""
        return inspect.iscoroutinefunction(self.function)


registered: dict[str, Coroutine[Any, Any]] = {}


@overload
def coroutine(type: Callable[P, collections.abc.Coroutine[Any, Any, R]]) -> Coroutine[P, R]: ...
@overload
def coroutine(type: Callable[P, R]) -> Coroutine[P, R]: ...
@overload
def coroutine(type: str | None = None, **options: Unpack[Options]) -> _Decorator: ...
def coroutine(type: Any = None, **options: Any) -> Any:
    """Makes a coroutine of the service of an ``async def``, or of a plain ``def``, which runs on a thread.

    ``type`` is its name there, by default that of the function. ``options`` hold for all calls of it. A worker runs what is
    written; in a client a body of ``...`` is enough."""
    if callable(type):
        return _register(type.__name__, type, {})
    return lambda function: _register(type or function.__name__, function, checked(options))


def call(type: str, /, *args: Any, **kwargs: Any) -> Call[Any]:
    """A call of a coroutine by its name alone."""
    return Call(type, {"args": args, "kwargs": kwargs}, {})


def work(type: str, input: Any = None, **options: Unpack[Options]) -> Call[Any]:
    """A task of any type with the input as it is: for workers that aren't Python's, and for built-in types."""
    return Call(type, input, checked(options))


def arguments(input: Any) -> tuple[list[Any], dict[str, Any]]:
    """What a coroutine is called with. Input that isn't of ``args`` and ``kwargs`` is its one argument; null is none."""
    if input is None:
        return [], {}
    if isinstance(input, dict) and input.keys() <= {"args", "kwargs"}:
        args, kwargs = input.get("args", []), input.get("kwargs", {})
        if isinstance(args, list) and isinstance(kwargs, dict):
            return args, kwargs
    return [input], {}


def _register(type: str, function: Callable[..., Any], options: Mapping[str, Any]) -> Coroutine[Any, Any]:
    if not _TYPE.fullmatch(type) or type == "message":
        raise ValueError(f"{type!r} is no name for a coroutine: a letter, then up to 127 of letters, digits, '.', '_' and '-'; 'message' is taken")
    known = registered.get(type)
    if known and _place(known.function) != _place(function) and "__main__" not in (known.function.__module__, function.__module__):
        raise ValueError(f"There are two coroutines {type!r}: {_place(known.function)} and {_place(function)}")
    registered[type] = Coroutine(type, function, options)
    return registered[type]


def _place(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


if TYPE_CHECKING:

    class _Decorator:
        @overload
        def __call__(self, function: Callable[P, collections.abc.Coroutine[Any, Any, R]]) -> Coroutine[P, R]: ...
        @overload
        def __call__(self, function: Callable[P, R]) -> Coroutine[P, R]: ...
        def __call__(self, function: Any) -> Any: ...
