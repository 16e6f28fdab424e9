"""asyncio's words, with the tasks in a service, and workers for coroutines that live elsewhere. The standard library is all it needs.

    import taskapi as asyncio

    @asyncio.coroutine("resize")
    async def resize(url, width):
        ...

    async def main():
        task = asyncio.create_task(resize("a.png", 200))
        print(await task)

    asyncio.run(main())

``resize`` runs wherever a worker has it: ``python -m taskapi worker mymodule``. ``create_string_after(message, delay)`` needs
none: it is a message that the service has ready after a while. Awaited, or given to ``create_task``, ``gather``, ``wait``,
``wait_for``, ``as_completed`` or ``shield``, either becomes a ``Task`` of the service. That is an ``asyncio.Future``: ``done()``,
``result()``, ``exception()``, ``cancel()`` and ``await`` do what they do in asyncio, and raise what they raise there. Ordinary
coroutines stay what they are, and may await tasks of the service. Every name that this module doesn't have is asyncio's.

The service is at TASKAPI_URL or BASE_URL (default http://localhost:5080); API_KEY is sent along if there is one.
"""

from __future__ import annotations

import asyncio
from typing import Any

from ._client import Client
from ._context import Context, Parent, current, progress
from ._coroutines import Call, Coroutine, Delayed, Work, call, coroutine, work
from ._errors import TaskApiError, TaskFailed
from ._future import Future, create_future, set_exception, set_result
from ._group import TaskGroup
from ._listing import list_tasks
from ._options import Options, Retry
from ._schedules import Schedule, Schedules, schedules
from ._task import Task
from ._words import as_completed, attach, create_string_after, create_task, display_after, ensure_future, gather, run, shield, wait, wait_for
from ._worker import Worker

__version__ = "0.1.0"

__all__ = [
    "Call", "Client", "Context", "Coroutine", "Delayed", "Future", "Options", "Parent", "Retry", "Schedule", "Schedules", "Task", "TaskApiError",
    "TaskFailed", "TaskGroup", "Work", "Worker", "as_completed", "attach", "call", "coroutine", "create_future", "create_string_after", "create_task", "current",
    "display_after", "ensure_future", "gather", "list_tasks", "progress", "run", "schedules", "set_exception", "set_result", "shield", "wait", "wait_for", "work",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    return getattr(asyncio, name)
