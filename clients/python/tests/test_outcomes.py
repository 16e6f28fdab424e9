"""What becomes of what a coroutine returns or raises, and what it is given."""

import asyncio
import threading

import taskapi

from .workertest import WorkerTest


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

    async def test_ResultOrErrorThatCannotBeRead_IsAnErrorToo_AndTheWorkerGoesOn(self):
        class Rows(list):
            def __iter__(self):
                raise OSError("the database is gone")

        class Empty(Exception):
            def __len__(self):
                return 0

        class Mute:
            def __str__(self):
                raise KeyError("no text")

        @taskapi.coroutine("odd")
        async def odd(kind):
            if kind == "rows":
                return Rows([1])
            raise Empty if kind == "empty" else taskapi.TaskFailed(Mute())

        async with self.worker(concurrency=1):
            for kind, reason in (("rows", "OSError"), ("mute", "KeyError"), ("empty", "Empty")):
                error = (await asyncio.wait_for((await self.service.add("odd", kind)).outcome(), 20))["error"]
                self.assertEqual((reason, kind == "rows"), (error["reason"].rpartition(".")[2], "retry" in error))

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
