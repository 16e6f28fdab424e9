"""A worker against a double of the service, which does on command what the real one does on its worst days."""

import asyncio
import contextlib
import logging
import unittest
from unittest import mock

import taskapi
from taskapi import _coroutines, _worker

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
