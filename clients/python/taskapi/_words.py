"""asyncio's words, for tasks of the service and of asyncio alike."""

from __future__ import annotations

import asyncio
import collections
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ._client import Client
from ._coroutines import Delayed, Work
from ._current import current_client
from ._errors import TimedOut
from ._task import Task

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._options import Options

R = TypeVar("R")


def run(main: Coroutine[Any, Any, R], *, url: str | None = None, key: str | None = None, debug: bool | None = None) -> R:
    """``asyncio.run`` with a client of the service."""

    async def with_client() -> R:
        async with Client(url, key):
            return await main

    return asyncio.run(with_client(), debug=debug)


def create_string_after(message: str, delay: float, *, group: str | None = None, timeout: float | None = None) -> Delayed:
    """A task whose result is the time of day and the message, ``delay`` seconds after its creation.

    After ``timeout`` seconds, if it is pending then, the service cancels it: TimeoutError."""
    return Delayed(message, delay, group=group, timeout=timeout)


async def display_after(message: str, delay: float) -> None:
    """Prints the time of day and the message after ``delay`` seconds."""
    print(await create_string_after(message, delay))


@overload
def create_task(work: Work[R], **options: Unpack[Options]) -> Task[R]: ...  # type: ignore
@overload
def create_task(work: Coroutine[Any, Any, R], *, name: str | None = None) -> asyncio.Task[R]: ...
def create_task(work: Any, **options: Any) -> Any:
    """A task: of the service, or, of a coroutine of this program's, asyncio's. The service's take options as keywords."""
    if isinstance(work, Work):
        return current_client().create_task(work, **options)
    return asyncio.create_task(work, **options)


def attach(id: str) -> Task[Any]:
    """A task that somebody else has created, by its id."""
    return current_client().attach(id)


def ensure_future(work: Any) -> asyncio.Future[Any]:
    future: asyncio.Future[Any] = create_task(work) if isinstance(work, Work) else asyncio.ensure_future(work)
    return future


def gather(*works: Any, return_exceptions: bool = False) -> asyncio.Future[list[Any]]:
    outer: asyncio.Future[list[Any]] = asyncio.gather(*map(ensure_future, works), return_exceptions=return_exceptions)
    return outer


def wait(
    works: Iterable[Any], *, timeout: float | None = None, return_when: str = asyncio.ALL_COMPLETED
) -> Coroutine[Any, Any, tuple[set[asyncio.Future[Any]], set[asyncio.Future[Any]]]]:
    return asyncio.wait([ensure_future(work) for work in works], timeout=timeout, return_when=return_when)


def wait_for(work: Any, timeout: float | None) -> Coroutine[Any, Any, Any]:
    return asyncio.wait_for(ensure_future(work), timeout)


def shield(work: Any) -> asyncio.Future[Any]:
    return asyncio.shield(ensure_future(work))


class as_completed:
    """As in asyncio: in a plain ``for`` an awaitable a time, in an ``async for`` the tasks themselves (in any Python)."""

    def __init__(self, works: Iterable[Any], *, timeout: float | None = None) -> None:
        self._left = {ensure_future(work) for work in works}
        self._count = len(self._left)
        self._ended: collections.deque[asyncio.Future[Any] | None] = collections.deque()
        self._news = asyncio.Event()
        self._timer = None if timeout is None else asyncio.get_running_loop().call_later(timeout, self._time_out)
        for future in self._left.copy():
            future.add_done_callback(self._add)

    def __iter__(self) -> Iterator[Coroutine[Any, Any, Any]]:
        return self

    def __next__(self) -> Coroutine[Any, Any, Any]:
        if not self._count:
            raise StopIteration
        self._count -= 1
        return self._next_result()

    def __aiter__(self) -> AsyncIterator[asyncio.Future[Any]]:
        return self

    async def __anext__(self) -> asyncio.Future[Any]:
        if not self._count:
            raise StopAsyncIteration
        self._count -= 1
        return await self._next()

    async def _next_result(self) -> Any:
        return (await self._next()).result()

    async def _next(self) -> asyncio.Future[Any]:
        while not self._ended:
            self._news.clear()
            await self._news.wait()
        future = self._ended[0]
        if future is None:  # It stays, for whoever comes next.
            raise TimedOut()
        self._ended.popleft()
        return future

    def _add(self, future: asyncio.Future[Any]) -> None:
        if future not in self._left:
            return
        self._left.discard(future)
        self._ended.append(future)
        self._news.set()
        if not self._left and self._timer:
            self._timer.cancel()

    def _time_out(self) -> None:
        for future in self._left:
            future.remove_done_callback(self._add)
        self._left.clear()
        self._ended.append(None)
        self._news.set()
