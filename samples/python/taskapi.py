"""asyncio's words, with the tasks in a service. One file, nothing but the standard library; Python 3.10 or later.

    import taskapi as asyncio

    async def main():
        task = asyncio.create_task(asyncio.create_string_after("Bonjour", 10))
        print(await task)

    asyncio.run(main())

``create_string_after(message, delay)`` is what a task runs, as a coroutine would be: awaited, given to ``create_task``,
``gather``, ``wait``, ``wait_for``, ``as_completed`` or ``shield``, it becomes a ``Task`` of the service. That is an
``asyncio.Future``: ``done()``, ``result()``, ``exception()``, ``cancel()`` and ``await`` do what they do in asyncio, and
raise what they raise there. Ordinary coroutines stay what they are, and may await tasks of the service. Every name that
this module doesn't have is asyncio's.

Differences: a task goes on in the service when the program ends; and one whose own ``timeout`` is over raises TimeoutError.

The service is at TASKAPI_URL or BASE_URL (default http://localhost:5080); API_KEY is sent along if there is one.
"""

import asyncio
import contextlib
import contextvars
import json
import os
import urllib.parse
import uuid

_WAIT_SECONDS = 60  # One call waits so long for tasks to finish, then the next one does.
_ANSWER_SECONDS = 30  # What an answer may take beyond that.
_MAX_IDS = 10_000  # The most that one call may wait for.
_MAX_CALLS = 16  # Calls at once; those that wait for tasks don't count, for a few of them serve any number of tasks.
_MAX_LINE = 1 << 20

_client = contextvars.ContextVar("taskapi.client")


def __getattr__(name):
    return getattr(asyncio, name)


class TaskApiError(Exception):
    """The service has refused a call. ``status`` is that of HTTP, ``problem`` what it says (RFC 9457)."""

    def __init__(self, status, problem):
        super().__init__(f"{status}: {problem.get('detail') or problem.get('title') or 'no reason given'}")
        self.status, self.problem = status, problem


class TaskFailed(Exception):
    """What a task raises that has failed in the service."""


class Delayed:
    """What a task runs: a message that is there after a delay. Like a coroutine it does nothing by itself."""

    def __init__(self, message, delay, *, group=None, timeout=None):
        self.message, self.delay, self.group, self.timeout = message, delay, group, timeout

    def __await__(self):
        return create_task(self).__await__()


class Task(asyncio.Future):
    """A task of the service. Made by ``create_task`` or ``Client.attach``."""

    def __init__(self, client, name=None, id=None):
        super().__init__(loop=asyncio.get_running_loop())
        self._client, self._name = client, name
        self._created = asyncio.get_running_loop().create_future()
        self.info = None  # The task as the service last described it.
        if id is not None:
            self._created.set_result(id)

    async def id(self):
        """The service's id of the task, once it has been created."""
        return await asyncio.shield(self._created)

    def get_name(self):
        return self._name

    def cancel(self, msg=None):
        """Asks the service to cancel the task, and returns at once. False if it is known to be done."""
        if self.done():
            return False
        if self._client.closed:
            return super().cancel(msg)
        self._client.spawn(self._do(self._cancel(msg)))
        return True

    async def reschedule(self, delay):
        """Has the task come due ``delay`` seconds from now, like ``asyncio.Timeout.reschedule``."""
        self.settle(await self._client.call("PATCH", f"/tasks/{await self.id()}", {"delaySeconds": delay}))

    async def create(self, body):
        await self._do(self._create(body))

    async def _create(self, body):
        # With a key, so that the call can be repeated if its answer is lost: it creates one task, however often it arrives.
        info = await self._client.call("POST", "/tasks", body, {"Idempotency-Key": str(uuid.uuid4())})
        self._created.set_result(info["id"])
        self.settle(info)
        self._client.watch(info["id"], self)

    async def _cancel(self, msg):
        reason = "" if msg is None else "?reason=" + urllib.parse.quote(str(msg)[:256])
        try:
            self.settle(await self._client.call("DELETE", f"/tasks/{await self.id()}{reason}"))
        except TaskApiError as error:
            if error.status != 409:  # Too late: it has finished, and the watch is about to say so.
                raise

    async def _do(self, work):
        try:
            await work
        except Exception as error:
            self.fail(error)

    def settle(self, info):
        self.info = info
        if self.done() or not info["done"]:
            return
        error = info["error"] or {}
        if info["status"] == "completed":
            self.set_result(info["result"])
        elif info["status"] == "failed":
            self.set_exception(TaskFailed(f"{error['reason']}: {error['detail']}"))
        elif error["reason"] == "timeout":
            self.set_exception(TimeoutError())
        else:
            super().cancel(error["detail"])

    def fail(self, error):
        if not self._created.done():
            self._created.cancel()
        if not self.done():
            self.set_exception(error)


class Client:
    """A service, for the length of an ``async with``; ``run`` has one for its program."""

    def __init__(self, url=None, key=None):
        """``url`` and ``key`` instead of those that the environment names."""
        self._http = _Http(url or os.environ.get("TASKAPI_URL") or os.environ.get("BASE_URL") or "http://localhost:5080",
                           key or os.environ.get("API_KEY"))
        self._calls = set()
        self._pending, self._fresh, self._watches = {}, set(), []
        self.closed = False

    async def __aenter__(self):
        self._token = _client.set(self)
        return self

    async def __aexit__(self, *_):
        """Lets calls in flight, such as cancellations, arrive. Tasks that are pending go on in the service."""
        while self._calls:
            await asyncio.wait(self._calls)
        self.closed = True
        _client.reset(self._token)
        for _, watch in self._watches:
            watch.cancel()
        await asyncio.gather(*(watch for _, watch in self._watches), return_exceptions=True)
        self._http.close()

    def create_task(self, delayed, *, name=None):
        """Creates a task of the service: it runs from the program's next ``await`` on."""
        if self.closed:
            raise RuntimeError("The client is closed")
        body = {"message": delayed.message, "delaySeconds": delayed.delay, "name": name, "group": delayed.group, "timeoutSeconds": delayed.timeout}
        task = Task(self, name)
        self.spawn(task.create({field: value for field, value in body.items() if value is not None}))
        return task

    def attach(self, id):
        """A task that somebody else has created, by its id."""
        if self.closed:
            raise RuntimeError("The client is closed")
        if id not in self._pending:
            self.watch(id, Task(self, id=id))
        return self._pending[id]

    async def call(self, method, path, body=None, headers={}):
        """Any call of the service's, answered with its JSON. One that the service is too busy for is made again when it says."""
        for _ in range(10):
            async with self._http.open(method, path, body, headers) as answer:
                content = await answer.read()
            if answer.status not in (429, 503) or "retry-after" not in answer.headers:
                break
            await asyncio.sleep(int(answer.headers["retry-after"]))
        return _checked(answer.status, content)

    def spawn(self, work):
        call = asyncio.get_running_loop().create_task(work)
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    def watch(self, id, task):
        if task.done() or self.closed:
            return
        if not self._fresh:  # Many are created together: they are watched together.
            asyncio.get_running_loop().call_later(0.005, self._watch_fresh)
        self._fresh.add(id)
        self._pending[id] = task

    def _watch_fresh(self):
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

    async def _follow(self, ids):
        """Hears of tasks as they finish, by one call after the other until all have."""
        failures = 0
        while ids:
            try:
                async with self._http.open("POST", "/tasks/as-completed", {"ids": list(ids), "waitSeconds": _WAIT_SECONDS}, waits=True) as answer:
                    if answer.status != 200:
                        _checked(answer.status, await answer.read())
                    failures = 0  # The service is there, however often connections to it are lost.
                    async for line in answer.lines():
                        info = json.loads(line)
                        self._take(ids, info["id"]).settle(info)
            except (OSError, EOFError, TaskApiError) as error:
                failures += 1
                if isinstance(error, TaskApiError) and error.status not in (429, 503):
                    lost = error.problem.get("ids") or list(ids)  # Unknown ones are named; anything else concerns all.
                elif failures < 8:
                    lost = []
                    await asyncio.sleep(0.1 * 2 ** failures)
                else:  # Half a minute has passed.
                    lost = list(ids)
                for id in lost:
                    self._take(ids, id).fail(error)

    def _take(self, ids, id):
        ids.discard(id)
        return self._pending.pop(id)


def run(main, *, url=None, key=None, debug=None):
    """``asyncio.run`` with a client of the service."""
    async def with_client():
        async with Client(url, key):
            return await main

    return asyncio.run(with_client(), debug=debug)


def create_string_after(message, delay, *, group=None, timeout=None):
    """A task whose result is the time of day and the message, ``delay`` seconds after its creation.

    After ``timeout`` seconds, if it is pending then, the service cancels it: TimeoutError."""
    return Delayed(message, delay, group=group, timeout=timeout)


async def display_after(message, delay):
    """Prints the time of day and the message after ``delay`` seconds."""
    print(await create_string_after(message, delay))


def create_task(work, *, name=None):
    """A task: of the service, or, of a coroutine, asyncio's."""
    if isinstance(work, Delayed):
        return _current().create_task(work, name=name)
    return asyncio.create_task(work, name=name)


def attach(id):
    """A task that somebody else has created, by its id."""
    return _current().attach(id)


def ensure_future(work):
    return create_task(work) if isinstance(work, Delayed) else asyncio.ensure_future(work)


def gather(*works, return_exceptions=False):
    return asyncio.gather(*map(ensure_future, works), return_exceptions=return_exceptions)


def wait(works, *, timeout=None, return_when=asyncio.ALL_COMPLETED):
    return asyncio.wait([ensure_future(work) for work in works], timeout=timeout, return_when=return_when)


def wait_for(work, timeout):
    return asyncio.wait_for(ensure_future(work), timeout)


def as_completed(works, *, timeout=None):
    return asyncio.as_completed([ensure_future(work) for work in works], timeout=timeout)


def shield(work):
    return asyncio.shield(ensure_future(work))


def _current():
    try:
        return _client.get()
    except LookupError:
        raise RuntimeError("There is no service: use taskapi.run(main()), or async with taskapi.Client()") from None


def _checked(status, content):
    body = json.loads(content) if content else {}
    if status >= 400:
        raise TaskApiError(status, body)
    return body


class _Http:
    """Calls to one service, each on a connection of its own while it lasts; connections are kept for the next ones."""

    def __init__(self, url, key):
        parts = urllib.parse.urlsplit(url)
        self._tls = parts.scheme == "https"
        self._address = parts.hostname, parts.port or (443 if self._tls else 80)
        self._prefix = parts.path.rstrip("/")
        self._head = f"Host: {parts.netloc.rpartition('@')[2]}\r\nAccept: */*\r\n" + (f"X-Api-Key: {key}\r\n" if key else "")
        self._idle, self._gate = [], asyncio.Semaphore(_MAX_CALLS)

    @contextlib.asynccontextmanager
    async def open(self, method, path, body=None, headers={}, waits=False):
        """Makes a call; what it yields has the status and the headers, and reads the rest."""
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {self._prefix}{path} HTTP/1.1\r\n{self._head}" + "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        if body is not None:
            head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        async with contextlib.nullcontext() if waits else self._gate:
            answer = await self._send(head.encode() + b"\r\n" + content, repeatable=method != "PATCH")
            try:
                yield answer
            finally:
                self._idle.append(answer) if answer.reusable and len(self._idle) < _MAX_CALLS else answer.close()

    async def _send(self, request, repeatable):
        # The service may have closed a kept connection in the meantime, or have lost its answer: one more time does no harm
        # to a call that says the same twice.
        for last in (False, True) if repeatable else (True,):
            kept = self._idle.pop() if self._idle and not last else None
            answer = _Answer(*(kept.streams if kept else await asyncio.open_connection(*self._address, ssl=self._tls or None, limit=_MAX_LINE)))
            try:
                await answer.exchange(request)
                return answer
            except BaseException as error:
                answer.close()
                if last or not isinstance(error, (OSError, EOFError)):
                    raise

    def close(self):
        while self._idle:
            self._idle.pop().close()


class _Answer:
    """The answer to a call (RFC 9112)."""

    def __init__(self, reader, writer):
        self.streams = self._reader, self._writer = reader, writer
        self.reusable = False

    async def exchange(self, request):
        self._writer.write(request)
        self.status, self.headers = 100, {}
        while self.status < 200:
            self.status = int((await self._line()).split()[1])
            while line := await self._line():
                name, _, value = line.decode("latin-1").partition(":")
                self.headers[name.lower()] = value.strip()

    async def read(self):
        return b"".join([piece async for piece in self._pieces()])

    async def lines(self):
        rest = b""
        async for piece in self._pieces():
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                yield line

    def close(self):
        self._writer.close()

    async def _pieces(self):
        if self.headers.get("transfer-encoding") == "chunked":
            while size := int((await self._line()).partition(b";")[0], 16):
                yield (await self._exactly(size + 2))[:-2]
            while await self._line():
                pass
        elif size := int(self.headers.get("content-length", 0)):
            yield await self._exactly(size)
        self.reusable = self.headers.get("connection", "").lower() != "close"

    async def _line(self):
        return (await self._within(self._reader.readuntil(b"\n"))).rstrip(b"\r\n")

    async def _exactly(self, size):
        return await self._within(self._reader.readexactly(size))

    async def _within(self, reading):
        # Nothing is silent for longer: a connection that is has been lost.
        timer = asyncio.get_running_loop().call_later(_WAIT_SECONDS + _ANSWER_SECONDS, self._writer.transport.abort)
        try:
            return await reading
        finally:
            timer.cancel()
