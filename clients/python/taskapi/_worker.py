"""A worker: takes tasks from the service, and runs its coroutines for them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from typing import Any

from . import _current
from ._attempt import Attempt, Threads
from ._client import Client
from ._coroutines import Coroutine, registered
from ._errors import TaskApiError
from ._heartbeats import Heartbeats
from ._http import encode
from ._link import TROUBLES, Backoff, Link, log, too_soon
from ._outbox import Outbox, Outcome

_WAIT_SECONDS = 30.0  # So long one call for tasks is held.
_UNKNOWN_SECONDS = 10.0  # After so long a task that this worker has no coroutine for is offered again.
_LAST_ANSWER_SECONDS = 0.5  # A worker that stops waits so long for the call in flight: what comes with it is given back.
_CLEANUP_SECONDS = 5.0  # What a coroutine may take for its end when the worker's grace is over.
_DELIVERY_SECONDS = 10.0  # And the last outcomes for their delivery.


class Worker:
    """Runs coroutines for the service, up to ``concurrency`` at a time.

    ``await worker.run()`` runs until ``stop()`` is called; ``async with worker`` runs beside its body. When it stops, coroutines
    have ``grace`` seconds to end; what is left is cancelled and given back to the service. ``lease`` is how long, in whole
    seconds, the service waits for a sign of life before it gives a task to somebody else."""

    def __init__(
        self, *coroutines: Coroutine[Any, Any], url: str | None = None, key: str | None = None, name: str | None = None, concurrency: int = 8,
        queues: Iterable[str] | None = None, lease: int = 30, grace: float = 10.0, tls: ssl.SSLContext | None = None,
    ) -> None:  # fmt: skip
        """Without ``coroutines``: all that there are. Without ``queues``: those of the coroutines."""
        self._coroutines = {c.type: c for c in coroutines or registered.values()}
        self.queues = list(dict.fromkeys(queues or (c.queue for c in self._coroutines.values())))
        self.name = (name or f"{socket.gethostname()}-{os.getpid()}")[:128]
        for value, number, least, most in (("concurrency", concurrency, 1, 1000), ("lease", lease, 1, 3600), ("queues", len(self.queues), 1, 100)):
            if not least <= number <= most:
                raise ValueError(f"{value} must be from {least} to {most}, not {number}")
        self._url, self._key, self._tls = url, key, tls
        self.concurrency, self._lease, self._grace = concurrency, lease, grace
        self._running: dict[str, Attempt] = {}
        self._complained: dict[str, float] = {}
        self._hurried = False
        self.left_behind = False
        """Whether coroutines or threads go on that didn't end when they were to."""
        self._concluding: set[asyncio.Task[None]] = set()

    def stop(self) -> None:
        """Has ``run`` come to its end. To be called on its event loop."""
        self._stopping.set()

    async def __aenter__(self) -> Worker:
        self._whole = asyncio.create_task(self.run())
        await asyncio.sleep(0)  # Now it has begun.
        return self

    async def __aexit__(self, *_: object) -> None:
        self.stop()
        await self._whole

    async def run(self) -> None:
        """Works until ``stop`` is called. What can't get better, such as a wrong key, is raised: a TaskApiError."""
        self._stopping, self._room, self._changed = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._room.set()
        self._threads = Threads(self.concurrency)
        async with Client(self._url, self._key, tls=self._tls) as client:
            _current.forget(client)  # It is for the coroutines alone.
            self._link = Link(client.http, self.name, self._lease)
            self._beats = Heartbeats(self._link, self._lost)
            self._outbox = Outbox(self._beats.forget)
            log.info("%s works at %s, %d at a time, for %s", self.name, client.http.url, self.concurrency, ", ".join(self.queues))
            rounds = asyncio.create_task(self._rounds())
            services = [asyncio.create_task(work) for work in (self._deliver(), self._beats.run(), self._beats.report())]
            stopped, grace = asyncio.create_task(self._stopping.wait()), self._grace
            try:
                await asyncio.wait({rounds, stopped, *services}, return_when=asyncio.FIRST_COMPLETED)
            except asyncio.CancelledError:
                grace = 0.0
                raise
            finally:
                self.stop()
                await self._end(rounds, grace)
                for task in (stopped, *services):
                    task.cancel()
                ends = await asyncio.gather(rounds, *services, return_exceptions=True)
                self._threads.shutdown(wait=False)
            for end in ends:
                if isinstance(end, Exception):
                    raise end
            log.info("%s has ended", self.name)

    async def _rounds(self) -> None:
        """One call after the other: outcomes go, tasks come."""
        backoff, loop, welcome = Backoff(), asyncio.get_running_loop(), False
        while True:
            await self._room.wait()
            if self._stopping.is_set():
                return
            batch = self._outbox.take()
            # With outcomes it comes back at once, so that what became of them is known.
            begun, wait = loop.time(), 0.0 if batch else _WAIT_SECONDS
            try:
                answer = await self._link.post("/work/acquire", self._order(batch, wait), wait)
            except TROUBLES as error:
                if isinstance(error, TaskApiError) and error.status in (400, 413) and batch:
                    self._outbox.doubt(batch)
                    continue
                self._outbox.unsent(batch)
                if isinstance(error, TaskApiError) and 400 <= error.status < 500 and error.status not in (408, 409, 425, 429):
                    if not welcome:
                        raise
                    log.error("%s: no tasks: %s", self.name, error)
                await backoff.sleep(error)
                continue
            except BaseException:
                self._outbox.unsent(batch)
                raise
            welcome = True
            self._outbox.answered(batch, answer.get("outcomes") or ())
            for task in answer["tasks"]:
                self._begin(task)
            if answer["tasks"] or batch or loop.time() - begun > too_soon(wait):
                backoff.reset()
            else:
                await backoff.sleep()  # It has come back before its time, with nothing.

    def _order(self, batch: list[Outcome], wait: float) -> bytes:
        order = {"worker": self.name, "queues": self.queues, "max": self.concurrency - len(self._running), "leaseSeconds": self._lease, "waitSeconds": wait}
        return encode(order) if not batch else encode(order)[:-1] + b',"outcomes":' + _list(batch) + b"}"

    def _begin(self, task: Mapping[str, Any]) -> None:
        token, coroutine = task["lease"]["token"], self._coroutines.get(task["type"])
        if self._stopping.is_set() or coroutine is None:
            if coroutine is None:
                self._complain(task["type"])
            self._outbox.put(token, task["id"], {"release": {"delaySeconds": 0 if coroutine else _UNKNOWN_SECONDS}})
            return
        attempt = Attempt(task, coroutine, self._threads, self._beats.progressed, self._ended)
        self._running[token] = attempt
        self._beats.add(attempt)
        self._find_room()
        attempt.start()

    def _complain(self, type: str) -> None:
        now = time.monotonic()
        if now - self._complained.get(type, -60.0) >= 60.0:
            self._complained[type] = now
            log.warning("No coroutine %r here: its tasks are given back, to be offered again in %.0f s", type, _UNKNOWN_SECONDS)

    def _ended(self, attempt: Attempt, outcome: Mapping[str, Any] | None) -> None:
        if outcome and attempt.context.has_progress and not self._hurried:
            # Told before the outcome, for afterwards nobody could.
            conclusion = asyncio.get_running_loop().create_task(self._conclude(attempt, outcome))
            self._concluding.add(conclusion)
            conclusion.add_done_callback(self._concluding.discard)
        else:
            self._finish(attempt, outcome)

    async def _conclude(self, attempt: Attempt, outcome: Mapping[str, Any]) -> None:
        try:
            await self._beats.report_last(attempt)
        finally:
            self._finish(attempt, outcome)

    def _finish(self, attempt: Attempt, outcome: Mapping[str, Any] | None) -> None:
        if self._running.pop(attempt.token, None) is None:
            return
        self._find_room()
        if outcome and attempt.token in self._beats.leases:
            self._outbox.put(attempt.token, str(attempt), outcome)

    def _lost(self, attempt: Attempt) -> None:
        log.warning("%s: its lease is lost", attempt)
        self._outbox.drop(attempt.token)
        attempt.lose()
        self._changed.set()

    def _find_room(self) -> None:
        self._changed.set()
        free = len(self._running) < self.concurrency or self._stopping.is_set()
        self._room.set() if free else self._room.clear()

    async def _deliver(self) -> None:
        """Outcomes that no call for tasks takes along, because the one that there is waits."""
        backoff = Backoff()
        while True:
            await self._outbox.ready.wait()
            for _ in range(3):  # Those that end together go together, with the next call for tasks if it is about to be made.
                await asyncio.sleep(0)
            batch = self._outbox.take(with_doubtful=True)
            if not batch:
                continue
            try:
                answer = await self._link.post("/work/finish", b'{"outcomes":' + _list(batch) + b"}")
            except TROUBLES as error:
                if isinstance(error, TaskApiError) and error.status in (400, 413):
                    self._outbox.refused(batch[0], error) if len(batch) == 1 else self._outbox.doubt(batch)
                    continue
                self._outbox.unsent(batch)
                await backoff.sleep(error)
            except BaseException:
                self._outbox.unsent(batch)
                raise
            else:
                backoff.reset()
                self._outbox.answered(batch, answer["outcomes"])
                self._changed.set()

    async def _end(self, rounds: asyncio.Task[None], grace: float) -> None:
        self._room.set()
        if self._running:
            log.info("%s stops: %d running, which have %.0f s", self.name, len(self._running), grace)
        if not rounds.done():
            # An answer that is on its way may bring tasks. They are given back, where hanging up would make them lost.
            await asyncio.wait({rounds}, timeout=min(_LAST_ANSWER_SECONDS, self._lease / 2))
            rounds.cancel()
        await self._until(lambda: not self._running, grace)
        for attempt in list(self._running.values()):
            attempt.interrupt()
        await self._until(lambda: not self._running, _CLEANUP_SECONDS)
        self._hurried = True
        for attempt in list(self._running.values()):
            log.warning("%s doesn't end: it is given back, and left to itself", attempt)
            self.left_behind = True
            self._finish(attempt, {"release": {"delaySeconds": 0}})
        await self._until(lambda: not self._outbox, _DELIVERY_SECONDS)
        if self._outbox:
            log.error("%d outcomes couldn't be told", len(self._outbox))

    async def _until(self, condition: Any, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not condition() and (left := end - loop.time()) > 0:
            self._changed.clear()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._changed.wait(), left)


def _list(batch: list[Outcome]) -> bytes:
    return b"[" + b",".join(outcome.data for outcome in batch) + b"]"
