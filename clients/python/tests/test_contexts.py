"""Which client it is that asyncio's words mean."""

import asyncio
import contextlib
import contextvars
import sys
import threading
import unittest

import taskapi

from .test_client import ID, ClientTest
from .workertest import WorkerTest


def elsewhere(work):
    """In a task that is no descendant of whoever opened a client, as a server has for its requests."""
    return asyncio.wait_for(contextvars.Context().run(asyncio.ensure_future, work), 20)


async def found():
    return taskapi._current.current_client()


class Contexts(ClientTest):
    async def test_OneClient_IsThatOfAllTasksOfItsLoop(self):
        self.answers = ["hold"]
        async with taskapi.Client(self.url) as client:
            self.assertIs(client, await elsewhere(found()))
            with self.assertRaisesRegex(RuntimeError, "no service"):
                await elsewhere(asyncio.to_thread(contextvars.Context().run, asyncio.run, found()))  # It is no other loop's.
        with self.assertRaisesRegex(RuntimeError, "no service"):
            await elsewhere(found())

    async def test_TwoClients_AreEachForThoseWhoseTheyAre_AndNobodyElses(self):
        async with taskapi.Client(self.url) as outer:
            async with taskapi.Client(self.url) as inner:
                self.assertIs(inner, await found())
                with self.assertRaisesRegex(RuntimeError, "several"):
                    await elsewhere(found())
            self.assertEqual((outer, outer), (await found(), await elsewhere(found())))

    async def test_Clients_OfOtherThreads_MayComeAndGo(self):
        async def come_and_go():
            async with contextlib.AsyncExitStack() as opened:
                for _ in range(100):
                    await opened.enter_async_context(taskapi.Client(self.url))
                while not over.is_set():
                    async with taskapi.Client(self.url):
                        begun.set()

        begun, over, interval = threading.Event(), threading.Event(), sys.getswitchinterval()
        self.addCleanup(sys.setswitchinterval, interval)
        sys.setswitchinterval(1e-6)
        async with taskapi.Client(self.url) as client:
            other = asyncio.ensure_future(asyncio.to_thread(asyncio.run, come_and_go()))
            await asyncio.to_thread(begun.wait, 20)
            try:
                for _ in range(1000):
                    self.assertIs(client, contextvars.Context().run(taskapi._current.current_client))
            finally:
                over.set()
                await other

    async def test_Client_ThatIsLeftElsewhere_IsClosedAllTheSame(self):
        self.answers = ["hold"]
        client = taskapi.Client(self.url)
        await client.__aenter__()
        task = client.attach(ID)
        await self.called.wait()
        await elsewhere(client.__aexit__())
        self.assertEqual((True, True, []), (client.closed, task.cancelled(), [watch for _ids, watch in client._watches if not watch.done()]))


class Workers(WorkerTest):
    async def test_ClientOfAWorker_IsForItsCoroutinesAlone(self):
        @taskapi.coroutine("quick")
        async def quick():
            return (await found()).http.url

        async with self.worker():
            self.assertEqual({"result": self.service.url}, await (await self.service.add("quick")).outcome())
            with self.assertRaisesRegex(RuntimeError, "no service"):
                await elsewhere(found())
            async with taskapi.Client() as client:
                self.assertIs(client, await elsewhere(found()))


if __name__ == "__main__":
    unittest.main()
