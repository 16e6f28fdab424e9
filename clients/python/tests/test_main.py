"""``python -m taskapi worker``: its arguments, its signals, its processes."""

import asyncio
import os
import signal
import sys
import tempfile
import unittest
from pathlib import Path

from .fakeservice import FakeService

_PATIENCE = 60

_MODULE = '''
import asyncio, os, signal, sys
import taskapi

@taskapi.coroutine("pid")
async def pid():
    return os.getpid()

@taskapi.coroutine("die")
async def die():
    os.kill(os.getpid(), signal.SIGKILL)

@taskapi.coroutine("stay")
async def stay():
    print("begun", flush=True)
    try:
        await asyncio.sleep(3600)
    finally:
        print("cleaned", flush=True)

@taskapi.coroutine("deaf")
async def deaf():
    print("begun", flush=True)
    while True:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            print("no", flush=True)

@taskapi.coroutine("blocking")
async def blocking():
    import time
    print("begun", os.getpid(), flush=True)
    time.sleep(120)

@taskapi.coroutine("threads")
async def threads():
    import threading, time
    def endless():
        print("begun", flush=True)
        time.sleep(3600)
    await asyncio.to_thread(endless)
'''


class MainTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "mine.py").write_text(_MODULE)
        (self.folder / "other.py").write_text("from mine import pid\nx = 1\n")
        self.service = FakeService()
        await self.service.__aenter__()
        self.addAsyncCleanup(self.service.__aexit__)

    async def start(self, *arguments):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-B", "-m", "taskapi", "worker", *arguments, "--url", self.service.url, cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        self.addAsyncCleanup(self.end, process)
        return process

    async def end(self, process):
        if process.returncode is None:
            process.kill()
        await process.communicate()

    async def line(self, process):
        return (await asyncio.wait_for(process.stdout.readline(), _PATIENCE)).decode().strip()

    async def ended(self, process):
        return await asyncio.wait_for(process.wait(), _PATIENCE)

    async def test_Sigterm_LetsItEnd_AndSigkillOfNoneIsNeeded(self):
        worker = await self.start("mine", "--name", "w", "--queues", "stay,pid", "--grace", "0")
        task = await self.service.add("stay")
        self.assertEqual("begun", await self.line(worker))
        worker.terminate()
        self.assertEqual("cleaned", await self.line(worker))
        self.assertEqual(0, await self.ended(worker))
        self.assertEqual([{"release": {"delaySeconds": 0}}], task.outcomes)
        acquire = self.service.bodies("/work/acquire")[0]
        self.assertEqual(("w", ["stay", "pid"], 8, 30), (acquire["worker"], acquire["queues"], acquire["max"], acquire["leaseSeconds"]))

    async def test_SecondSignal_EndsItAtOnce(self):
        worker = await self.start("mine:deaf")
        await self.service.add("deaf")
        self.assertEqual("begun", await self.line(worker))
        worker.send_signal(signal.SIGINT)
        while b"stops" not in await asyncio.wait_for(worker.stderr.readline(), _PATIENCE):
            pass
        worker.send_signal(signal.SIGINT)
        self.assertEqual(128 + signal.SIGINT, await self.ended(worker))

    async def test_SecondSignal_EndsItAtOnce_EvenIfACoroutineHoldsUpTheLoop(self):
        await self.is_ended_by_two_signals(await self.start("mine:blocking"))

    async def test_SecondSignal_EndsProcessesAtOnce_EvenIfACoroutineHoldsUpTheirLoop(self):
        await self.is_ended_by_two_signals(await self.start("mine:blocking", "--processes", "2"))

    async def blocked(self, worker):
        await self.service.add("blocking")
        begun, pid = (await self.line(worker)).split()
        self.assertEqual("begun", begun)
        return int(pid)

    async def is_ended_by_two_signals(self, worker):
        await self.blocked(worker)
        worker.terminate()
        worker.send_signal(signal.SIGINT)  # Another one: two of the same may come as one.
        self.assertIn(await self.ended(worker), (128 + signal.SIGTERM, 128 + signal.SIGINT))
        self.assertEqual(b"", await asyncio.wait_for(worker.stdout.read(), _PATIENCE))  # Nobody has it open any more.

    async def test_ThreadThatGoesOn_DoesNotHoldItUp(self):
        worker = await self.start("mine:threads", "--grace", "0")
        await self.service.add("threads")
        self.assertEqual("begun", await self.line(worker))
        worker.terminate()
        self.assertEqual(0, await self.ended(worker))

    async def test_WrongUse_IsSaid(self):
        for arguments, said in (
            (["nothing"], "nothing"), (["mine:x"], "'x'"), (["other"], "no coroutine in other"), (["mine", "--concurrency", "0"], "concurrency"),
            (["mine", "--url", "localhost"], "localhost"), (["nothing", "--processes", "2"], "nothing"),
        ):  # fmt: skip
            with self.subTest(arguments):
                worker = await self.start(*arguments) if "--url" not in arguments else await self.start_at(arguments)
                _output, errors = await asyncio.wait_for(worker.communicate(), _PATIENCE)
                self.assertIn(said, errors.decode())
                self.assertEqual(2, worker.returncode)

    async def start_at(self, arguments):
        service, self.service = self.service, type("Elsewhere", (), {"url": arguments[-1]})
        try:
            return await self.start(*arguments[:-2])
        finally:
            self.service = service

    async def test_WrongKey_EndsIt(self):
        self.service.answers = {"/work/acquire": [(401, "unauthorized")]}
        worker = await self.start("mine")
        _output, errors = await asyncio.wait_for(worker.communicate(), _PATIENCE)
        self.assertIn("401", errors.decode())
        self.assertEqual(2, worker.returncode)

    async def test_Processes_AreSeveral_AndOneThatDiesIsStartedAgain(self):
        supervisor = await self.start("mine", "--processes", "2", "--concurrency", "1", "--name", "w")
        await self.service.called("/work/acquire", 2)
        self.assertEqual({"w-1", "w-2"}, {body["worker"] for body in self.service.bodies("/work/acquire")})
        before = len(self.service.bodies("/work/acquire"))
        await self.service.add("die")
        await self.service.called("/work/acquire", before + 1)  # The next process has come.
        pids = {(await (await self.service.add("pid")).outcome())["result"] for _ in range(5)}
        self.assertNotIn(supervisor.pid, pids)
        supervisor.terminate()
        self.assertEqual(0, await self.ended(supervisor))
        _output, errors = await supervisor.communicate()
        self.assertIn("ended with -9", errors.decode())

    async def test_Processes_ThatAreToldBesideTheirSupervisor_HaveTheirGrace(self):
        supervisor = await self.start("mine", "--processes", "2", "--concurrency", "1", "--grace", "1")
        pids = set()
        while len(pids) < 2:
            pids.add((await (await self.service.add("pid")).outcome())["result"])
        task = await self.service.add("stay")
        self.assertEqual("begun", await self.line(supervisor))
        for pid in pids:  # As systemd does, unless it is told otherwise.
            os.kill(pid, signal.SIGTERM)
        supervisor.terminate()
        self.assertEqual("cleaned", await self.line(supervisor))
        self.assertEqual(0, await self.ended(supervisor))
        self.assertEqual({"release": {"delaySeconds": 0}}, await task.outcome())

    async def test_Processes_EndWithTheirSupervisor(self):
        supervisor = await self.start("mine", "--processes", "2", "--grace", "0")
        await self.service.called("/work/acquire", 2)
        task = await self.service.add("stay")
        self.assertEqual("begun", await self.line(supervisor))
        supervisor.kill()
        self.assertEqual("cleaned", await self.line(supervisor))
        self.assertEqual({"release": {"delaySeconds": 0}}, await task.outcome())
        self.assertEqual(b"", await asyncio.wait_for(supervisor.stdout.read(), _PATIENCE))  # Nobody has it open any more.

    async def test_ProcessWithoutItsSupervisor_IsEndedByASecondSignal(self):
        supervisor = await self.start("mine:blocking", "--processes", "2")
        pid = await self.blocked(supervisor)
        supervisor.kill()
        while supervisor.returncode is None:  # wait() would be for whoever has its output open, too.
            await asyncio.sleep(0.01)
        os.kill(pid, signal.SIGTERM)
        os.kill(pid, signal.SIGINT)
        try:
            self.assertEqual(b"", await asyncio.wait_for(supervisor.stdout.read(), _PATIENCE))
        except asyncio.TimeoutError:
            os.kill(pid, signal.SIGKILL)
            raise


if __name__ == "__main__":
    unittest.main()
