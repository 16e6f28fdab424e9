"""Schedules: tasks that are created again and again."""

from __future__ import annotations

import dataclasses
import datetime
import urllib.parse
from collections.abc import AsyncIterator, Mapping
from typing import Any

from ._client import Client
from ._coroutines import Work
from ._current import current_client
from ._options import to_seconds, to_text
from ._task import Task


_Instants = list[datetime.datetime]


@dataclasses.dataclass(frozen=True)
class Schedule:
    """A schedule of the service as it was when it was read."""

    name: str
    etag: str | None
    """What names the definition; None of one out of a list."""
    info: Mapping[str, Any]
    """All that the service says of it."""

    @property
    def next_at(self) -> _Instants:
        """The next five occurrences; fewer if it ends before, none while it is paused."""
        return _instants(self.info)

    @property
    def last_at(self) -> datetime.datetime | None:
        """The last occurrence that created a task."""
        return _instant(self.info["lastAt"]) if self.info["lastAt"] else None

    @property
    def last_task_id(self) -> str | None:
        """That task, for ``attach``."""
        id: str | None = self.info["lastTaskId"]
        return id

    @property
    def paused(self) -> bool:
        return bool(self.info["paused"])


class Schedules:
    """The schedules of a service; ``taskapi.schedules`` are those of the program's client.

    Where a call takes ``if_unchanged``, it has no effect unless the definition is still that of this schedule as it was read: else
    it is a ``TaskApiError`` whose ``status`` is 412."""

    def __init__(self, client: Client | None = None) -> None:
        self._client = client

    async def put(
        self, name: str, work: Work[Any], *, cron: str | None = None, every: float | datetime.timedelta | None = None, time_zone: str | None = None,
        start_at: datetime.datetime | None = None, end_at: datetime.datetime | None = None, jitter: float | datetime.timedelta | None = None,
        missed: str | None = None, overlap: str | None = None, paused: bool = False, if_unchanged: Schedule | None = None, new: bool = False,
    ) -> Schedule:  # fmt: skip
        """Creates a schedule, or asks for something else with the one that there is; ``new``: only if there is none.

        ``work`` is what ``create_task`` takes, with its options; either ``cron`` or ``every`` says when. A program may put what it
        wants at each of its starts: where the timing is the same as before, the plan goes on."""
        given = {
            "cron": cron, "everySeconds": to_seconds(every), "timeZone": time_zone, "startAt": to_text(start_at), "endAt": to_text(end_at),
            "jitterSeconds": to_seconds(jitter), "missed": missed, "overlap": overlap, "paused": paused, "task": work.body(),
        }  # fmt: skip
        body = {field: value for field, value in given.items() if value is not None}
        return await self._call("PUT", name, body, {"If-None-Match": "*"} if new else _condition(if_unchanged))

    async def get(self, name: str) -> Schedule:
        return await self._call("GET", name)

    async def list(self) -> AsyncIterator[Schedule]:
        """All of them, in the order of their names."""
        cursor: str | None = ""
        while cursor is not None:
            page = await self._here.call("GET", "/schedules?limit=1000" + (f"&cursor={urllib.parse.quote(cursor)}" if cursor else ""))
            for info in page["schedules"]:
                yield Schedule(info["name"], None, info)
            cursor = page["nextCursor"]

    async def delete(self, name: str, *, if_unchanged: Schedule | None = None) -> None:
        """Its tasks go on."""
        await self._here.call("DELETE", _path(name), headers=_condition(if_unchanged))

    async def pause(self, name: str, *, if_unchanged: Schedule | None = None) -> Schedule:
        """What comes due is skipped until it is resumed."""
        return await self._call("PATCH", name, {"paused": True}, _condition(if_unchanged))

    async def resume(self, name: str, *, if_unchanged: Schedule | None = None) -> Schedule:
        return await self._call("PATCH", name, {"paused": False}, _condition(if_unchanged))

    async def trigger(self, name: str) -> Task[Any]:
        """Creates its task now, beside the plan, whether it is paused or not."""
        return await self._here._trigger(_path(name) + "/trigger")

    async def preview(self, cron: str, *, time_zone: str = "UTC", count: int = 5) -> _Instants:
        """When the next occurrences of an expression would be."""
        query = urllib.parse.urlencode({"cron": cron, "timeZone": time_zone, "count": count})
        return _instants(await self._here.call("GET", f"/schedules/preview?{query}"))

    @property
    def _here(self) -> Client:
        return self._client or current_client()

    async def _call(self, method: str, name: str, body: Any = None, headers: Mapping[str, str] = {}) -> Schedule:
        info, answered = await self._here._exchange(method, _path(name), body, headers)
        return Schedule(info["name"], answered.get("etag"), info)


schedules = Schedules()
"""Those of the program's client."""


def _path(name: str) -> str:
    if name in ("", ".", "..", "preview"):
        raise ValueError(f"{name!r} is no name for a schedule: it is the path of another call")
    return "/schedules/" + urllib.parse.quote(name, safe="")


def _condition(read: Schedule | None) -> dict[str, str]:
    if read is None:
        return {}
    if read.etag is None:
        raise ValueError("A schedule out of a list has no etag, so what has become of it since can't be told: get it")
    return {"If-Match": read.etag}


def _instants(info: Mapping[str, Any]) -> _Instants:
    return [_instant(text) for text in info["nextAt"]]


def _instant(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))  # Python 3.10 knows no Z.
