"""A service, as a program sees it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl
import uuid
from collections.abc import Coroutine, Mapping
from typing import Any

from . import _context, _current
from ._coroutines import Work
from ._errors import TaskApiError, checked
from ._exchange import exchange
from ._http import Http, encode
from ._task import Task

_WAIT_SECONDS = 60  # One call waits so long for tasks to finish, then the next one does.
_MAX_IDS = 10_000  # The most that one call may wait for.
_FIRST_PAUSE, _BREATH = 0.2, 0.1  # After a call for tasks that failed, twice as long each time; and after one that ended with nothing.
_MAX_BATCH, _MAX_BATCH_BYTES = 1000, 1 << 20
_CLOSED = "The client is closed"


class Client:
    """A service, for the length of an ``async with``; ``run`` has one for its program."""

    def __init__(self, url: str | None = None, key: str | None = None, *, tls: ssl.SSLContext | None = None) -> None:
        """``url`` and ``key`` instead of those that the environment names (TASKAPI_URL or BASE_URL, API_KEY)."""
        self.http = Http(url or os.environ.get("TASKAPI_URL") or os.environ.get("BASE_URL") or "http://localhost:5080",
                         key or os.environ.get("API_KEY"), tls)  # fmt: skip
        self._calls: set[asyncio.Task[None]] = set()
        self._creations: list[tuple[Task[Any], bytes]] = []
        self._pending: dict[str, list[Task[Any]]] = {}
        self._fresh: set[str] = set()
        self._watches: list[tuple[set[str], asyncio.Task[None]]] = []
        self.closed = False

    async def __aenter__(self) -> Client:
        self._token, self._loop = _current.current.set(self), asyncio.get_running_loop()
        _current.add(self)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Lets calls in flight, such as cancellations, arrive. Tasks that are pending go on in the service; here they are cancelled."""
        self._create_all()
        while self._calls:
            await asyncio.wait(self._calls)
        self.closed = True
        _current.forget(self)
        with contextlib.suppress(ValueError):  # Another task may have entered it, as with fixtures, and that one's context isn't here.
            _current.current.reset(self._token)
        for _ids, watch in self._watches:
            watch.cancel()
        await asyncio.gather(*(watch for _ids, watch in self._watches), return_exceptions=True)
        for task in [task for tasks in self._pending.values() for task in tasks]:
            task.cancel(_CLOSED)  # Nobody hears of it any more.
        self._pending.clear()
        self.http.close()

    def create_task(self, work: Work[Any], **options: Any) -> Task[Any]:
        """Creates a task of the service: it runs from the program's next ``await`` on."""
        self._check_open()
        body = work.body(**options)
        task: Task[Any] = Task(self, body.get("name"))
        if "after" in body:
            self.spawn(task._do(self._create_after(task, body)))
            return task
        self.add(task, body)
        return task

    def add(self, task: Task[Any], body: Mapping[str, Any]) -> None:
        """Has the service create what a task stands for."""
        self._check_open()
        # What is created between two awaits goes together, in one call.
        if not self._creations:
            asyncio.get_running_loop().call_soon(self._create_all)
        self._creations.append((task, encode(body)))

    def attach(self, id: str) -> Task[Any]:
        """A task that somebody else has created, by its id."""
        self._check_open()
        id = id.lower()  # As the service writes it: by that its answers are found.
        attempt = _context._current.get(None)
        kept = self._pending.get(id, [])
        kept[:] = [task for task in kept if not task.done()]  # Without those that were let go of.
        for task in kept:
            if task._attempt is attempt:  # What one attempt lets go of, another one may wait for.
                return task
        task = Task(self, id=id)
        self.watch(id, task)
        return task

    async def call(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] = {}) -> Any:
        """Any call of the service's, answered with its JSON.

        One that the service is too busy for is made again when it says, ten times at the most and after ten seconds at the latest.
        If it says more than a minute, that is the error at once: ``retry_after`` of TaskApiError. One whose answer is lost is made
        again five times, within some six seconds. A POST that might have had its effect is only made again with an
        ``Idempotency-Key`` among the headers, or where twice is as good as once: waits, and ``/work/...``."""
        return (await self._exchange(method, path, body, headers))[0]

    async def _exchange(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] = {}) -> tuple[Any, Mapping[str, str]]:
        return await exchange(self.http, method, path, body, headers)

    async def _trigger(self, path: str) -> Task[Any]:
        self._check_open()
        task: Task[Any] = Task(self)
        task._accept(await self.call("POST", path, headers={"Idempotency-Key": str(uuid.uuid4())}))
        return task

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        call = asyncio.get_running_loop().create_task(work)
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    def watch(self, id: str, task: Task[Any]) -> None:
        if self.closed:
            task.cancel(_CLOSED)
        if task.done():
            return
        if not self._fresh:  # Many are created together: they are watched together.
            asyncio.get_running_loop().call_later(0.005, self._watch_fresh)
        if id not in self._pending:  # One that is unique may stand for several.
            self._fresh.add(id)
        self._pending.setdefault(id, []).append(task)

    def _check_open(self) -> None:
        if self.closed:
            raise RuntimeError(_CLOSED)

    async def _create_after(self, task: Task[Any], body: dict[str, Any]) -> None:
        from ._words import create_task

        after = body["after"]
        given = after["ids"] if isinstance(after, dict) else after
        parents = [create_task(parent) if isinstance(parent, Work) else parent for parent in given]
        ids = [await parent.id() if Task._is_one(parent) else parent for parent in parents]
        body["after"] = {**after, "ids": ids} if isinstance(after, dict) else ids
        await self._create([(task, encode(body))])

    def _create_all(self) -> None:
        batch: list[tuple[Task[Any], bytes]] = []
        size = 0
        for creation in self._creations:
            if batch and (len(batch) == _MAX_BATCH or size + len(creation[1]) > _MAX_BATCH_BYTES):
                self.spawn(self._create(batch))
                batch, size = [], 0
            batch.append(creation)
            size += len(creation[1]) + 1
        self._creations = []
        if batch:
            self.spawn(self._create(batch))

    async def _create(self, batch: list[tuple[Task[Any], bytes]]) -> None:
        # With a key, so that the call can be repeated if its answer is lost: it creates each once, however often it arrives.
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        try:
            if len(batch) == 1:
                infos = [await self.call("POST", "/tasks", batch[0][1], headers)]
            else:
                body = b"[" + b",".join(body for _task, body in batch) + b"]"
                answer = await self.call("POST", "/tasks/batch", body, headers)
                infos = answer["tasks"] if isinstance(answer, dict) and "tasks" in answer else []
        except Exception as error:
            if len(batch) > 1 and isinstance(error, TaskApiError) and 400 <= error.status < 500 and error.status not in (401, 429):
                # A batch is all or nothing, and these are to be each for itself.
                half = len(batch) // 2
                await asyncio.gather(self._create(batch[:half]), self._create(batch[half:]))
                return
            for task, _body in batch:
                task._fail(error)
        else:
            for place, (task, _body) in enumerate(batch):
                try:
                    task._accept(infos[place])
                except (LookupError, TypeError):  # JSON, but no task: it isn't the service that answers.
                    task._fail(TaskApiError(502, {"title": "The answer to the creation is no task"}))

    def _watch_fresh(self) -> None:
        fresh, self._fresh = self._fresh, set()
        if self.closed:
            return
        self._watches = [(ids, watch) for ids, watch in self._watches if not watch.done()]
        # A watch of no more tasks than the new one is merged into it: so there are few, and no task changes its watch often.
        while self._watches and len(self._watches[-1][0]) <= min(len(fresh), _MAX_IDS - len(fresh)):
            ids, watch = self._watches.pop()
            watch.cancel()
            fresh |= ids
        while fresh:
            ids = {fresh.pop() for _ in range(min(len(fresh), _MAX_IDS))}
            self._watches.append((ids, asyncio.get_running_loop().create_task(self._follow(ids))))

    async def _follow(self, ids: set[str]) -> None:
        """Hears of tasks as they finish, by one call after the other until all have."""
        failures = 0
        while ids:
            before, left = failures, len(ids)
            try:
                async with self.http.open("POST", "/tasks/as-completed", {"ids": list(ids), "waitSeconds": _WAIT_SECONDS}, waits=True) as answer:
                    if answer.status != 200:
                        checked(answer.status, await answer.read())
                    failures = 0  # The service is there, however often connections to it are lost.
                    async for line in answer.lines():
                        self._hear(ids, line)
                if len(ids) == left:
                    await asyncio.sleep(_BREATH)
            except Exception as error:  # Whatever it is: those that wait hear of it, or of how their tasks end.
                failures = 1 + (failures if isinstance(error, OSError) else before)
                if isinstance(error, TaskApiError) and error.status != 429 and error.status < 500:
                    # Unknown ones are named; anything else concerns all.
                    lost = ids.intersection(error.problem.get("ids") or ()) or ids.copy()
                elif failures < 8:
                    lost = set()
                    await asyncio.sleep(_FIRST_PAUSE * 2 ** (failures - 1))
                else:  # Half a minute has passed.
                    lost = ids.copy()
                for id in lost:
                    for task in self._take(ids, id):
                        task._fail(error)

    def _hear(self, ids: set[str], line: bytes) -> None:
        info = checked(200, line)
        try:
            for task in self._pending.get(info["id"], ()):
                task._settle(info)
            if info["done"]:
                self._take(ids, info["id"])
        except (KeyError, TypeError, AttributeError):  # JSON, but no task: it isn't the service that answers.
            raise TaskApiError(502, {"title": line[:200].decode("latin-1")}) from None

    def _take(self, ids: set[str], id: str) -> list[Task[Any]]:
        ids.discard(id)
        return self._pending.pop(id, [])
