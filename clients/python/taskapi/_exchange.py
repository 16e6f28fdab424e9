"""Calls that are answered in one piece, and made again where that does no harm."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import urllib.parse
from collections.abc import Callable, Mapping
from typing import Any

from . import _context
from ._errors import checked, retry_after
from ._http import SILENCE, WAITS, Http, Silence, bears_repeating

_TRIES = 10  # Of a call that the service is too busy for.
_LONGEST_PAUSE = 10.0  # Between two of them, whatever Retry-After says,
_PATIENCE = 60.0  # and unless it says more than this: then it is the caller's to wait, or not.
_REPEATS, _FIRST_PAUSE = 5, 0.2  # Of a call whose answer is lost; the pause is twice as long each time.
_LONGEST_LOST = 10.0  # And that goes on for so long, however long each try takes.
_NOTHING_DONE = b'"urn:taskapi:problem:capacity-reached"'  # Any other 503 may come when a change has been made already.
_DEFAULT_WAIT, _LONGEST_WAIT = 300.0, 3600.0  # What a call that waits does so for if it doesn't say; and the most that a service can be set to.
_BEYOND_WAIT = 30.0


async def exchange(
    http: Http, method: str, path: str, body: Any = None, headers: Mapping[str, str] = {}, begun: Callable[[], object] = lambda: None
) -> tuple[Any, Mapping[str, str]]:
    """The JSON of the answer, and its headers. ``begun`` is called whenever it is this call's turn."""
    context = _context._current.get(None)
    if context and context.traceparent:  # What a coroutine calls belongs to its trace.
        headers = {"traceparent": context.traceparent, **headers}
    again, wait = bears_repeating(method, path, body, headers), longest_wait(method, path, body, headers)
    silence = max(SILENCE, wait + _BEYOND_WAIT)
    held: Any = http.held_gate if wait else contextlib.nullcontext()
    bears_losing = again and bears_delay(method, path)
    tries, lost, lost_at = 0, 0, 0.0
    loop = asyncio.get_running_loop()
    while True:
        try:
            async with held, http.open(method, path, body, headers, waits=wait > 0, silence=silence, begun=begun) as answer:
                content = await answer.read()
        except OSError as error:
            lasts = lost > 0 and loop.time() - lost_at > _LONGEST_LOST
            if not bears_losing or lost == _REPEATS or lasts or isinstance(error, (Silence, ssl.CertificateError)):
                raise
        else:
            pause = retry_after(answer.headers)
            if answer.status in (429, 503) and pause is not None:
                tries += 1
                may_be_done = answer.status == 503 and not again and _NOTHING_DONE not in content
                if pause > _PATIENCE or may_be_done or tries == _TRIES:
                    break
                await asyncio.sleep(min(pause, _LONGEST_PAUSE))
                continue
            # Without Retry-After it isn't the service that answers, but a proxy which can't reach it.
            if answer.status not in (429, 502, 503, 504) or not bears_losing or lost == _REPEATS:
                break
        if lost == 0:
            lost_at = loop.time()
        await asyncio.sleep(_FIRST_PAUSE * 2**lost)
        lost += 1
    return checked(answer.status, content, answer.headers), answer.headers


def bears_delay(method: str, path: str) -> bool:
    """Whether a call, if it bears repeating, does so seconds later, when it may have been done long since.

    A PATCH names a delay, and the later one would be another; of what has been deleted there is nothing left to delete."""
    path = path.partition("?")[0]
    return method != "PATCH" and (method != "DELETE" or (path != "/tasks" and not path.startswith("/schedules/")))


def longest_wait(method: str, path: str, body: Any, headers: Mapping[str, str]) -> float:
    """For how many seconds a call asks the service to hold it."""
    path, _, query = path.partition("?")
    prefer = ",".join(value for name, value in headers.items() if name.lower() == "prefer").replace(";", ",").split(",")
    asked: list[Any] = [part.partition("=")[2] for part in prefer if part.strip().lower().startswith("wait=")]
    asked += urllib.parse.parse_qs(query).get("waitSeconds", ())
    if isinstance(body, Mapping) and body.get("waitSeconds") is not None:
        asked.append(body["waitSeconds"])
    elif method == "POST" and path in WAITS:
        asked.append(_DEFAULT_WAIT)
    return max([0.0, *(min(_seconds(wait), _LONGEST_WAIT) for wait in asked)])


def _seconds(wait: Any) -> float:
    try:
        return float(wait)
    except (TypeError, ValueError, OverflowError):  # The service says what is wrong with it.
        return 0.0
