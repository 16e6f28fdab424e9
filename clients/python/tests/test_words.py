"""Coroutines as they are called, options, exceptions on their way, and words that asyncio doesn't have in every Python."""

import asyncio
import builtins
import datetime
import json
import unittest
from unittest import mock

import taskapi
from taskapi import _coroutines
from taskapi._coroutines import arguments
from taskapi._errors import from_wire, to_wire


class Coroutines(unittest.TestCase):
    def setUp(self):
        registered = mock.patch.dict(_coroutines.registered, clear=True)
        registered.start()
        self.addCleanup(registered.stop)

        @taskapi.coroutine("resize", queue="images", retry=3)
        async def resize(url, width=100):
            """Makes it smaller."""
            return url, width

        self.resize = resize

    def test_Call_HasTheArguments(self):
        body = json.loads(json.dumps(self.resize("a.png", width=200).body()))
        self.assertEqual(
            {"type": "resize", "input": {"args": ["a.png"], "kwargs": {"width": 200}}, "queue": "images", "retry": {"maxAttempts": 3}}, body)  # fmt: skip

    def test_Call_WithWrongArguments_IsATypeErrorAtOnce(self):
        self.assertRaises(TypeError, self.resize)
        self.assertRaises(TypeError, self.resize, "a.png", height=1)

    def test_Function_IsWhatWasWritten(self):
        self.assertEqual(("a", 100), asyncio.run(self.resize.function("a")))
        self.assertEqual(("resize", "Makes it smaller."), (self.resize.__name__, self.resize.__doc__))

    def test_Options_AreFields(self):
        at = datetime.datetime(2030, 1, 1, 8, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))
        call = self.resize.options(key="k", delay=5, retry=taskapi.Retry(max_attempts=2, jitter=0))("a")
        body = call.body(
            name="n", group="g", delay=datetime.timedelta(minutes=1), due_at=at, timeout=9, queue="q", priority=-1, attempt_seconds=2.5, unique="u",
            after=["1", "2"], after_on="done", callback={"url": "https://x", "on": ["failed"]})  # fmt: skip
        del body["type"], body["input"]
        self.assertEqual(body, {
            "name": "n", "group": "g", "delaySeconds": 60, "dueAt": "2030-01-01T08:00:00+01:00", "timeoutSeconds": 9, "queue": "q", "priority": -1,
            "key": "k", "retry": {"maxAttempts": 2, "jitter": 0}, "attemptSeconds": 2.5, "unique": {"key": "u"},
            "after": {"ids": ["1", "2"], "on": "done"}, "callback": {"url": "https://x", "on": ["failed"]}})  # fmt: skip
        self.assertEqual({"key": "u", "onConflict": "reject"}, call.body(unique={"key": "u", "on_conflict": "reject"})["unique"])
        self.assertEqual({"url": "https://x"}, call.body(callback="https://x")["callback"])
        self.assertNotIn("after", call.body(after=None))

    def test_OptionThatThereIsNot_IsATypeError(self):
        for wrong in (lambda: self.resize("a").body(width=1), lambda: self.resize.options(priorty=1), lambda: taskapi.coroutine("x", y=1)(print)):
            self.assertRaisesRegex(TypeError, "no option", wrong)

    def test_Names(self):
        @taskapi.coroutine
        def bare(): ...

        self.assertEqual(("bare", "bare", False), (bare.type, bare.queue, bare.is_async))
        for name in ("message", "1st", "a b", "", "x" * 129):
            with self.assertRaises(ValueError):
                taskapi.coroutine(name or "-")(print)
        with self.assertRaisesRegex(ValueError, "two coroutines 'resize'"):
            taskapi.coroutine("resize")(print)
        self.assertEqual({"type": "hash", "input": {"args": [1], "kwargs": {"b": 2}}}, json.loads(json.dumps(taskapi.call("hash", 1, b=2).body())))
        self.assertEqual({"type": "hash", "input": {"args": (), "kwargs": {"type": "png"}}}, taskapi.call("hash", type="png").body())
        named = taskapi.coroutine("named")(lambda **names: None)
        self.assertEqual({"type": "png", "self": 1}, named(type="png", self=1).body()["input"]["kwargs"])
        self.assertEqual({"type": "http", "input": {"url": "x"}, "name": "n"}, taskapi.work("http", {"url": "x"}, name="n").body())

    def test_Arguments(self):
        for given, args, kwargs in (
            (None, [], {}), ({"args": [1]}, [1], {}), ({"kwargs": {"a": 1}}, [], {"a": 1}), ({"args": 1}, [{"args": 1}], {}), ({"args": [], "x": 1}, [{"args": [], "x": 1}], {}),
        ):  # fmt: skip
            self.assertEqual((args, kwargs), arguments(given))

    def test_WithoutAService_AwaitingSaysSo(self):
        async def main():
            await self.resize("a")

        self.assertRaisesRegex(RuntimeError, "There is no service", asyncio.run, main())


class Exceptions(unittest.TestCase):
    def travel(self, error):
        try:
            raise error
        except BaseException as raised:
            return from_wire(json.loads(json.dumps(to_wire(raised))))

    def test_Builtins_ArriveAsThemselves(self):
        for error in (ValueError("x"), KeyError("k"), OSError("gone"), ZeroDivisionError(), RuntimeError("two\n\nlines"), TimeoutError("late")):
            arrived = self.travel(error)
            self.assertIsInstance(arrived, type(error))
            self.assertEqual(str(error), str(arrived))
            if hasattr(arrived, "__notes__"):
                self.assertIn("in travel", arrived.__notes__[0])

    def test_EveryBuiltin_ArrivesAsSomethingThatCanBeRaised(self):
        for name in dir(builtins):
            if isinstance(kind := getattr(builtins, name), type) and issubclass(kind, BaseException):
                arrived = from_wire({"reason": name, "detail": "x"})
                self.assertIsInstance(arrived, Exception)
                future = asyncio.Future(loop=self.loop)
                future.set_exception(arrived)
                self.assertIs(arrived, future.exception())

    def setUp(self):
        self.loop = asyncio.new_event_loop()
        self.addCleanup(self.loop.close)

    def test_Others_ArriveAsTaskFailed(self):
        class Own(ValueError):
            pass

        for error, reason in ((Own("x"), f"{__name__}.Exceptions.test_Others_ArriveAsTaskFailed.Own"), (json.JSONDecodeError("x", "", 0), "json.decoder.JSONDecodeError"), (asyncio.QueueFull(), "asyncio.queues.QueueFull")):
            arrived = self.travel(error)
            self.assertEqual((taskapi.TaskFailed, reason), (type(arrived), arrived.reason))
        self.assertEqual("print: x", str(from_wire({"reason": "print", "detail": "x"})))
        self.assertEqual("reason", str(from_wire({"reason": "reason", "detail": None})))

    def test_TaskFailed_GoesOnAsItIs(self):
        arrived = self.travel(taskapi.TaskFailed("no-such-file", "a.png"))
        self.assertEqual(("no-such-file", "a.png"), (arrived.reason, arrived.detail))

    def test_AsyncioTimeout_IsTheTimeoutErrorOfPythonAndOfAsyncio(self):
        arrived = self.travel(asyncio.TimeoutError())
        self.assertIsInstance(arrived, asyncio.TimeoutError)
        self.assertIsInstance(arrived, TimeoutError)

    def test_Detail_IsBounded_AndHasItsEndAndItsBeginning(self):
        def deep(n):
            if n:
                deep(n - 1)
            raise ValueError("m" * 5000)

        try:
            deep(90)
        except ValueError as error:
            detail = to_wire(error)["detail"]
        self.assertEqual((4096, "m" * 1024), (len(detail), detail[:1024]))
        self.assertTrue(detail.endswith("m\n"))

    def test_ExceptionWithoutText_AndWithAnImpossibleOne(self):
        class Mute(Exception):
            def __str__(self):
                raise ValueError

        self.assertEqual("ValueError", to_wire(ValueError())["reason"])
        self.assertIn("its text can't be had", to_wire(Mute())["detail"])
        self.assertEqual("?", to_wire(ValueError("\udfff"))["detail"].partition("\n")[0])


class AsCompleted(unittest.IsolatedAsyncioTestCase):
    async def later(self, turns):
        for _ in range(turns):
            await asyncio.sleep(0)
        if turns == 9:
            raise ValueError
        return turns

    async def test_For_HasAwaitables(self):
        self.assertEqual([1, 5, 7], [await one for one in taskapi.as_completed([self.later(7), self.later(1), self.later(5)])])

    async def test_AsyncFor_HasTheTasksThemselves(self):
        tasks = [asyncio.ensure_future(self.later(turns)) for turns in (9, 1)]
        self.assertEqual([tasks[1], tasks[0]], [task async for task in taskapi.as_completed([*tasks, tasks[0]])])
        self.assertIsInstance(tasks[0].exception(), ValueError)
        self.assertEqual(tasks, sorted([task async for task in taskapi.as_completed(tasks)], key=tasks.index))

    async def test_Timeout_ComesAfterWhatHasEnded(self):
        forever, ended = asyncio.get_running_loop().create_future(), asyncio.get_running_loop().create_future()
        ended.set_result(1)
        done = []
        with self.assertRaises(asyncio.TimeoutError):
            async for task in taskapi.as_completed([forever, ended], timeout=0):
                done.append(task.result())
        self.assertEqual([1], done)
        self.assertFalse(forever.done())


if __name__ == "__main__":
    unittest.main()
