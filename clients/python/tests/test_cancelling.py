"""Cancellations that the service refuses, or doesn't hear of."""

import asyncio
import json
import time
import unittest
from unittest import mock

import taskapi
from taskapi import _exchange, _http, _task

from .test_client import ID, ClientTest


class Cancelling(ClientTest):
    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.complaints = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: self.complaints.append(context))

    def complained(self):
        return [context["exception"] for context in self.complaints if isinstance(context.get("future"), taskapi.Task)]

    async def times_out(self, task):
        waiting = asyncio.ensure_future(asyncio.wait_for(task, 0))
        await asyncio.wait({waiting}, timeout=20)
        if not waiting.done():
            self.answers = [(400, self.problem("test-failed"))]
            [connection.cancel() for connection in self.connections]
        with self.assertRaises(asyncio.TimeoutError):
            await waiting

    async def cancelled(self, *answers):
        """Awaits a task, with a timeout, whose cancellation is answered like this."""
        self.answers = ["hold", *answers]
        async with taskapi.Client(self.url) as client:
            task = client.attach(ID)
            while not self.calls:
                await asyncio.sleep(0.005)
            await self.times_out(task)
            self.assertTrue(task.cancelled())
            self.assertIsNot(task, client.attach(ID))  # Whoever wants to waits once more.
            self.answers = [(200, "{}")]
            [connection.cancel() for connection in self.connections]
        self.assertEqual(f"DELETE /tasks/{ID}", self.calls[1][0])

    async def test_Cancel_ThatIsRefused_EndsTheWaitAllTheSame(self):
        for status, type in ((403, "read-only"), (429, "rate-limited"), (503, "storage-unavailable")):
            with self.subTest(status), mock.patch.object(_exchange, "_FIRST_PAUSE", 0):
                self.calls.clear()
                await self.cancelled((status, self.problem(type)))
                self.assertEqual(status, self.complained()[-1].status)

    async def test_Attach_AfterCancellationsThatWereRefused_KeepsOneTask(self):
        self.answers = ["hold", (403, self.problem("read-only"))]
        async with taskapi.Client(self.url) as client:
            for _ in range(3):
                task = client.attach(ID)
                while not self.calls:
                    await asyncio.sleep(0.005)
                task.cancel()
                await asyncio.wait({task}, timeout=20)
            task = client.attach(ID)
            self.assertEqual([task], client._pending[ID])
            self.answers = [(200, self.completed())]
            [connection.cancel() for connection in self.connections]
            self.assertEqual("done", await asyncio.wait_for(task, 20))
        self.assertEqual(2, len([call for call, *_ in self.calls if call.startswith("POST")]))  # It had been watched all the time.

    async def test_Cancel_WhoseAnswersAreAlwaysLost_EndsTheWaitAllTheSame(self):
        with mock.patch.object(_exchange, "_FIRST_PAUSE", 0):
            await self.cancelled("cut")
        self.assertIsInstance(self.complained()[-1], OSError)

    async def test_Cancel_ThatIsNotAnswered_EndsTheWaitAllTheSame_AndStillArrives(self):
        with mock.patch.object(_task, "_CANCEL_SECONDS", 0.05, create=True):
            await self.cancelled("hold")
        self.assertEqual(([], 2), (self.complained(), len([call for call, *_ in self.calls if call.startswith("DELETE")])))

    async def test_Cancel_OfATaskWhoseCreationIsNotAnswered_EndsTheWaitAllTheSame(self):
        self.answers = ["hold"]
        with mock.patch.object(_task, "_CANCEL_SECONDS", 0.05, create=True):
            async with taskapi.Client(self.url) as client:
                task = client.create_task(taskapi.call("resize"))
                await self.called.wait()
                await self.times_out(task)
                self.answers = [(202, json.dumps({"id": ID, "done": False}))]
                [connection.cancel() for connection in self.connections]
        self.assertEqual(["POST /tasks", "POST /tasks", f"DELETE /tasks/{ID}"], [call for call, *_ in self.calls])

    async def cancel_many(self, client):
        tasks = [client.attach(f"{ID[:-1]}{n}") for n in range(5)]
        while not self.calls:
            await asyncio.sleep(0.005)
        for task in tasks:
            task.cancel()
        return tasks

    async def test_Cancel_OfMany_WaitsForItsTurn_AsLongAsOthersAreAnswered(self):
        def arrive():  # Each takes six of the ten seconds.
            nonlocal later
            later += 6

        later, loop = 0, asyncio.get_running_loop()
        loop.set_debug(False)  # It would tell of each of those steps.
        self.answers, self.called = ["hold", (200, json.dumps({"id": ID, "done": False}))], mock.Mock(set=arrive)
        with mock.patch.object(loop, "time", lambda: time.monotonic() + later), mock.patch.object(_http, "_MAX_CALLS", 1):
            async with taskapi.Client(self.url) as client:
                tasks = await self.cancel_many(client)
                while client._calls:
                    await asyncio.sleep(0.005)
                self.assertEqual(([False] * 5, 6), ([task.done() for task in tasks], len(self.calls)))

    async def test_Cancel_OfMany_EndsTheirWaitsIfNoneIsAnswered(self):
        self.answers = ["hold"]
        with mock.patch.object(_task, "_CANCEL_SECONDS", 0.05), mock.patch.object(_http, "_MAX_CALLS", 1):
            async with taskapi.Client(self.url) as client:
                tasks = await self.cancel_many(client)
                await asyncio.wait(tasks, timeout=20)
                self.assertEqual(([True] * 5, 2), ([task.cancelled() for task in tasks], len(self.calls)))
                self.answers = [(200, "{}")]
                [connection.cancel() for connection in self.connections]

    async def test_Cancel_OfATaskThatHasFinished_LeavesItsResult(self):
        self.answers = [(202, json.dumps({"id": ID, "done": False})), "hold", (409, self.problem("task-done")), (200, self.completed()), "hold"]
        async with taskapi.Client(self.url) as client:
            task = client.create_task(taskapi.call("resize"))
            await task.id()
            while len(self.calls) < 2:
                await asyncio.sleep(0.005)
            task.cancel()
            while len(self.calls) < 3:
                await asyncio.sleep(0.005)
            [connection.cancel() for connection in self.connections]
            self.assertEqual("done", await asyncio.wait_for(task, 20))
        self.assertEqual([], self.complained())


if __name__ == "__main__":
    unittest.main()
