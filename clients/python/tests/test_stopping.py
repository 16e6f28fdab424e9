"""How a worker ends."""

import asyncio
import threading
from unittest import mock

import taskapi
from taskapi import _worker

from .workertest import WorkerTest


class Stopping(WorkerTest):
    async def test_Stop_LetsCoroutinesEnd_AndTakesNoMore(self):
        @taskapi.coroutine("finishing")
        async def finishing():
            begun.set()
            await go.wait()
            return "done"

        begun, go = asyncio.Event(), asyncio.Event()
        worker = self.worker()
        async with worker:
            task = await self.service.add("finishing")
            await begun.wait()
            await self.service.called("/work/acquire", 2)
            worker.stop()
            await self.service.hung_up("/work/acquire")
            other = await self.service.add("finishing")
            go.set()
            self.assertEqual({"result": "done"}, await task.outcome())
        self.assertEqual("pending", other.status)

    async def test_Stop_AfterItsGrace_CancelsAndGivesBack(self):
        @taskapi.coroutine("endless")
        async def endless(end):
            begun[end].set()
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                if end == "return":
                    return "rescued"
                raise ValueError if end == "raise" else asyncio.CancelledError

        begun = {end: asyncio.Event() for end in ("", "raise", "return")}
        async with self.worker(grace=0):
            tasks = [await self.service.add("endless", end) for end in begun]
            for event in begun.values():
                await event.wait()

        release = {"release": {"delaySeconds": 0}}
        self.assertEqual([release, release, {"result": "rescued"}], [task.outcomes[-1] for task in tasks])

    async def test_Stop_GivesBackWhatNeverEnds(self):
        @taskapi.coroutine("deaf")
        def deaf():
            loop.call_soon_threadsafe(begun.set)
            end.wait()

        loop, begun, end = asyncio.get_running_loop(), asyncio.Event(), threading.Event()
        self.addCleanup(end.set)
        worker = self.worker(grace=0)
        with mock.patch.object(_worker, "_CLEANUP_SECONDS", 0.01):
            async with worker:
                task = await self.service.add("deaf")
                await begun.wait()

        self.assertEqual(([{"release": {"delaySeconds": 0}}], True), (task.outcomes, worker.left_behind))

    async def test_Stop_WithTasksOnTheirWay_GivesThemBack(self):
        @taskapi.coroutine("never")
        async def never():
            self.fail("It isn't begun any more")

        worker = self.worker()
        with mock.patch.object(_worker, "_LAST_ANSWER_SECONDS", 5):
            async with worker:
                await self.service.called("/work/acquire")
                worker.stop()
                task = await self.service.add("never")

        self.assertEqual([{"release": {"delaySeconds": 0}}], task.outcomes)

    async def test_Stop_WhileTheServiceIsGone_Ends(self):
        @taskapi.coroutine("quick")
        async def quick():
            pass

        with mock.patch.object(_worker, "_DELIVERY_SECONDS", 0.01):
            async with self.worker():
                await self.service.called("/work/acquire")
                await self.service.down()
