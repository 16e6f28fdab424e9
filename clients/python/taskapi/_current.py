"""Which client it is that asyncio's words mean."""

from __future__ import annotations

import asyncio
import contextvars
import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._client import Client

current: contextvars.ContextVar[Client] = contextvars.ContextVar("taskapi.client")

# For tasks that have none of their own; a set for each loop, which its thread alone changes.
_open: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, weakref.WeakSet[Client]] = weakref.WeakKeyDictionary()


def add(client: Client) -> None:
    """It is for all tasks of its loop, if it is the only one there."""
    _open.setdefault(client._loop, weakref.WeakSet()).add(client)


def forget(client: Client) -> None:
    """It isn't any more."""
    _open[client._loop].discard(client)


def current_client() -> Client:
    """The one that this task, or one that has created it, is in; or else the only one of its event loop."""
    if client := current.get(None):
        return client
    loop = asyncio._get_running_loop()
    clients = list(_open.get(loop, ())) if loop else []
    if len(clients) != 1:
        several = "There are several clients, and this task has none of them: use client.create_task(...) or client.attach(id)"
        raise RuntimeError(several if clients else "There is no service: use taskapi.run(main()), or async with taskapi.Client()")
    return clients[0]
