"""The worker's half of the service, and a little of the client's, in this process: for what the real one does only on its worst days."""

import asyncio
import itertools
import json


_PATIENCE = 60


class FakeTask:
    def __init__(self, number, type, input, fields):
        self.id, self.type, self.input, self.fields = f"task-{number}", type, input, fields
        self.status, self.attempt, self.token = "pending", 0, None
        self.outcomes = []  # Those that have been taken.
        self.progress = []
        self.cancel = None
        self.seen = asyncio.Event()  # Whether the worker has said that it knows of the cancellation.
        self.running, self.ended = asyncio.Event(), asyncio.Event()

    async def outcome(self):
        await asyncio.wait_for(self.ended.wait(), _PATIENCE)
        return self.outcomes[-1]


class FakeService:
    max_result = 1000

    async def __aenter__(self):
        self.tasks, self.calls = [], []
        self.children = {}  # What coroutines have created or cancelled, by id, as the service describes it.
        self.answers = {}  # What the next calls of a path are answered with instead: a status, with a problem; or "cut".
        self.deaf = 0  # So many calls that tell of progress are answered with a 503, each when it may be:
        self.may_refuse = asyncio.Event()
        self.may_refuse.set()
        self.drain = False
        self.held = []  # The paths of calls that wait for an answer.
        self.most_running = 0
        self._tokens, self._finished = {}, {}
        self._numbers = itertools.count(1)
        self._news = asyncio.Event()
        self._connections = set()
        self.port = 0
        await self.up()
        return self

    async def __aexit__(self, *_):
        await self.down()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    async def up(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, reuse_address=True)
        self.port = self._server.sockets[0].getsockname()[1]

    async def down(self):
        self._server.close()
        for connection in list(self._connections):
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def add(self, type, *args, raw=None, **fields):
        task = FakeTask(next(self._numbers), type, {"args": args, "kwargs": {}} if raw is None else raw, fields)
        self.tasks.append(task)
        self._tell()
        return task

    async def cancel(self, task, reason="cancelled", detail=None):
        task.cancel = {"reason": reason, "detail": detail}
        self._tell()

    async def lose(self, task):
        """Its lease is over; nobody is told until the worker asks."""
        self._tokens.pop(task.token)
        task.token = None
        self._tell()

    async def start_draining(self):
        self.drain = True
        self._tell()

    async def called(self, path, count=1):
        """When so many calls of a path have come."""
        await self._hold(lambda: len(self.bodies(path)) >= count, _PATIENCE)
        assert len(self.bodies(path)) >= count
        return self.bodies(path)

    def bodies(self, path):
        return [body for called, body in self.calls if called == path]

    async def end_child(self, id, status="completed", result=None, error=None):
        self.children[id] = {"id": id, "done": True, "status": status, "result": result, "error": error}
        self._tell()

    def _tell(self):
        self._news.set()
        self._news = asyncio.Event()

    async def hung_up(self, path):
        """When no call of a path waits for an answer any more."""
        await self._hold(lambda: path not in self.held, _PATIENCE)
        assert path not in self.held

    def _answered(self, path):
        self.held.remove(path)
        self._tell()

    async def _serve(self, reader, writer):
        holding = None
        self._connections.add(asyncio.current_task())
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                method, path = head.decode().split(" ")[:2]
                length = sum(int(line[15:]) for line in head.decode().split("\r\n") if line.startswith("Content-Length:"))
                body = json.loads(await reader.readexactly(length) or b"{}")
                self.calls.append((path if method == "POST" else f"{method} {path}", body))
                self._tell()
                special = self.answers[path].pop(0) if self.answers.get(path) else None
                if self.deaf and any(lease.get("progress") for lease in body.get("leases", ())):
                    self.deaf -= 1
                    await self.may_refuse.wait()
                    special = 503, "storage-unavailable"
                if isinstance(special, tuple):
                    status, answer = special[0], {"type": "urn:taskapi:problem:" + special[1], "title": special[1]}
                else:
                    self.held.append(path)
                    work = getattr(self, path.replace("/work/", "_"))(body) if path.startswith("/work/") else self._client_call(method, path, body)
                    holding = asyncio.ensure_future(work)
                    holding.add_done_callback(lambda _, path=path: self._answered(path))
                    hanging_up = asyncio.ensure_future(reader.read(1))
                    await asyncio.wait({holding, hanging_up}, return_when=asyncio.FIRST_COMPLETED)
                    if not holding.done():
                        return
                    hanging_up.cancel()  # Before the answer goes: what is read from then on is the next call.
                    await asyncio.wait({hanging_up})
                    status, answer = 200, holding.result()
                if special == "cut":
                    return
                content = json.dumps(answer).encode()
                pieces = [content[i : i + 100] for i in range(0, len(content), 100)]
                chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
                writer.write(b"HTTP/1.1 %d X\r\nTransfer-Encoding: chunked\r\n\r\n" % status + chunks)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            if holding:
                holding.cancel()
            self._connections.discard(asyncio.current_task())
            writer.close()

    async def _acquire(self, body):
        outcomes = [self._take(outcome) for outcome in body.get("outcomes", ())]

        def ready():
            return [task for task in self.tasks if task.status == "pending" and task.fields.get("queue", task.type) in body["queues"]]

        await self._hold(ready, body["waitSeconds"])
        tasks = []
        for task in ready()[: body["max"]]:
            task.status, task.attempt, task.token = "running", task.attempt + 1, f"token-{next(self._numbers)}"
            self._tokens[task.token] = task
            tasks.append({"id": task.id, "type": task.type, "input": task.input, "attempt": task.attempt, "lease": {"token": task.token}, **task.fields})
            task.running.set()
        self.most_running = max(self.most_running, sum(task.status == "running" for task in self.tasks))
        return {"tasks": tasks, "outcomes": outcomes}

    async def _heartbeat(self, body):
        tokens = [lease["token"] for lease in body["leases"]]
        for lease in body["leases"]:
            task = self._tokens.get(lease["token"])
            if task and lease.get("progress"):
                task.progress.append(lease["progress"])
            if task and lease["cancelSeen"]:
                task.seen.set()
        unseen = {lease["token"] for lease in body["leases"] if not lease["cancelSeen"]}

        def answer():
            cancel = [{"token": t, "id": self._tokens[t].id, **self._tokens[t].cancel} for t in unseen if t in self._tokens and self._tokens[t].cancel]
            lost = [{"token": t, "id": None} for t in tokens if t not in self._tokens and t not in self._finished]
            return {"cancel": cancel, "lost": lost, "drain": self.drain}

        await self._hold(lambda: any(answer().values()), body["waitSeconds"])
        return answer()

    async def _finish(self, body):
        return {"outcomes": [self._take(outcome) for outcome in body["outcomes"]]}

    async def _client_call(self, method, path, body):
        if method == "DELETE":
            id = path.removeprefix("/tasks/").partition("?")[0]
            await self.end_child(id, "cancelled", error={"reason": "cancelled", "detail": None})
        elif path == "/tasks":
            id = f"child-{next(self._numbers)}"
            self.children[id] = {"id": id, "done": False}
        else:
            await self._hold(lambda: any(self.children[id]["done"] for id in body["ids"]), body["waitSeconds"])
            id = next(id for id in body["ids"] if self.children[id]["done"])
        return self.children[id]

    async def _hold(self, condition, seconds):
        end = asyncio.get_running_loop().time() + seconds
        while not condition() and (left := end - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait({asyncio.ensure_future(self._news.wait())}, timeout=left)

    def _take(self, outcome):
        token = outcome["token"]
        task = self._tokens.get(token)
        if token in self._finished and self._finished[token] == outcome:
            return {"token": token, "status": "repeated"}
        if task is None:
            return {"token": token, "problem": {"type": "urn:taskapi:problem:lease-lost", "status": 409}}
        if len(json.dumps(outcome.get("result"))) > self.max_result:
            return {"token": token, "problem": {"type": "urn:taskapi:problem:result-too-large", "status": 400}}
        self._finished[token] = outcome
        del self._tokens[token]
        task.outcomes.append({name: value for name, value in outcome.items() if name != "token"})
        task.status = "done"
        task.ended.set()
        return {"token": token, "id": task.id, "status": task.status}
