"""A task of the service, as a Future."""

from __future__ import annotations

import asyncio
import urllib.parse
from collections.abc import Coroutine, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeGuard, TypeVar

from . import _context
from ._errors import TaskApiError, TimedOut, from_wire
from ._exchange import exchange

if TYPE_CHECKING:
    from ._client import Client

_CANCEL_SECONDS = 10.0  # After so long without an answer to a cancellation, whoever waits doesn't any more.

R = TypeVar("R")


class InItsPlace(type):
    """Has asyncio's own count as instances, too, for programs in which this package stands in asyncio's place."""

    def __instancecheck__(cls, instance: object) -> bool:
        return super().__instancecheck__(instance) or isinstance(instance, vars(cls).get("_asyncios", ()))


class Task(asyncio.Future[R], metaclass=InItsPlace):
    """A task of the service. Made by ``create_task`` or ``attach``. To ``isinstance`` those of asyncio are some, too."""

    _asyncios: ClassVar[type] = asyncio.Task

    info: Mapping[str, Any] | None
    """The task as the service last described it."""

    @staticmethod
    def _is_one(future: object) -> TypeGuard[Task[Any]]:
        """Whether it is a task of the service's."""
        return Task in type(future).__mro__

    def __init__(self, client: Client, name: str | None = None, id: str | None = None) -> None:
        super().__init__(loop=asyncio.get_running_loop())
        self._client, self._name, self._attempt = client, name, _context._current.get(None)
        self._created: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.info = None
        if id is not None:
            self._created.set_result(id)

    async def id(self) -> str:
        """The service's id of the task, once it has been created."""
        return await asyncio.shield(self._created)

    def get_name(self) -> str | None:
        return self._name

    def cancel(self, msg: Any = None) -> bool:
        """Asks the service to cancel the task, and returns at once. False if it is known to be done.

        If it refuses, or doesn't answer that for ten seconds, only this Future is cancelled: the task may go on."""
        if self.done():
            return False
        attempt = _context._current.get(None)
        if self._client.closed or (attempt and attempt._is_given_back):
            return super().cancel(msg)
        self._client.spawn(self._cancel(msg))
        return True

    async def reschedule(self, delay: float) -> None:
        """Has the task come due ``delay`` seconds from now, like ``asyncio.Timeout.reschedule``."""
        self._settle(await self._client.call("PATCH", await self._path(), {"delaySeconds": delay}))

    async def refresh(self) -> Mapping[str, Any]:
        """The task as it is now in the service, with its ``progress``, ``attempt`` and ``worker``."""
        self._settle(await self._client.call("GET", await self._path()))
        assert self.info is not None
        return self.info

    def _accept(self, info: Mapping[str, Any]) -> None:
        self._created.set_result(info["id"])
        self._settle(info)
        self._client.watch(info["id"], self)

    async def _path(self) -> str:
        return "/tasks/" + urllib.parse.quote(await self.id(), safe="")

    async def _cancel(self, msg: Any) -> None:
        reason = "" if msg is None else "?reason=" + urllib.parse.quote(str(msg)[:256], errors="replace")
        # Whoever waits is to be interrupted, in whatever way: nobody would see a timeout, or a cancellation of their own, otherwise.
        cancel_here, http, loop, has_begun = super().cancel, self._client.http, self.get_loop(), False

        def give_up() -> None:
            nonlocal patience
            left = 0.0 if has_begun else http.answered + _CANCEL_SECONDS - loop.time()
            if left > 0:  # It waits behind other calls of the program's, and those are answered.
                patience = loop.call_later(left, give_up)
            else:
                cancel_here(msg)

        def begun() -> None:
            nonlocal patience, has_begun
            if not has_begun:
                has_begun = True
                patience.cancel()
                patience = loop.call_later(_CANCEL_SECONDS, give_up)

        patience = loop.call_later(_CANCEL_SECONDS, give_up)
        try:
            self._settle((await exchange(http, "DELETE", await self._path() + reason, begun=begun))[0])
        except Exception as error:
            if isinstance(error, TaskApiError) and error.status == 409:
                return  # Too late: it has finished, and the watch is about to say so.
            if cancel_here(msg) or self.cancelled():
                self.get_loop().call_exception_handler({"message": "A cancellation was refused, or its answer is lost", "exception": error, "future": self})
        finally:
            patience.cancel()

    async def _do(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:
            self._fail(error)

    def _settle(self, info: Mapping[str, Any]) -> None:
        self.info = info
        if self.done() or not info["done"]:
            return
        error = info["error"] or {}
        if "result" in info.get("omitted", ()):  # A stream leaves out what is long.
            self._client.spawn(self._do(self._take_whole()))
        elif info["status"] == "completed":
            super().set_result(info["result"])
        elif info["status"] == "failed" and error["reason"] != "CancelledError":
            super().set_exception(from_wire(error))
        elif error["reason"] == "timeout":
            super().set_exception(TimedOut())
        else:  # By itself, too: then it is failed in the service, and cancelled here, as a task of asyncio's would be.
            super().cancel(error["detail"] or None)

    async def _take_whole(self) -> None:
        await self.refresh()

    def _fail(self, error: Exception) -> None:
        if not self._created.done():
            self._created.set_exception(error)
            self._created.exception()  # Not to be complained of if nobody asks for the id.
        if not self.done():
            super().set_exception(error)
