"""Schedules: what is sent, and what is made of the answers."""

import asyncio
import datetime
import json
import unittest

import taskapi

SCHEDULE = {
    "name": "s", "cron": "0 8 * * MON", "paused": False, "nextAt": ["2026-06-22T06:00:00.000Z"], "lastAt": None, "lastTaskId": None,
}  # fmt: skip


class Schedules(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.calls = []
        self.answers = []

        async def connected(reader, writer):
            try:
                while head := (await reader.readuntil(b"\r\n\r\n")).decode():
                    method, path, _ = head.split(" ", 2)
                    headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
                    body = await reader.readexactly(int(headers.get("Content-Length", 0)))
                    self.calls.append((method, path, {name: value for name, value in headers.items() if name.startswith(("If-", "Idem"))}, json.loads(body or "null")))
                    answer = self.answers.pop(0)
                    if answer == "cut":
                        return
                    status, content = answer
                    content = b"" if content is None else json.dumps(content).encode()
                    writer.write(b'HTTP/1.1 %d X\r\nETag: "t1"\r\nContent-Length: %d\r\n\r\n' % (status, len(content)) + content)
            except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
                pass
            finally:
                writer.close()

        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        self.addCleanup(server.close)
        self.client = taskapi.Client(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        await self.enterAsyncContext(self.client) if hasattr(self, "enterAsyncContext") else await self.enter()

    async def enter(self):  # In Python 3.10.
        await self.client.__aenter__()
        self.addAsyncCleanup(self.client.__aexit__, None, None, None)

    async def test_Put_HasAllThatIsGiven(self):
        self.answers = [(201, SCHEDULE)]
        at = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
        put = await taskapi.schedules.put(
            "s", taskapi.work("report", {"week": 1}, retry=3), cron="0 8 * * MON", time_zone="Europe/Oslo", start_at=at, end_at=at, jitter=datetime.timedelta(minutes=1),
            missed="all", overlap="wait", new=True)  # fmt: skip
        self.assertEqual(self.calls, [("PUT", "/schedules/s", {"If-None-Match": "*"}, {
            "cron": "0 8 * * MON", "timeZone": "Europe/Oslo", "startAt": "2026-01-01T00:00:00+00:00", "endAt": "2026-01-01T00:00:00+00:00", "jitterSeconds": 60,
            "missed": "all", "overlap": "wait", "paused": False, "task": {"type": "report", "input": {"week": 1}, "retry": {"maxAttempts": 3}}})])  # fmt: skip
        self.assertEqual(("s", '"t1"', [datetime.datetime(2026, 6, 22, 6, tzinfo=datetime.timezone.utc)], None, None, False),
                         (put.name, put.etag, put.next_at, put.last_at, put.last_task_id, put.paused))  # fmt: skip

    async def test_Changes_OfWhatWasRead_SayWhat(self):
        self.answers = [(200, SCHEDULE), (412, {"type": "urn:taskapi:problem:precondition-failed"}), (200, SCHEDULE), (200, SCHEDULE), (204, None)]
        read = await taskapi.schedules.get("s")
        with self.assertRaises(taskapi.TaskApiError) as refused:
            await taskapi.schedules.put("s", taskapi.create_string_after("Hei", None), every=datetime.timedelta(minutes=10), if_unchanged=read)
        self.assertEqual((412, "precondition-failed"), (refused.exception.status, refused.exception.type))
        await taskapi.schedules.pause("s", if_unchanged=read)
        await taskapi.schedules.resume("s", if_unchanged=read)
        await taskapi.schedules.delete("s", if_unchanged=read)
        self.assertEqual({"everySeconds": 600, "paused": False, "task": {"message": "Hei"}}, self.calls[1][3])
        self.assertEqual([("PATCH", {"paused": True}), ("PATCH", {"paused": False}), ("DELETE", None)], [(call[0], call[3]) for call in self.calls[2:]])
        self.assertTrue(all(call[2] == {"If-Match": '"t1"'} for call in self.calls[1:]))

    async def test_Change_OnACondition_WhoseAnswerIsLost_IsNotMadeAgain(self):
        read = taskapi.Schedule("s", '"t1"', SCHEDULE)
        self.answers = ["cut", "cut", (201, SCHEDULE)]
        with self.assertRaises((OSError, EOFError)):
            await taskapi.schedules.put("s", taskapi.work("report"), cron="@daily", if_unchanged=read)
        await taskapi.schedules.put("s", taskapi.work("report"), cron="@daily")
        self.assertEqual(3, len(self.calls))

    async def test_List_IsReadPageByPage_AndHasNoTags(self):
        self.answers = [(200, {"schedules": [SCHEDULE], "nextCursor": "a:b"}), (200, {"schedules": [SCHEDULE], "nextCursor": None})]
        found = [schedule async for schedule in taskapi.schedules.list()]
        self.assertEqual(["/schedules?limit=1000", "/schedules?limit=1000&cursor=a%3Ab"], [call[1] for call in self.calls])
        self.assertEqual([None, None], [schedule.etag for schedule in found])
        with self.assertRaisesRegex(ValueError, "no etag"):
            await taskapi.schedules.delete("s", if_unchanged=found[0])

    async def test_Preview_HasInstants(self):
        self.answers = [(200, {"nextAt": ["2026-06-22T06:00:00.000Z"]})]
        self.assertEqual([datetime.datetime(2026, 6, 22, 6, tzinfo=datetime.timezone.utc)], await taskapi.schedules.preview("0 8 * * MON", time_zone="Europe/Oslo", count=1))
        self.assertEqual("/schedules/preview?cron=0+8+%2A+%2A+MON&timeZone=Europe%2FOslo&count=1", self.calls[0][1])

    async def test_Name_ThatIsNoPath_IsAValueError(self):
        for name in ("", ".", "..", "preview"):
            with self.assertRaises(ValueError):
                await taskapi.schedules.get(name)
        self.assertEqual([], self.calls)


if __name__ == "__main__":
    unittest.main()
