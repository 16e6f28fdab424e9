"""A Future of the service: whoever has its token sets its result."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from ._client import Client
from ._current import current_client
from ._errors import TaskApiError, to_wire
from ._http import encode
from ._task import Task

R = TypeVar("R")


class Future(Task[R]):
    """A Future that any number of programs await, and one sets: here, or wherever its ``token`` has been taken. Made by ``create_future``.

    To ``isinstance`` those of asyncio are some, too, and ``Future()`` is one of those."""

    _asyncios: ClassVar[type] = asyncio.Future

    def __new__(cls, client: Client | None = None, name: str | None = None, *, loop: asyncio.AbstractEventLoop | None = None) -> Any:
        return super().__new__(cls) if client else asyncio.Future(loop=loop)

    def __init__(self, client: Client, name: str | None = None) -> None:
        super().__init__(client, name)
        self._token = ""
        self._is_set = False

    async def token(self) -> str:
        """What whoever sets the result has to show: a secret."""
        await self.id()
        return self._token

    def set_result(self, result: R) -> None:
        """Asks the service to set the result, and returns at once; the Future is done when the service has.

        What has no form in JSON is a TypeError or ValueError. A result that the service refuses, such as one that is too large, is a
        TaskFailed in its place, for all. If the service can't be told, the loop's exception handler is, and the Future may be set anew."""
        self._set({"result": result})

    def set_exception(self, exception: type | BaseException) -> None:
        """The same with an exception."""
        self._set({"error": to_wire(exception() if isinstance(exception, type) else exception)})

    def _set(self, outcome: Mapping[str, Any]) -> None:
        if self.done() or self._is_set:
            raise asyncio.InvalidStateError("The future has been set already")
        content = encode(outcome)  # As it is now.
        self._is_set = True
        self._client.spawn(self._tell(content))

    async def _tell(self, outcome: bytes) -> None:
        try:
            token = await self.token()
            try:
                await _finish(self._client, token, outcome)
            except TaskApiError as error:
                if error.status not in (400, 413):
                    raise
                await _finish(self._client, token, encode({"error": {"reason": error.type or "result-refused", "detail": str(error)}}))
        except asyncio.InvalidStateError:
            pass  # Somebody else was first: the watch is about to say how it ended.
        except Exception as error:
            self._is_set = False
            if not self.done():  # Its creation's error is its own.
                self.get_loop().call_exception_handler({"message": "The service can't be told of a result", "exception": error, "future": self})

    def _accept(self, info: Mapping[str, Any]) -> None:
        self._token = info["lease"]["token"]
        super()._accept(info)


def create_future(*, input: Any = None, name: str | None = None, group: str | None = None, timeout: float | None = None) -> Future[Any]:
    """A Future of the service. ``input`` is for whoever looks at it; after ``timeout`` seconds without a result: TimeoutError."""
    from ._coroutines import Call

    client = current_client()
    future: Future[Any] = Future(client, name)
    client.add(future, Call("future", input, {"name": name, "group": group, "timeout": timeout}).body())
    return future


async def set_result(token: str, result: Any) -> None:
    """Sets the result of a Future that another program has made. InvalidStateError if it is done, or there is none with this token."""
    await _finish(current_client(), token, encode({"result": result}))


async def set_exception(token: str, exception: BaseException) -> None:
    """The same with an exception."""
    await _finish(current_client(), token, encode({"error": to_wire(exception)}))


async def _finish(client: Client, token: str, outcome: bytes) -> None:
    answer = await client.call("POST", "/work/finish", b'{"outcomes":[{"token":' + encode(token) + b"," + outcome[1:] + b"]}")
    problem = answer["outcomes"][0].get("problem")
    if problem is None:
        return
    error = TaskApiError(problem["status"], problem)
    raise asyncio.InvalidStateError("The future is done, or there is none with this token") if error.type == "lease-lost" else error
