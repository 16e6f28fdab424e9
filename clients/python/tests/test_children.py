"""Tasks that coroutines in a worker create and await, and what becomes of them when an attempt ends."""

import asyncio

import taskapi

from .workertest import WorkerTest


async def _in_group(task):
    async with taskapi.TaskGroup() as group:
        await group.create_task(task)


WAYS = {
    "await": lambda work: taskapi.create_task(work), "gather": lambda work: taskapi.gather(work), "wait_for": lambda work: taskapi.wait_for(work, 3600),
    "group": _in_group, "subtask": lambda work: asyncio.create_task(_in_group(work)),
}  # fmt: skip


class Children(WorkerTest):
    async def asyncSetUp(self):
        await super().asyncSetUp()

        @taskapi.coroutine("parent")
        async def parent(way):
            try:
                return await WAYS[way](taskapi.call("child"))
            except asyncio.CancelledError:
                cancelled.append(way)
                raise

        @taskapi.coroutine("sharing")
        async def sharing(id):
            return await taskapi.attach(id)

        self.cancelled = cancelled = []

    def deletions(self):
        return [path for path, _body in self.service.calls if path.startswith("DELETE")]

    async def awaiting(self, way):
        before = len(self.service.bodies("/tasks/as-completed"))
        task = await self.service.add("parent", way)
        await self.service.called("/tasks/as-completed", before + 1)
        return task

    async def test_Stop_LetsGoOfThem_AndCancelsNone(self):
        for way in WAYS:
            with self.subTest(way):
                async with self.worker(grace=0):
                    task = await self.awaiting(way)
                self.assertEqual(([{"release": {"delaySeconds": 0}}], way), (task.outcomes, self.cancelled[-1]))
        self.assertEqual([], self.deletions())

    async def test_LostLease_LetsGoOfThem_AndWhoeverSharesThemIsNotCancelled(self):
        async with self.worker(grace=0):
            self.service.children["shared"] = {"id": "shared", "done": False}
            lost, kept = [await self.service.add("sharing", "shared") for _ in range(2)]
            await self.service.called("/tasks/as-completed")
            await kept.running.wait()
            parent = await self.awaiting("await")
            for task in (lost, parent):
                await self.service.lose(task)
            while not self.cancelled:
                await asyncio.sleep(0.01)
            await self.service.end_child("shared", result="done")
            self.assertEqual({"result": "done"}, await kept.outcome())
        self.assertEqual(([], [], []), (lost.outcomes, parent.outcomes, self.deletions()))

    async def test_Cancel_OfTheirParent_CancelsThem_AlsoWhenTheWorkerStops(self):
        for way in WAYS:
            with self.subTest(way):
                before = len(self.deletions())
                async with self.worker(grace=3600) as worker:
                    task = await self.awaiting(way)
                    worker.stop()
                    await self.service.hung_up("/work/acquire")
                    await self.service.cancel(task)
                    self.assertEqual({"cancelled": True}, await task.outcome())
                self.assertLess(before, len(self.deletions()))
