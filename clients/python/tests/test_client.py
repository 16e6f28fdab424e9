"""A client and its tasks, against a service that answers what it is told to."""

import asyncio
import json
import unittest
from unittest import mock

import taskapi
from taskapi import _client, _exchange
from taskapi._http import Http

ID = "0198c5f2-7d7a-7c3e-8f52-0a8de4b7c1aa"


class ClientTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.calls = []  # Method and path, headers, and the body.
        self.answers = []  # For one call each, the last one for all that follow: "hold", "cut", "half", or a status, a text and headers.
        self.called = asyncio.Event()
        self.connections = set()
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)  # The server's own complaints.
        self.port = 0
        await self.listen()
        self.url = f"http://127.0.0.1:{self.port}"
        self.addCleanup(lambda: [connection.cancel() for connection in self.connections])

    async def listen(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", self.port)
        self.port = self.server.sockets[0].getsockname()[1]
        self.addCleanup(self.server.close)

    async def serve(self, reader, writer):
        self.connections.add(asyncio.current_task())
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode():
                call, *lines = head.rstrip().split("\r\n")
                headers = dict(line.split(": ", 1) for line in lines)
                body = json.loads(await reader.readexactly(int(headers.get("Content-Length", 0))) or "null")
                self.calls.append((call.removesuffix(" HTTP/1.1"), headers, body))
                self.called.set()
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                if answer == "hold":
                    await reader.read()
                if answer == "half":
                    writer.write(b"HTTP/1.1 200 X\r\nContent-Length: 2\r\n\r\n{")
                if answer in ("hold", "cut", "half"):
                    return
                status, text, more = (*answer, {})[:3]
                content = text.encode()
                given = "".join(f"{name}: {value}\r\n" for name, value in more.items())
                writer.write(f"HTTP/1.1 {status} X\r\n{given}Content-Length: {len(content)}\r\n\r\n".encode() + content)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self.connections.discard(asyncio.current_task())
            writer.close()

    @staticmethod
    def completed(id=ID, result="done"):
        return json.dumps({"id": id, "done": True, "status": "completed", "result": result, "error": None}) + "\n"

    @staticmethod
    def problem(type, **more):
        return json.dumps({"type": f"urn:taskapi:problem:{type}", "title": type, **more})


class Watches(ClientTest):
    async def test_Attach_TakesAnIdInCapitalLetters(self):
        self.answers = [(200, self.completed()), "hold"]
        async with taskapi.Client(self.url) as client:
            task = client.attach(ID.upper())
            self.assertIs(task, client.attach(ID))
            self.assertEqual("done", await asyncio.wait_for(task, 20))
            self.assertEqual(ID, await task.id())
        self.assertEqual([[ID]], [body["ids"] for _call, _headers, body in self.calls])

    async def test_UnknownId_ThatTheServiceNamesInAnotherWay_IsTheErrorOfThoseWhoWait(self):
        self.answers = [(404, self.problem("task-not-found", ids=["another"]))]
        async with taskapi.Client(self.url) as client:
            with self.assertRaises(taskapi.TaskApiError) as caught:
                await asyncio.wait_for(client.attach(ID), 20)
        self.assertEqual((404, 1), (caught.exception.status, len(self.calls)))

    async def test_WhatIsNotTheServices_IsTriedAgain(self):
        page = "<html>\n<p>Sign in</p>\n</html>\n"
        for text in (page, "<html>", "[1]\n", '"text"\n', "{}\n", json.dumps({"id": ID}) + "\n", json.dumps({"id": ID, "done": True}) + "\n", '{"id": []}', ""):
            with self.subTest(text), mock.patch.multiple(_client, create=True, _FIRST_PAUSE=0, _BREATH=0):
                self.answers = [(200, text), (200, text), (200, self.completed()), "hold"]
                async with taskapi.Client(self.url) as client:
                    self.assertEqual("done", await asyncio.wait_for(client.attach(ID), 20))

    async def test_WhatIsNotTheServices_TimeAndAgain_IsTheErrorOfThoseWhoWait(self):
        self.answers = [(200, "<html>\n")]
        with mock.patch.object(_client, "_FIRST_PAUSE", 0, create=True):
            async with taskapi.Client(self.url) as client:
                tasks = [client.attach(ID), client.attach(ID[:-1] + "b")]
                ended = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 20)
        self.assertEqual(["502: <html>"] * 2, [str(error) for error in ended])
        self.assertEqual([taskapi.TaskApiError] * 2, [type(error) for error in ended])
        self.assertEqual(8, len(self.calls))


class Creating(ClientTest):
    async def test_TaskThatIsRefused_SaysSoToWhoeverAsksForItsId_AndToThoseThatRunAfterIt(self):
        self.answers = [(400, self.problem("validation"))]
        async with taskapi.Client(self.url) as client:
            refused = client.create_task(taskapi.call("resize"))
            later = client.create_task(taskapi.call("upload"), after=[refused])
            for call in (refused.id(), refused.refresh(), refused.reschedule(1), refused, later.id(), later):
                with self.assertRaises(taskapi.TaskApiError) as caught:
                    await asyncio.wait_for(call, 20)
                self.assertEqual((400, "validation"), (caught.exception.status, caught.exception.type))
        self.assertEqual(1, len(self.calls))

    async def test_TaskWhoseCreationIsAnsweredWithSomethingElse_SaysSo(self):
        for text in ("{}", "[]", '"text"', "null", json.dumps({"id": ID}), json.dumps({"tasks": []})):
            with self.subTest(text):
                self.answers = [(200, text)]
                async with taskapi.Client(self.url) as client:
                    for tasks in ([client.create_task(taskapi.call("resize"))], [client.create_task(taskapi.call("resize")) for _ in range(2)]):
                        ended = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)
                        self.assertEqual([502] * len(tasks), [error.status for error in ended])

    async def test_TaskThatRunsAfterOneThatIsRefused_CanBeCancelled_AndTheClientCloses(self):
        self.answers = [(400, self.problem("validation"))]

        async def program():
            async with taskapi.Client(self.url) as client:
                later = client.create_task(taskapi.call("upload"), after=[taskapi.call("resize")])
                later.cancel()
            return later

        with self.assertRaises(taskapi.TaskApiError):
            (await asyncio.wait_for(program(), 20)).result()


class Closing(ClientTest):
    async def test_WhoStillAwaitsATask_IsCancelled_AndTheTaskIsNot(self):
        self.answers = [(202, json.dumps({"id": ID, "done": False})), "hold"]
        async with taskapi.Client(self.url) as client:
            created = client.create_task(taskapi.call("resize"))
            await created.id()
            attached = client.attach(ID[:-1] + "b")
            waiting = asyncio.ensure_future(taskapi.gather(created, attached, return_exceptions=True))
            await asyncio.sleep(0)
        ended = await asyncio.wait_for(waiting, 20)
        self.assertEqual([(asyncio.CancelledError, ("The client is closed",))] * 2, [(type(error), error.args) for error in ended])
        self.assertTrue(created.cancelled() and attached.cancelled())
        self.assertFalse([call for call, _headers, _body in self.calls if call.startswith("DELETE")])

    async def test_TaskThatIsTriggeredWhileTheClientCloses_IsCancelled(self):
        async with taskapi.Client(self.url) as client:
            self.answers = ["hold"]
            triggering = asyncio.ensure_future(taskapi.schedules.trigger("nightly"))
            await self.called.wait()
            self.answers = [(202, json.dumps({"id": ID, "done": False}))]
        [connection.cancel() for connection in self.connections]  # What is lost is asked for once more.
        task = await asyncio.wait_for(triggering, 20)
        with self.assertRaises(asyncio.CancelledError):
            await asyncio.wait_for(task, 20)


class Busy(ClientTest):
    def busy(self, seconds):
        return 503, self.problem("capacity-reached"), {"Retry-After": seconds}

    async def test_RetryAfter_IsCut(self):
        self.answers = [self.busy(30), self.busy(60), (200, "{}")]
        with mock.patch.object(_exchange, "_LONGEST_PAUSE", 0.0):
            async with taskapi.Client(self.url) as client:
                self.assertEqual({}, await asyncio.wait_for(client.call("GET", "/tasks"), 20))
        self.assertEqual(3, len(self.calls))

    async def test_RetryAfter_ThatIsTooLong_IsTheErrorAtOnce(self):
        for seconds in (86_390, "9" * 5000):
            self.answers = [self.busy(seconds)]
            async with taskapi.Client(self.url) as client:
                with self.assertRaises(taskapi.TaskApiError) as caught:
                    await asyncio.wait_for(client.call("GET", "/tasks"), 20)
            self.assertEqual((503, float(seconds)), (caught.exception.status, caught.exception.retry_after))
        self.assertEqual(2, len(self.calls))

    async def test_ServiceThatIsAlwaysBusy_IsAskedTenTimes(self):
        self.answers = [self.busy(0)]
        async with taskapi.Client(self.url) as client:
            with self.assertRaises(taskapi.TaskApiError):
                await client.call("GET", "/tasks")
        self.assertEqual(10, len(self.calls))


class Repeating(ClientTest):
    KEY = {"Idempotency-Key": "1"}
    BEARS_IT = [("GET", "/tasks", {}, None), ("DELETE", "/tasks/1", {}, None), ("POST", "/tasks", KEY, {}), ("POST", "/tasks/1/rerun", {"idempotency-key": "1"}, None),
                ("POST", "/tasks/wait", {}, {"ids": []}), ("POST", "/tasks/gather", {}, {"ids": []}), ("POST", "/work/finish", {}, {"outcomes": []})]  # fmt: skip
    DOES_NOT = [("POST", "/tasks", {}, {}), ("POST", "/tasks/1/rerun", {}, None), ("POST", "/tasks/gather", {}, {"tasks": []}), ("PUT", "/schedules/1", {"If-Match": "1"}, {})]

    async def test_LostAnswer_IsAskedForAgain_WhereThatDoesNoHarm(self):
        for method, path, headers, body in self.BEARS_IT:
            with self.subTest(path):
                self.answers, self.calls = ["cut", (200, "{}")], []
                async with taskapi.Client(self.url) as client:
                    await client.call(method, path, body, headers)
                self.assertEqual(2, len(self.calls))
        for method, path, headers, body in self.DOES_NOT:
            with self.subTest(path):
                self.answers, self.calls = ["cut", (200, "{}")], []
                async with taskapi.Client(self.url) as client:
                    with self.assertRaises(OSError):
                        await client.call(method, path, body, headers)
                self.assertEqual(1, len(self.calls))

    async def test_AnswerThatBreaksOff_IsAskedForAgain_WhereThatDoesNoHarm(self):
        await self.is_asked_for_again("half", OSError)

    async def test_AnswerOfAProxy_IsAskedForAgain_WhereThatDoesNoHarm(self):
        for status in (502, 503, 504):
            await self.is_asked_for_again((status, "<html>"), taskapi.TaskApiError)

    async def is_asked_for_again(self, answer, otherwise):
        with mock.patch.object(_exchange, "_FIRST_PAUSE", 0):
            for method, path, headers, body in self.BEARS_IT:
                with self.subTest(path):
                    self.answers, self.calls = [answer, answer, (200, "{}")], []
                    async with taskapi.Client(self.url) as client:
                        self.assertEqual({}, await client.call(method, path, body, headers))
                    self.assertEqual(3, len(self.calls))
            for method, path, headers, body in [*self.DOES_NOT, ("PATCH", "/tasks/1", {}, {"delaySeconds": 1})]:
                with self.subTest(path):
                    self.answers, self.calls = [answer, (200, "{}")], []
                    async with taskapi.Client(self.url) as client:
                        with self.assertRaises(otherwise):
                            await client.call(method, path, body, headers)
                    self.assertEqual(1, len(self.calls))

    async def test_ServiceThatIsNotThereYet_IsAskedAgain(self):
        async def streams(http, *how):
            try:
                return await connect(http, *how)
            except ConnectionRefusedError:
                refused.append(http)
                await self.listen()
                raise

        connect, refused = Http._streams, []
        self.server.close()
        await self.server.wait_closed()
        self.answers = [(202, json.dumps({"id": ID, "done": False})), "hold"]
        with mock.patch.object(Http, "_streams", streams):
            async with taskapi.Client(self.url) as client:
                self.assertEqual(ID, await asyncio.wait_for(client.create_task(taskapi.call("resize")).id(), 20))
        self.assertEqual((1, "POST /tasks"), (len(refused), self.calls[0][0]))

    async def test_AnswersThatAreAlwaysLost_AreAnOSErrorInTheEnd(self):
        for answer in ("cut", "half"):
            self.answers = [answer]
            with mock.patch.object(_exchange, "_FIRST_PAUSE", 0):
                async with taskapi.Client(self.url) as client:
                    with self.assertRaises(OSError):
                        await asyncio.wait_for(client.call("GET", "/tasks"), 20)

    async def test_CallThatWaits_IsNotGivenUpBeforeItsTime(self):
        async def silence_of(method, path, body=None, headers={}):
            with mock.patch.object(Http, "open", side_effect=OSError) as opened, mock.patch.object(_exchange, "_FIRST_PAUSE", 0), self.assertRaises(OSError):
                async with taskapi.Client(self.url) as client:
                    await client.call(method, path, body, headers)
            return opened.call_args.kwargs["silence"]

        ids = {"ids": [ID]}
        for silence, *call in (
            (90, "GET", "/tasks/1"), (90, "GET", "/tasks/1?waitSeconds=20"), (150, "GET", "/tasks/1?x=y&waitSeconds=120"), (330, "POST", "/tasks/gather", ids),
            (330, "POST", "/tasks/wait", ids), (330, "POST", "/tasks/as-completed", {**ids, "waitSeconds": None}), (90, "POST", "/tasks/gather", {**ids, "waitSeconds": 5}),
            (230, "POST", "/tasks/wait", {**ids, "waitSeconds": 200}), (130, "POST", "/tasks", {}, {"prefer": "respond-async, Wait=100"}),
            (130, "POST", "/work/acquire", {"waitSeconds": 100.0}), (3630, "GET", "/tasks/1?waitSeconds=1e999"), (90, "GET", "/tasks/1?waitSeconds=soon"),
        ):  # fmt: skip
            with self.subTest(call):
                self.assertEqual(silence, await silence_of(*call))

    async def test_OutcomeThatIsNotKnown_IsAskedForAgain_WhereThatDoesNoHarm(self):
        unknown = 503, self.problem("storage-unavailable"), {"Retry-After": 0}
        for method, path, headers, body in [*self.BEARS_IT, ("PATCH", "/tasks/1", {}, {"delaySeconds": 1})]:
            with self.subTest(path):
                self.answers, self.calls = [unknown, (200, "{}")], []
                async with taskapi.Client(self.url) as client:
                    await client.call(method, path, body, headers)
                self.assertEqual(2, len(self.calls))
        for method, path, headers, body in self.DOES_NOT:
            with self.subTest(path):
                self.answers, self.calls = [unknown, (200, "{}")], []
                async with taskapi.Client(self.url) as client:
                    with self.assertRaises(taskapi.TaskApiError):
                        await client.call(method, path, body, headers)
                self.assertEqual(1, len(self.calls))

    async def test_CallThatWasRefused_IsMadeAgainInAnyCase(self):
        for status, type in ((429, "rate-limited"), (503, "capacity-reached")):
            for method, path, headers, body in self.DOES_NOT:
                self.answers, self.calls = [(status, self.problem(type), {"Retry-After": 0}), (200, "{}")], []
                async with taskapi.Client(self.url) as client:
                    await client.call(method, path, body, headers)
                self.assertEqual(2, len(self.calls))


if __name__ == "__main__":
    unittest.main()
