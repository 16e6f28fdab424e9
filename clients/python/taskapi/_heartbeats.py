"""The leases of a worker: renewed, and what the service has to tell about them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import Any

from ._attempt import Attempt
from ._errors import TaskApiError
from ._http import encode
from ._link import TROUBLES, Backoff, Link, log, too_soon

_MAX_LEASES = 1000  # In one call.
_PROGRESS_SECONDS = 0.25  # Between two calls that tell of progress.
_LONGEST_TRIP = 2.0
_SETTLING_SECONDS = 0.02  # So long a new attempt may be unwatched: many are over by then.
_DRAINING_SECONDS = 1.0
_LAST_SECONDS = 4.0  # So long an outcome waits for the last progress to be told.


class Heartbeats:
    """Keeps one call open, which renews the leases when it arrives and comes back as soon as there is something to tell."""

    def __init__(self, link: Link, lost: Callable[[Attempt], None]) -> None:
        self.leases: dict[str, Attempt] = {}
        self._link, self._lost = link, lost
        self._added, self._reported = asyncio.Event(), asyncio.Event()
        self._reporting: dict[str, Attempt] = {}
        self._telling: dict[str, asyncio.Future[None]] = {}
        self._trip = 0.0  # The longest that a connection took to be made.

    def add(self, attempt: Attempt) -> None:
        self.leases[attempt.token] = attempt
        self._added.set()

    def forget(self, token: str) -> None:
        self.leases.pop(token, None)

    def progressed(self, attempt: Attempt) -> None:
        self._reporting[attempt.token] = attempt
        self._reported.set()

    async def run(self) -> None:
        third = self._link.lease / 3  # So long at the most between two calls: if one is lost, another finds the leases alive.
        backoff = Backoff(third)
        loop = asyncio.get_running_loop()
        while True:
            while not self.leases:
                self._added.clear()
                await self._added.wait()
            begun, wait = loop.time(), third
            try:
                answer = await self._hold(wait)
                backoff.reset()
            except TROUBLES as error:
                await backoff.sleep(error)
                continue
            if loop.time() - begun > self._link.lease:
                log.warning("No heartbeat for %.0f s: a coroutine that doesn't yield, or a machine that slept. Leases may be lost.", loop.time() - begun)
            if answer and answer.get("drain"):  # Another node takes over.
                self._link.http.forget_connections()
                await asyncio.sleep(min(_DRAINING_SECONDS, third))
            elif answer and not self._tell(answer) and loop.time() - begun < too_soon(wait):
                await backoff.sleep()  # It has come back before its time, with nothing to say.

    async def report(self) -> None:
        """Tells of progress, as often as is useful."""
        backoff = Backoff()
        while True:
            await self._reported.wait()
            self._reported.clear()
            # What is being told has been reported for the last time: whoever does that tells it until it has arrived.
            attempts, self._reporting = [a for a in self._reporting.values() if a.token in self.leases and a.token not in self._telling], {}
            if error := await self._report(attempts):
                for attempt in attempts:
                    self.progressed(attempt)
                await backoff.sleep(error)
            else:
                backoff.reset()
                await asyncio.sleep(_PROGRESS_SECONDS)

    async def report_last(self, attempt: Attempt) -> None:
        """Tells of an attempt's last progress. The outcome waits meanwhile, and so not for ever."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._report_last(attempt), _LAST_SECONDS)

    async def _report_last(self, attempt: Attempt) -> None:
        backoff = Backoff()
        while True:
            while under_way := self._telling.get(attempt.token):
                await asyncio.wait({under_way})
            if attempt.token not in self.leases or not (error := await self._report([attempt])):
                return
            await backoff.sleep(error)

    async def _report(self, attempts: list[Attempt]) -> Exception | None:
        """What went wrong, if another try may go well."""
        taken = [(attempt, progress) for attempt in attempts[:_MAX_LEASES] if (progress := attempt.context.take_progress())]
        if not taken:
            return None
        leases = [{"token": attempt.token, "cancelSeen": attempt.cancel_seen, "progress": progress} for attempt, progress in taken]
        told = asyncio.get_running_loop().create_future()
        self._telling.update((attempt.token, told) for attempt, _progress in taken)
        try:
            self._tell(await self._post(leases, 0.0))
        except TROUBLES as error:
            log.debug("Progress not told: %s", error)
            if not isinstance(error, TaskApiError) or error.status not in (400, 413):  # Those would be the answer once more.
                return error
        finally:
            told.set_result(None)
            for attempt, _progress in taken:
                self._telling.pop(attempt.token, None)
        for attempt, progress in taken:
            attempt.context.progress_arrived(progress)
        return None

    async def _hold(self, wait: float) -> Any:
        """One call; None if it was given up because there are leases that it doesn't watch."""
        loop = asyncio.get_running_loop()
        begun, sent = loop.time(), loop.create_future()

        def on_its_way() -> None:
            if not sent.done():
                sent.set_result(loop.time())

        watched = set(self.leases)
        leases = [{"token": attempt.token, "cancelSeen": attempt.cancel_seen} for attempt in list(self.leases.values())[:_MAX_LEASES]]
        call = asyncio.ensure_future(self._post(leases, wait, on_its_way))
        call.add_done_callback(lambda _: self._added.set())
        try:
            while True:
                self._added.clear()
                await self._added.wait()
                # Given up on its way it would renew nothing, and before an answer can be there nothing would be heard of. However many new
                # leases come, it has as long for that as a connection took to be made, which is a round trip at least.
                await asyncio.wait({call, sent}, return_when=asyncio.FIRST_COMPLETED)
                if not call.done():
                    self._trip = max(self._trip, min(sent.result() - begun, _LONGEST_TRIP))
                    there = sent.result() + self._trip - loop.time()
                    await asyncio.wait({call}, timeout=max(there, _SETTLING_SECONDS + len(self.leases) / 2000))
                if call.done():
                    return call.result()
                if self.leases.keys() - watched:
                    return None
        finally:
            call.cancel()

    def _post(self, leases: list[dict[str, Any]], wait: float, sent: Callable[[], object] = lambda: None) -> Any:
        body = {"worker": self._link.worker, "leases": leases, "leaseSeconds": self._link.lease, "waitSeconds": wait}
        return self._link.post("/work/heartbeat", encode(body), wait, sent)

    def _tell(self, answer: Mapping[str, Any]) -> bool:
        """Whether there was anything to tell."""
        for cancel in answer.get("cancel") or ():
            if attempt := self.leases.get(cancel["token"]):
                attempt.request_cancel(cancel.get("reason") or "cancelled", cancel.get("detail"))
        for lost in answer.get("lost") or ():
            if attempt := self.leases.pop(lost["token"], None):
                self._lost(attempt)
        return bool(answer.get("cancel") or answer.get("lost"))
