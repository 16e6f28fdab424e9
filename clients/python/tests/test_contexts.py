"""Which client it is that asyncio's words mean."""

import asyncio
import contextvars
import unittest

import taskapi

from .test_client import ID, ClientTest
from .workertest import WorkerTest


def elsewhere(work):
    """In a task that is no descendant of whoever opened a client, as a server has for its requests."""
    return asyncio.wait_for(contextvars.Context().run(asyncio.ensure_future, work), 20)


async def found():
    return taskapi._client.current_client()


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
