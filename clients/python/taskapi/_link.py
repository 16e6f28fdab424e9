"""What a worker and its service say to each other."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from typing import Any

from ._errors import TaskApiError, checked
from ._http import Http

log = logging.getLogger("taskapi.worker")

TROUBLES = (OSError, ValueError, asyncio.LimitOverrunError, TaskApiError)
"""What a call ends with that may go well the next time."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 10.0


class Link:
    """The calls of one worker. Says in the log, once, when the service is lost and when it is there again."""

    def __init__(self, http: Http, worker: str, lease: float) -> None:
        self.http, self.worker, self.lease = http, worker, lease
        self._lost = False

    async def post(self, path: str, body: bytes, wait: float = 0.0, sent: Callable[[], object] = lambda: None) -> Any:
        """One call that the service may hold for ``wait`` seconds; ``sent`` is called when it is on its way."""
        # A heartbeat is made when a third of the lease is over, and one that is lost leaves time for another, at least if the lease is no shorter
        # than six seconds: a slow network isn't to look like a lost one. Others bear with a slow service.
        beyond = max(1.0, self.lease / 6) if path == "/work/heartbeat" and wait else max(5.0, self.lease / 3)
        try:
            async with self.http.open("POST", path, body, waits=True, silence=wait + beyond, sent=sent) as answer:
                content = await answer.read()
            result = checked(answer.status, content, answer.headers)
        except TROUBLES as error:
            gone = not isinstance(error, TaskApiError) or error.status in (500, 502, 504)  # 503: it is there, and busy or stopping.
            if gone and not self._lost:
                self._lost = True
                log.warning("%s can't be reached; trying until it can: %s", self.http.url, error or type(error).__name__)
            raise
        if self._lost:
            self._lost = False
            log.info("%s is there again", self.http.url)
        return result


def too_soon(wait: float) -> float:
    """What comes back sooner, with nothing, comes before its time: a service may hold calls for less than was asked for."""
    return min(wait / 2, 0.5)


class Backoff:
    """How long to wait before the next try: longer each time, never the same as others do, and never longer than ``longest``."""

    def __init__(self, longest: float = _LONGEST_PAUSE) -> None:
        self._pause, self._longest = _FIRST_PAUSE, min(longest, _LONGEST_PAUSE)

    def reset(self) -> None:
        self._pause = _FIRST_PAUSE

    async def sleep(self, error: BaseException | None = None) -> None:
        pause, self._pause = self._pause, min(self._pause * 2, self._longest)
        await asyncio.sleep(max(pause, min(getattr(error, "retry_after", 0.0), self._longest)) * random.uniform(0.5, 1.0))
