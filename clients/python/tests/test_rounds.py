"""The calls for tasks, and what the worker does when they fail."""

import asyncio

import taskapi

from .workertest import WorkerTest


class Rounds(WorkerTest):
    async def test_Concurrency_IsNeverExceeded_AndUsed(self):
        @taskapi.coroutine("meet")
        async def meet():
            nonlocal there
            there += 1
            while there < 3:
                await asyncio.sleep(0)
            return there

        there = 0
        async with self.worker(concurrency=3):
            tasks = [await self.service.add("meet") for _ in range(50)]
            for task in tasks:
                await task.outcome()

        self.assertEqual(3, self.service.most_running)
        self.assertTrue(all(1 <= body["max"] <= 3 for body in self.service.bodies("/work/acquire")))

    async def test_Outcomes_GoWithTheNextCallForTasks(self):
        @taskapi.coroutine("quick")
        async def quick():
            pass

        tasks = [await self.service.add("quick") for _ in range(20)]
        async with self.worker(concurrency=1):
            for task in tasks:
                await task.outcome()

        self.assertEqual(20, sum(len(body.get("outcomes", ())) for body in self.service.bodies("/work/acquire")))
        self.assertEqual([], self.service.bodies("/work/finish"))

    async def test_Outcome_DoesNotWaitForACallThatIsHeld(self):
        @taskapi.coroutine("slow")
        async def slow():
            await go.wait()

        go = asyncio.Event()
        async with self.worker(concurrency=2):
            task = await self.service.add("slow")
            await self.service.called("/work/acquire", 2)  # The second one is held.
            go.set()
            await task.outcome()

        self.assertEqual(1, len(self.service.bodies("/work/finish")))

    async def test_AnswerThatIsLost_IsAskedForAgain_WithTheSameToken(self):
        @taskapi.coroutine("once")
        async def once():
            nonlocal runs
            runs += 1

        runs = 0
        self.service.answers = {"/work/acquire": [None, "cut", "cut"]}
        async with self.worker(concurrency=1):
            task = await self.service.add("once")
            await self.service.called("/work/acquire", 4)

        sent = [body["outcomes"] for _path, body in self.service.calls if body.get("outcomes")]
        self.assertEqual((1, 1), (runs, len(task.outcomes)))
        self.assertGreater(len(sent), 1)
        self.assertTrue(all(outcomes == sent[0] for outcomes in sent))

    async def test_ServiceThatIsGone_IsWaitedFor_AndTheOutcomeDelivered(self):
        @taskapi.coroutine("long")
        async def long():
            begun.set()
            await go.wait()
            return "kept"

        begun, go = asyncio.Event(), asyncio.Event()
        async with self.worker():
            task = await self.service.add("long")
            await begun.wait()
            await self.service.down()
            go.set()
            await asyncio.sleep(0.05)
            self.assertEqual([], task.outcomes)
            await self.service.up()
            self.assertEqual({"result": "kept"}, await task.outcome())
            self.assertEqual({"result": "kept"}, await (await self.service.add("long")).outcome())

    async def test_BusyService_IsAskedAgain(self):
        @taskapi.coroutine("quick")
        async def quick():
            pass

        self.service.answers = {"/work/acquire": [(503, "shutting-down"), (429, "too-many-requests"), (500, "oh")]}
        async with self.worker():
            self.assertEqual({"result": None}, await (await self.service.add("quick")).outcome())

    async def test_WrongKey_IsRaised(self):
        @taskapi.coroutine("quick")
        async def quick():
            pass

        self.service.answers = {"/work/acquire": [(401, "unauthorized")]}
        with self.assertRaises(taskapi.TaskApiError) as caught:
            await self.worker().run()
        self.assertEqual(401, caught.exception.status)

    async def test_KeyThatIsWrongLater_IsTriedAgain(self):
        @taskapi.coroutine("quick")
        async def quick():
            pass

        self.service.answers = {"/work/acquire": [None, (401, "unauthorized")]}
        async with self.worker():
            for _ in range(3):
                await (await self.service.add("quick")).outcome()

    def test_WrongNumbers_AreNamed(self):
        @taskapi.coroutine("quick")
        async def quick():
            pass

        for name, value in (("concurrency", 0), ("concurrency", 1001), ("lease", 0), ("queues", [str(i) for i in range(101)])):
            with self.assertRaisesRegex(ValueError, name):
                taskapi.Worker(**{name: value})
