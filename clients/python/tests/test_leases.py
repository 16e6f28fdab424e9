"""Heartbeats: cancellations, losses, progress and draining."""

import asyncio
import decimal
import fractions
import threading
from unittest import mock

import taskapi
from taskapi import _heartbeats, _link

from .workertest import WorkerTest


class Leases(WorkerTest):
    async def test_Cancel_ReachesTheCoroutine_WhichCleansUp(self):
        @taskapi.coroutine("patient")
        async def patient():
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError as error:
                cleaned.append((error.args, taskapi.current().cancel_reason))
                await task.seen.wait()  # It takes its time, and the service knows that it has been told.
                raise

        cleaned = []
        async with self.worker():
            task = await self.service.add("patient")
            await task.running.wait()
            await self.service.cancel(task, "cancelled", "not needed")
            self.assertEqual({"cancelled": True}, await task.outcome())

        self.assertEqual([(("not needed",), "cancelled")], cleaned)

    async def test_Cancel_ThatIsCaught_CompletesOrFailsAllTheSame(self):
        @taskapi.coroutine("stubborn")
        async def stubborn(end):
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                if end == "return":
                    return "all the same"
                raise KeyError(end)

        async with self.worker():
            tasks = [await self.service.add("stubborn", end) for end in ("return", "raise")]
            for task in tasks:
                await task.running.wait()
                await self.service.cancel(task, "timeout")
            self.assertEqual({"result": "all the same"}, await tasks[0].outcome())
            self.assertEqual("KeyError", (await tasks[1].outcome())["error"]["reason"])

    async def test_Cancel_OfAPlainFunction_IsItsToSee(self):
        @taskapi.coroutine("loop")
        def loop():
            while True:
                taskapi.current().raise_if_cancelled()
                seen.wait(0.001)

        seen = threading.Event()
        async with self.worker():
            task = await self.service.add("loop")
            await task.running.wait()
            await self.service.cancel(task)
            self.assertEqual({"cancelled": True}, await task.outcome())

    async def test_CancelledError_ThatNobodyAskedFor_IsReportedAsOne(self):
        @taskapi.coroutine("by-itself")
        async def by_itself():
            raise asyncio.CancelledError

        self.assertEqual({"cancelled": True}, await self.outcome_of(by_itself))

    async def test_LostLease_CancelsTheCoroutine_AndNothingIsReported(self):
        @taskapi.coroutine("lost")
        async def lost():
            try:
                await asyncio.sleep(3600)
            finally:
                ended.set()

        ended = asyncio.Event()
        async with self.worker():
            task = await self.service.add("lost")
            await task.running.wait()
            await self.service.lose(task)
            await asyncio.wait_for(ended.wait(), 60)

        self.assertEqual([], task.outcomes)
        self.assertFalse(any(body.get("outcomes") for _path, body in self.service.calls))

    async def test_OutcomeOfALostLease_IsDropped_AndTheWorkerGoesOn(self):
        @taskapi.coroutine("late")
        async def late():
            await go.wait()

        go = asyncio.Event()
        async with self.worker(concurrency=1):
            task = await self.service.add("late")
            await task.running.wait()
            self.service._tokens.pop(task.token)  # Before anybody has been told.
            go.set()
            self.assertEqual({"result": None}, await (await self.service.add("late")).outcome())

    async def test_TasksThatComeLater_AreWatchedToo(self):
        @taskapi.coroutine("sleep")
        async def sleep():
            await asyncio.sleep(3600)

        async with self.worker(grace=0):
            for _ in range(3):
                task = await self.service.add("sleep")
                await task.running.wait()
                await self.service.called("/work/heartbeat")
            await self.service.cancel(task)
            self.assertEqual({"cancelled": True}, await task.outcome())

    async def test_Heartbeats_AreFew(self):
        @taskapi.coroutine("quick")
        async def quick():
            await asyncio.sleep(0)

        with mock.patch.object(_heartbeats, "_SETTLING_SECONDS", 3600):
            async with self.worker(concurrency=4):
                tasks = [await self.service.add("quick") for _ in range(300)]
                for task in tasks:
                    await task.outcome()

        self.assertLess(len(self.service.bodies("/work/heartbeat")), 10)

    async def test_Heartbeat_OverASlowConnection_IsSentAndHeard_HoweverManyTasksComeMeanwhile(self):
        class SlowLink:
            worker, lease, unsent, calls = "me", 30, 0, 0

            async def post(self, path, body, wait, sent=lambda: None):
                self.calls += 1
                try:
                    await asyncio.sleep(0.3)  # As connections to the other side of the world take.
                except asyncio.CancelledError:
                    self.unsent += 1
                    raise
                sent()
                await asyncio.sleep(0.03)
                return {"cancel": [{"token": token} for token in beats.leases]}

        link, heard = SlowLink(), asyncio.Event()
        beats = _heartbeats.Heartbeats(link, lambda _: None)
        running = asyncio.ensure_future(beats.run())
        self.addCleanup(running.cancel)
        for number in range(1000):
            beats.add(mock.Mock(token=f"{number}", cancel_seen=False, request_cancel=lambda *_: heard.set()))
            await asyncio.sleep(0.01)
            if heard.is_set():
                break
        self.assertEqual((0, True), (link.unsent, heard.is_set()))

    async def test_Progress_IsThrottled_AndTheLastIsToldBeforeTheOutcome(self):
        @taskapi.coroutine("busy")
        def busy():
            for i in range(10_000):
                taskapi.progress(i + 1, 10_000, "x" * 300)

        with mock.patch.object(_heartbeats, "_PROGRESS_SECONDS", 3600):
            async with self.worker():
                task = await self.service.add("busy")
                await task.outcome()

        self.assertEqual({"done": 10_000, "total": 10_000, "note": "x" * 256}, task.progress[-1])
        self.assertLessEqual(len(task.progress), 2)
        taskapi.progress(1)  # Outside of a worker it does nothing.

    async def test_Progress_InNumbersOfAnyKind_IsTold_AndWhatIsNoNumberFailsTheTaskAlone(self):
        @taskapi.coroutine("exact")
        async def exact():
            taskapi.progress(decimal.Decimal("1.5"), fractions.Fraction(9, 2))

        @taskapi.coroutine("wrong")
        async def wrong():
            taskapi.progress("1")

        async with self.worker():
            task, failed = await self.service.add("exact"), await self.service.add("wrong")
            self.assertEqual({"result": None}, await task.outcome())
            self.assertEqual("TypeError", (await failed.outcome())["error"]["reason"])

        self.assertEqual([{"done": 1.5, "total": 4.5, "note": None}], task.progress)

    async def test_Progress_ThatCouldNotBeTold_IsToldAgain(self):
        @taskapi.coroutine("busy")
        async def busy():
            taskapi.progress(1)
            await go.wait()

        go = asyncio.Event()
        self.service.deaf = 2
        with mock.patch.object(_heartbeats, "_PROGRESS_SECONDS", 0):
            async with self.worker():
                task = await self.service.add("busy")
                await asyncio.wait_for(self.told(task), 20)
                go.set()
                await task.outcome()

        self.assertEqual([1], [progress["done"] for progress in task.progress])

    async def told(self, task):
        while not task.progress:
            await self.service.called("/work/heartbeat", len(self.service.bodies("/work/heartbeat")) + 1)
            await asyncio.sleep(0)

    async def test_LastProgress_ThatCouldNotBeTold_IsToldAgain_BeforeTheOutcome(self):
        @taskapi.coroutine("busy")
        async def busy():
            taskapi.progress(1)

        for pause in (_link._FIRST_PAUSE, 0):  # Without one both that tell of it, for once and for the last time, are back together.
            with self.subTest(pause), mock.patch.object(_link, "_FIRST_PAUSE", pause):
                self.service.deaf = 2
                async with self.worker():
                    task = await self.service.add("busy")
                    await task.outcome()

                self.assertEqual([1], [progress["done"] for progress in task.progress])

    async def test_Progress_ThatIsBeingTold_IsWaitedForByTheOutcome(self):
        @taskapi.coroutine("busy")
        async def busy():
            taskapi.progress(1)
            await go.wait()

        go = asyncio.Event()
        self.service.deaf = 1
        self.service.may_refuse.clear()
        async with self.worker():
            task = await self.service.add("busy")
            while self.service.deaf:
                await asyncio.sleep(0)
            go.set()
            self.assertEqual([], task.outcomes)
            for _ in range(100):  # An outcome that doesn't wait is on its way by then.
                await asyncio.sleep(0)
            self.service.may_refuse.set()
            await task.outcome()

        self.assertEqual([1], [progress["done"] for progress in task.progress])

    async def test_Progress_ThatCannotBeTold_DoesNotHoldTheOutcomeForEver(self):
        @taskapi.coroutine("busy")
        async def busy():
            taskapi.progress(1)
            return 1

        self.service.deaf = 1_000_000
        with mock.patch.object(_heartbeats, "_LAST_SECONDS", 0.3, create=True):
            async with self.worker():
                self.assertEqual({"result": 1}, await (await self.service.add("busy")).outcome())

    async def test_Drain_DoesNotEndTheWorker_WhichAsksWithoutHurry(self):
        @taskapi.coroutine("slow")
        async def slow():
            await go.wait()
            return 1

        go = asyncio.Event()
        async with self.worker():
            task = await self.service.add("slow")
            await task.running.wait()
            await self.service.called("/work/heartbeat")
            await self.service.start_draining()
            await asyncio.sleep(0.1)
            self.assertLess(len(self.service.bodies("/work/heartbeat")), 5)
            go.set()
            self.assertEqual({"result": 1}, await task.outcome())
