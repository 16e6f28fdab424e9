"""HTTP/1.1 to one service, on asyncio's streams (RFC 9112)."""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
import urllib.parse
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from typing import Any

SILENCE = 90.0  # Seconds in which something comes from a service that is there: a call that waits for tasks does so for 60.
_CONNECT_SECONDS = 10.0
_MAX_CALLS = 16  # Calls at once; those that wait for tasks don't count, for a few of them serve any number of tasks.
_MAX_HELD = 100  # Calls of the program's that wait, at once: they hold up each other alone.
_MAX_LINE = 1 << 20
WAITS = ("/tasks/wait", "/tasks/as-completed", "/tasks/gather")  # Calls that wait for tasks, asked to or not.


class Silence(ConnectionAbortedError):
    """Nothing has come from the service for too long."""


def encode(value: Any) -> bytes:
    """JSON; what it has no form for, NaN too, is a TypeError or ValueError."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:  # Half of a surrogate pair: escaped, so that the service says in which field.
        return json.dumps(value, allow_nan=False, separators=(",", ":")).encode()


def bears_repeating(method: str, path: str, body: Any, headers: Mapping[str, str]) -> bool:
    """Whether a call may arrive twice, because nobody knows if it has arrived once.

    A POST may with an Idempotency-Key, if it only waits, or as a worker's, made for that; no call may on a condition, which its
    first arrival has changed."""
    names = {name.lower() for name in headers}
    if any(name.startswith("if-") for name in names):
        return False
    path = path.partition("?")[0]
    waits = path in WAITS and (path != "/tasks/gather" or (isinstance(body, Mapping) and "tasks" not in body))
    return method != "POST" or "idempotency-key" in names or waits or path.startswith("/work/")


class Http:
    """Calls to one service, each on a connection of its own while it lasts; connections are kept for the next ones."""

    def __init__(self, url: str, key: str | None = None, tls: ssl.SSLContext | None = None) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url!r} is no address: http://host:port or https://host is")
        if key and not (key.isascii() and key.isprintable()):
            raise ValueError("The key has characters that no header can have")
        self.url = urllib.parse.urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))
        self._tls = (tls or ssl.create_default_context()) if parts.scheme == "https" else None
        self._address = parts.hostname, parts.port or (443 if self._tls else 80)
        self._prefix = parts.path.rstrip("/")
        self._head = f"Host: {parts.netloc.rpartition('@')[2]}\r\nAccept: */*\r\n" + (f"X-Api-Key: {key}\r\n" if key else "")
        self._idle: list[Answer] = []
        self._gate, self.held_gate = asyncio.Semaphore(_MAX_CALLS), asyncio.Semaphore(_MAX_HELD)
        self.answered = 0.0
        """When the last of the calls that take turns was answered, by the loop's clock."""

    @contextlib.asynccontextmanager
    async def open(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] = {}, *, waits: bool = False, silence: float = SILENCE,
        begun: Callable[[], object] = lambda: None, sent: Callable[[], object] = lambda: None,
    ) -> AsyncIterator[Answer]:  # fmt: skip
        """Makes a call; what it yields has the status and the headers, and reads the rest.

        ``body`` is sent as JSON, bytes as they are. ``waits`` says that the call is held by the service, ``silence`` for how
        many seconds nothing may come from there before the connection counts as lost. ``begun`` is called when it is this call's turn,
        ``sent`` when there is a connection, and the call is on its way."""
        content = b"" if body is None else body if isinstance(body, bytes) else encode(body)
        head = f"{method} {self._prefix}{path} HTTP/1.1\r\n{self._head}" + "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        if body is not None:
            head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        gate: Any = contextlib.nullcontext() if waits else self._gate
        async with gate:
            begun()
            # A PATCH names a delay, and the later one would be another.
            repeatable = method != "PATCH" and bears_repeating(method, path, body, headers)
            answer = await self._send(head.encode() + b"\r\n" + content, silence, repeatable, sent)
            if not waits:
                self.answered = asyncio.get_running_loop().time()
            try:
                yield answer
            finally:
                self._idle.append(answer) if answer.reusable and len(self._idle) < _MAX_CALLS else answer.close()

    async def _send(self, request: bytes, silence: float, repeatable: bool, sent: Callable[[], object]) -> Answer:
        # The service may have closed a kept connection in the meantime, or have lost its answer: one more time does some calls
        # no harm. The others have a new connection at once.
        for last in (False, True) if repeatable else (True,):
            answer = Answer(*await self._streams(last, min(_CONNECT_SECONDS, silence)), silence)
            try:
                await answer.exchange(request, sent)
                return answer
            except BaseException as error:
                answer.close()
                if last or not isinstance(error, OSError):
                    raise
        raise AssertionError("Not reached")

    async def _streams(self, fresh: bool, within: float) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self._idle and not fresh:
            streams = self._idle.pop().streams
            if not streams[0].at_eof():
                return streams
            streams[1].close()
        connecting = asyncio.open_connection(*self._address, ssl=self._tls, limit=_MAX_LINE)
        try:
            return await asyncio.wait_for(connecting, within)
        except asyncio.TimeoutError:
            raise ConnectionError(f"{self.url} can't be reached: no connection within {within:.3g} seconds") from None

    def forget_connections(self) -> None:
        """Closes what is kept, so that the next calls connect anew: behind a balancer perhaps to another node."""
        while self._idle:
            self._idle.pop().close()

    close = forget_connections


class Answer:
    """The answer to a call."""

    status: int
    headers: dict[str, str]

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, silence: float) -> None:
        self.streams = self._reader, self._writer = reader, writer
        self._silence = silence
        self.reusable = self._is_silent = False

    async def exchange(self, request: bytes, sent: Callable[[], object]) -> None:
        self._writer.write(request)
        sent()
        self.status, self.headers = 100, {}
        while self.status < 200:
            version, _, rest = (await self._line()).partition(b" ")
            if not version.startswith(b"HTTP/1.") or not rest[:3].isdigit():
                raise ConnectionError("What answers there doesn't speak HTTP/1.1")
            self.status = int(rest[:3])
            while line := await self._line():
                name, _, value = line.decode("latin-1").partition(":")
                self.headers[name.lower()] = value.strip()

    async def read(self) -> bytes:
        return b"".join([piece async for piece in self._pieces()])

    async def lines(self) -> AsyncIterator[bytes]:
        rest = b""
        async for piece in self._pieces():
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                yield line
        if rest:
            yield rest

    def close(self) -> None:
        self._writer.close()

    async def _pieces(self) -> AsyncIterator[bytes]:
        kept = self.headers.get("connection", "").lower() != "close"
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            while size := int((await self._line()).partition(b";")[0], 16):
                yield (await self._exactly(size + 2))[:-2]
            while await self._line():
                pass
        elif "content-length" in self.headers:
            if size := int(self.headers["content-length"]):
                yield await self._exactly(size)
        elif self.status not in (204, 304):  # It ends with the connection.
            kept = False
            while piece := await self._within(self._reader.read(_MAX_LINE)):
                yield piece
        self.reusable = kept

    async def _line(self) -> bytes:
        return (await self._within(self._reader.readuntil(b"\n"))).rstrip(b"\r\n")

    async def _exactly(self, size: int) -> bytes:
        return await self._within(self._reader.readexactly(size))

    async def _within(self, reading: Coroutine[Any, Any, bytes]) -> bytes:
        # Nothing is silent for longer: a connection that is has been lost.
        timer = asyncio.get_running_loop().call_later(self._silence, self._abort)
        try:
            if (read := await reading) or not self._is_silent:
                return read
        except asyncio.IncompleteReadError:
            pass
        finally:
            timer.cancel()
        if self._is_silent:
            raise Silence(f"Nothing has come from the service for {self._silence:.0f} seconds")
        raise ConnectionResetError("The connection was lost before the whole answer had come")

    def _abort(self) -> None:
        self._is_silent = True
        self._writer.transport.abort()
