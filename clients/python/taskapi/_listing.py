"""Lists of the service's tasks."""

from __future__ import annotations

import datetime
import urllib.parse
from collections.abc import AsyncIterator, Mapping
from typing import Any

from ._current import current_client
from ._options import to_text


async def list_tasks(
    *, status: str | None = None, group: str | None = None, name: str | None = None, type: str | None = None, queue: str | None = None, key: str | None = None,
    schedule: str | None = None, parent: str | None = None, text: str | None = None, created_after: datetime.datetime | None = None,
    created_before: datetime.datetime | None = None, sort: str | None = None, order: str | None = None,
) -> AsyncIterator[Mapping[str, Any]]:  # fmt: skip
    """The tasks that match, as the service describes them, finished ones too: ``attach(info["id"])`` makes a task of one.

    In the order of their creation; with ``order="newest"`` the other way round, with ``sort="due"`` the pending ones alone, those that
    come due soonest first. ``text`` is in the name, the message or the type. They are read page by page as they are needed."""
    given = {
        "status": status, "group": group, "name": name, "type": type, "queue": queue, "key": key, "schedule": schedule, "parent": parent, "q": text,
        "createdAfter": to_text(created_after), "createdBefore": to_text(created_before), "sort": sort, "order": order,
    }  # fmt: skip
    query = urllib.parse.urlencode({field: value for field, value in given.items() if value is not None} | {"limit": 1000})
    client = current_client()
    cursor: str | None = ""
    while cursor is not None:
        page = await client.call("GET", f"/tasks?{query}" + (f"&cursor={urllib.parse.quote(cursor)}" if cursor else ""))
        for info in page["tasks"]:
            yield info
        cursor = page["nextCursor"]
