"""Heartbeats of a lease that is shorter than the usual pauses: one that is lost, or refused, leaves time for another."""

import asyncio
import logging
import types
import unittest
from unittest import mock

import taskapi
from taskapi import _heartbeats, _link
from taskapi._http import Http


class ShortLeases(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        logging.getLogger("taskapi.worker").setLevel(logging.CRITICAL)

    async def heartbeats(self, lease, post):
        beats = _heartbeats.Heartbeats(types.SimpleNamespace(worker="me", lease=lease, post=post, http=mock.Mock()), lambda _: None)
        beats.add(mock.Mock(token="token", cancel_seen=False))
        running = asyncio.ensure_future(beats.run())
        self.addCleanup(running.cancel)
        return beats

    async def pauses(self, lease, answer):
        """Those before the calls that follow when each is answered like this."""
        async def post(*_):
            return answer()

        async def sleep(seconds):
            pauses.append(seconds)
            if len(pauses) == 20:
                done.set()
            await asyncio.tasks.sleep(0 if len(pauses) < 20 else 3600)

        pauses, done = [], asyncio.Event()
        fake = types.SimpleNamespace(**{name: getattr(asyncio, name) for name in asyncio.__all__} | {"sleep": sleep})
        with mock.patch.object(_link, "asyncio", fake), mock.patch.object(_heartbeats, "asyncio", fake), mock.patch.object(_link.random, "uniform", max):
            await self.heartbeats(lease, post)
            await asyncio.wait_for(done.wait(), 20)
        return pauses

    async def test_PauseAfterOneThatFailed_IsNoLongerThanAThirdOfTheLease(self):
        def refuse():
            raise taskapi.TaskApiError(503, {}, retry_after=10.0)

        def lose():
            raise ConnectionError

        for answer in (refuse, lose, lambda: {"drain": True}):
            for lease in (1, 5):
                self.assertLessEqual(max(await self.pauses(lease, answer)), lease / 3)
        self.assertEqual(10, max(await self.pauses(3600, refuse)))

    async def test_SilentHeartbeat_IsGivenUpBeforeTheLeaseIsOver(self):
        for lease in (6, 12, 30):
            with mock.patch.object(Http, "open", side_effect=OSError) as opened, self.assertRaises(OSError):
                link = _link.Link(Http("http://x"), "me", lease)
                await _heartbeats.Heartbeats(link, lambda _: None)._post([], lease / 3)
            self.assertLess(lease / 3 + opened.call_args.kwargs["silence"], lease)  # It is made when a third is over.


if __name__ == "__main__":
    unittest.main()
