"""The worker against a double of the service, which does on command what the real one does on its worst days."""

import asyncio
import contextlib
import logging
import threading
import unittest
from unittest import mock

import taskapi
from taskapi import _coroutines, _heartbeats, _worker

from .fakeservice import FakeService


class WorkerTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        asyncio.get_running_loop().set_debug(False)  # It keeps a traceback of each of thousands of tasks.
        contexts = contextlib.AsyncExitStack()
        self.addAsyncCleanup(contexts.aclose)
        contexts.enter_context(mock.patch.dict(_coroutines.registered, clear=True))
        contexts.enter_context(mock.patch.object(_worker, "_LAST_ANSWER_SECONDS", 0.02))
        logging.getLogger("taskapi.worker").setLevel(logging.CRITICAL)
        self.service = await contexts.enter_async_context(FakeService())

    def worker(self, *coroutines, **options):
        return taskapi.Worker(*coroutines, url=self.service.url, name="me", **options)

    async def outcome_of(self, coroutine, *args, **fields):
        async with self.worker(coroutine):
            return await (await self.service.add(coroutine.type, *args, **fields)).outcome()


class Outcomes(WorkerTest):
    async def test_Result_IsWhatTheCoroutineReturns(self):
        @taskapi.coroutine("add")
        async def add(a, b, *, c=0):
            await asyncio.sleep(0)
            return {"sum": a + b + c}

        self.assertEqual(await self.outcome_of(add, raw={"args": [1, 2], "kwargs": {"c": 3}}), {"result": {"sum": 6}})

    async def test_Input_ThatIsNoArguments_IsTheOneArgument(self):
        @taskapi.coroutine("given")
        async def given(*args):
            return args

        for raw, args in (({"url": "x"}, [{"url": "x"}]), ([1, 2], [[1, 2]]), ({"args": 1}, [{"args": 1}]), ({}, [])):
            self.assertEqual(await self.outcome_of(given, raw=raw), {"result": args})

    async def test_PlainFunction_RunsOnAThread(self):
        @taskapi.coroutine("thread")
        def thread():
            return [threading.current_thread() is threading.main_thread(), taskapi.current().type]

        self.assertEqual(await self.outcome_of(thread), {"result": [False, "thread"]})

    async def test_Exception_IsAnErrorWithItsTypeAndTraceback(self):
        @taskapi.coroutine("fail")
        async def fail():
            raise ValueError("no such width")

        error = (await self.outcome_of(fail))["error"]

        self.assertEqual("ValueError", error["reason"])
        self.assertRegex(error["detail"], r"(?s)\Ano such width\n\nTraceback .*in fail\n.*ValueError: no such width\n\Z")
        self.assertNotIn("_attempt.py", error["detail"])

    async def test_ExceptionOfAPlainFunction_IsAnErrorToo_WhateverItIs(self):
        @taskapi.coroutine("raises")
        def raises(name):
            raise {"StopIteration": StopIteration, "SystemExit": SystemExit, "CancelledError": asyncio.CancelledError}[name]("x")

        async with self.worker():
            ends = [(await (await self.service.add("raises", name)).outcome()) for name in ("StopIteration", "SystemExit", "CancelledError")]

        self.assertEqual(["RuntimeError", "SystemExit"], [end["error"]["reason"] for end in ends[:2]])
        self.assertEqual({"cancelled": True}, ends[2])

    async def test_TaskFailed_SaysWhatTheErrorIs(self):
        @taskapi.coroutine("final")
        async def final():
            raise taskapi.TaskFailed("no-such-file", "a.png \ud800", retry=False)

        self.assertEqual(await self.outcome_of(final), {"error": {"reason": "no-such-file", "detail": "a.png ?", "retry": False}})

    async def test_WrongArguments_AreATypeError(self):
        @taskapi.coroutine("one")
        async def one(a):
            pass

        error = (await self.outcome_of(one, 1, 2))["error"]

        self.assertEqual(("TypeError", True), (error["reason"], "takes 1 positional argument" in error["detail"]))

    async def test_ResultThatIsNoJson_IsAnErrorWithoutAnotherAttempt(self):
        @taskapi.coroutine("odd")
        async def odd(kind):
            return {"set": {1}, "nan": float("nan"), "deep": deep}[kind]

        deep = []
        deep.append(deep)
        async with self.worker():
            for kind, reason in (("set", "TypeError"), ("nan", "ValueError"), ("deep", "ValueError")):
                error = (await (await self.service.add("odd", kind)).outcome())["error"]
                self.assertEqual((reason, False), (error["reason"], error["retry"]))

    async def test_ResultThatIsTooLarge_IsAnErrorWithoutAnotherAttempt(self):
        @taskapi.coroutine("large")
        async def large(size):
            return "x" * size

        async with self.worker():
            for size in (2000, 2_000_000):
                error = (await (await self.service.add("large", size)).outcome())["error"]
                self.assertEqual(("result-too-large", False), (error["reason"], error["retry"]))

    async def test_ResultThatIsRefused_IsAnError_AndTheOthersArrive(self):
        @taskapi.coroutine("echo")
        async def echo(value):
            await go.wait()
            return value

        go = asyncio.Event()
        async with self.worker(concurrency=3):
            tasks = [await self.service.add("echo", value) for value in ("a", "bad", "c")]
            for task in tasks:
                await task.running.wait()
            # The first call with all three is refused, and so is the one with the second alone.
            self.service.answers = {"/work/acquire": [(400, "invalid-request")], "/work/finish": [None, (400, "invalid-request")]}
            go.set()
            ends = [await task.outcome() for task in tasks]

        self.assertEqual([{"result": "a"}, "result-refused", {"result": "c"}], [ends[0], ends[1]["error"]["reason"], ends[2]])

    async def test_UnknownType_IsGivenBackWithADelay(self):
        @taskapi.coroutine("known", queue="q")
        async def known():
            pass

        async with self.worker(known):
            task = await self.service.add("unknown", queue="q")
            self.assertEqual(await task.outcome(), {"release": {"delaySeconds": 10.0}})

    async def test_Context_KnowsTheTask(self):
        @taskapi.coroutine("curious")
        async def curious():
            c = taskapi.current()
            return [c.id, c.attempt, c.key, c.traceparent, [(p.id, p.status, p.result, p.error) for p in c.parents], c.cancel_requested]

        parent = {"id": "p", "status": "completed", "result": 1, "error": None}
        end = await self.outcome_of(curious, key="k", traceparent="00-1-2-01", parents=[parent])

        self.assertEqual(end["result"], ["task-1", 1, "k", "00-1-2-01", [["p", "completed", 1, None]], False])
        self.assertRaises(RuntimeError, taskapi.current)


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


if __name__ == "__main__":
    unittest.main()
