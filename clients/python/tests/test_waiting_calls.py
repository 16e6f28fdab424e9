"""Calls that the service holds, beside those that it doesn't."""

import asyncio
import unittest
from unittest import mock

import taskapi
from taskapi import _http

from .test_client import ID, ClientTest


class WaitingCalls(ClientTest):
    async def came(self, count):
        while len(self.calls) < count:
            await asyncio.sleep(0.005)

    async def test_CallsThatWait_HoldUpNoOthers_AndAreBoundedThemselves(self):
        held = [("GET", f"/tasks/{ID}?waitSeconds=60"), ("POST", "/tasks/wait", {"ids": [ID]}), ("GET", f"/tasks/{ID}", None, {"Prefer": "wait=60"})]
        self.answers = ["hold"]
        with mock.patch.multiple(_http, create=True, _MAX_CALLS=1, _MAX_HELD=2):
            async with taskapi.Client(self.url) as client:
                waiting = asyncio.gather(*(client.call(*call) for call in held))
                try:
                    await asyncio.wait_for(self.came(2), 20)
                    self.answers = [(200, "{}")]
                    await asyncio.wait_for(client.call("DELETE", f"/tasks/{ID}"), 20)
                    self.assertEqual(3, len(self.calls))
                finally:
                    [connection.cancel() for connection in self.connections]  # What is lost is asked for once more.
                self.assertEqual([{}] * 3, await asyncio.wait_for(waiting, 20))


if __name__ == "__main__":
    unittest.main()
