"""Futures of the service, and what can't be their result."""

import asyncio
import json
import unittest
from unittest import mock

import taskapi
from taskapi import _exchange

from .test_client import ID, ClientTest

_PENDING = {"id": ID, "done": False, "lease": {"token": "token"}}


class Futures(ClientTest):
    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.complaints = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: self.complaints.append(context))

    async def watched(self):
        """A Future whose watch is held."""
        self.answers = [(201, json.dumps(_PENDING)), "hold"]
        future = taskapi.create_future()
        await future.token()
        while len(self.calls) < 2:
            await asyncio.sleep(0.005)
        return future

    def outcomes(self):
        return [body["outcomes"][0] for call, _headers, body in self.calls if call == "POST /work/finish"]

    @staticmethod
    def finished(problem=None):
        return 200, json.dumps({"outcomes": [{"token": "token", "id": ID, "problem": problem}]})

    async def set(self, future, result, count):
        async def told():
            while len(self.outcomes()) < count or future._client._calls:
                await asyncio.sleep(0.005)

        future.set_result(result)
        await asyncio.wait_for(told(), 20)

    async def test_WhatIsNoJson_IsAnErrorAtOnce_AndTheFutureCanStillBeSet(self):
        async with taskapi.Client(self.url):
            future = await self.watched()
            for result in ({1, 2}, float("nan")):
                with self.assertRaises((TypeError, ValueError)):
                    future.set_result(result)
            self.answers = [self.finished()]
            result = ["a"]
            future.set_result(result)
            result.append("too late")
            while not self.outcomes():
                await asyncio.sleep(0.005)
        self.assertEqual([{"token": "token", "result": ["a"]}], self.outcomes())

    async def test_ResultThatIsTooLarge_IsAnErrorForAll(self):
        for answer in (self.finished({"type": "urn:taskapi:problem:result-too-large", "status": 400}), (413, self.problem("body-too-large"))):
            self.calls.clear()
            async with taskapi.Client(self.url):
                future = await self.watched()
                self.answers = [answer, self.finished()]
                await self.set(future, "x" * 1000, 2)
                self.assertFalse(future.done())  # The watch is about to say so.
            error = self.outcomes()[1]["error"]
            self.assertIn(error["reason"], ("result-too-large", "body-too-large"))
        self.assertEqual([], self.complaints)

    async def test_OutcomeThatCannotBeTold_LeavesTheFutureToBeSetOnceMore(self):
        for answer in ("cut", (403, self.problem("read-only")), (503, self.problem("storage-unavailable"))):
            self.calls.clear()
            with self.subTest(answer), mock.patch.object(_exchange, "_FIRST_PAUSE", 0):
                async with taskapi.Client(self.url):
                    future = await self.watched()
                    self.answers = [answer]
                    await self.set(future, 1, 1)
                    self.assertFalse(future.done())
                    self.assertIs(future, self.complaints.pop()["future"])
                    self.answers = [self.finished()]
                    self.calls.clear()
                    await self.set(future, 2, 1)
                self.assertEqual([{"token": "token", "result": 2}], self.outcomes())

    async def test_FutureThatIsRefused_FailsAsThat(self):
        self.answers = [(400, self.problem("validation"))]
        async with taskapi.Client(self.url):
            future = taskapi.create_future()
            future.set_result(1)
            with self.assertRaises(taskapi.TaskApiError):
                await asyncio.wait_for(future, 20)
        self.assertEqual(([], 1), (self.complaints, len(self.calls)))


if __name__ == "__main__":
    unittest.main()
