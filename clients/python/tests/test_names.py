"""asyncio's names, where this package has taken its place."""

import asyncio as plain
import unittest

import taskapi as asyncio

from .test_client import ID, ClientTest


class Names(ClientTest):
    async def test_FutureAndTask_AreAsyncios_AndTheServicesToo(self):
        async def own():
            pass

        self.answers = ["hold"]
        async with asyncio.Client(self.url) as client:
            own_task, own_future = asyncio.create_task(own()), asyncio.Future()
            task, future = client.attach(ID), asyncio.create_future()
            kinds = {one: (isinstance(one, asyncio.Task), isinstance(one, asyncio.Future)) for one in (own_task, own_future, task, future, client)}
            self.assertEqual({own_task: (True, True), own_future: (False, True), task: (True, True), future: (True, True), client: (False, False)}, kinds)
            self.assertEqual((plain.Future, asyncio.Future), (type(own_future), type(future)))
            self.assertIs(plain.get_running_loop(), asyncio.Future(loop=plain.get_running_loop()).get_loop())
            own_future.set_result(1)
            self.assertEqual((None, 1), (await own_task, await own_future))
            self.answers = [(400, self.problem("validation"))]
            [connection.cancel() for connection in self.connections]

    async def test_CoroutinesOfThisProgram_AreNoTasksOfTheServices(self):
        async def own():
            return 1

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(own()) for _ in range(2)]
        self.assertEqual([1, 1], [task.result() for task in tasks])
        async with asyncio.Client(self.url) as client:
            with self.assertRaises(TypeError):
                await client.create_task(asyncio.call("resize"), after=[asyncio.create_task(own())])


if __name__ == "__main__":
    unittest.main()
