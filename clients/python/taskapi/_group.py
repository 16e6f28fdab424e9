"""asyncio.TaskGroup, for tasks of the service and coroutines of this program alike."""

from __future__ import annotations

import asyncio
import sys
import uuid
from collections.abc import Coroutine
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ._client import Client
from ._coroutines import Work
from ._task import Task
from ._words import create_task

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._options import Options

R = TypeVar("R")


class TaskGroup:
    """Holds tasks together, as in asyncio: when one fails, the others are cancelled, and the block ends when all have.

    Those that failed are raised as an ``ExceptionGroup``; before Python 3.11, which has none, the first of them is. A group that is
    cancelled cancels its tasks, and waits until they have cleaned up, wherever they run. From the end of the block on the service
    knows the group, too, as a task of type ``gather``: so the others are cancelled even if this program is gone by then."""

    def __init__(self) -> None:
        self._owner: asyncio.Task[Any] | None = None
        self._members: dict[asyncio.Future[Any], None] = {}  # In the order of their creation.
        self._errors: list[BaseException] = []
        self._all_ended = asyncio.Event()
        self._is_aborting = self._is_exiting = self._has_ended = self._interrupts = False

    async def __aenter__(self) -> TaskGroup:
        if self._owner is not None:
            raise RuntimeError("The TaskGroup has been entered already")
        self._owner = asyncio.current_task()
        if self._owner is None:
            raise RuntimeError("A TaskGroup needs a task to be in")
        return self

    @overload
    def create_task(self, work: Work[R], **options: Unpack[Options]) -> Task[R]: ...  # type: ignore
    @overload
    def create_task(self, work: Coroutine[Any, Any, R], *, name: str | None = None) -> asyncio.Task[R]: ...
    def create_task(self, work: Any, **options: Any) -> Any:
        """A task of the group, made as ``taskapi.create_task`` does."""
        fault = "has not been entered" if self._owner is None else "is finished" if self._has_ended else "is shutting down" if self._is_aborting else None
        if fault:
            work.close()  # Nobody will await it.
            raise RuntimeError(f"The TaskGroup {fault}")
        task = create_task(work, **options)
        self._members[task] = None
        task.add_done_callback(self._note)
        return task

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._owner is not None
        self._is_exiting = True
        cancelled = error if isinstance(error, asyncio.CancelledError) else None
        if self._interrupts and _uncancel(self._owner) == 0:
            cancelled = None  # It was only the group that interrupted the block.
        if error is not None and not self._is_aborting:
            self._abort()
        self._tell_service()
        while self._members:
            self._all_ended.clear()
            try:
                await self._all_ended.wait()
            except asyncio.CancelledError as late:
                if not self._is_aborting:
                    cancelled = late
                    self._abort()
        self._has_ended = True
        for failed in (error, *self._errors):
            if isinstance(failed, (SystemExit, KeyboardInterrupt)):
                raise failed
        if error is not None and not isinstance(error, asyncio.CancelledError):
            self._errors.append(error)
        try:
            if self._errors:
                _recancel(self._owner)
                raise _group(self._errors) from None
            if cancelled is not None:
                raise cancelled
        finally:
            self._errors = []  # They have this frame in their tracebacks.
            del error, cancelled

    def _note(self, task: asyncio.Future[Any]) -> None:
        self._members.pop(task, None)
        if not self._members:
            self._all_ended.set()
        if task.cancelled() or (error := task.exception()) is None:
            return
        self._errors.append(error)
        if self._is_aborting:
            return
        self._abort()
        if not self._is_exiting:
            assert self._owner is not None
            self._interrupts = True
            self._owner.cancel()

    def _abort(self) -> None:
        self._is_aborting = True
        for task in list(self._members):
            task.cancel()

    def _tell_service(self) -> None:
        tasks = [task for task in self._members if Task._is_one(task)]
        if len(tasks) > 1 and not self._is_aborting:
            tasks[0]._client.spawn(_gather(tasks[0]._client, tasks))


async def _gather(client: Client, tasks: list[Task[Any]]) -> None:
    try:
        body = {"type": "gather", "input": {"ids": [await task.id() for task in tasks], "onFailure": "cancel"}}
        await client.call("POST", "/tasks", body, {"Idempotency-Key": str(uuid.uuid4())})
    except Exception:
        pass  # One of them wasn't created, or is forgotten already. This program goes on as the group's guard.


def _group(errors: list[BaseException]) -> BaseException:
    if sys.version_info < (3, 11):
        return errors[0]
    return BaseExceptionGroup("unhandled errors in a TaskGroup", errors)


def _uncancel(task: asyncio.Task[Any]) -> int:
    return task.uncancel() if sys.version_info >= (3, 11) else 0


def _recancel(task: asyncio.Task[Any]) -> None:
    if sys.version_info >= (3, 11) and task.cancelling():  # Somebody else wants its end, too: it is told at its next await.
        task.uncancel()
        task.cancel()
