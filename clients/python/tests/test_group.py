"""TaskGroup, with coroutines of this program."""

import asyncio
import sys
import unittest

import taskapi


class Groups(unittest.IsolatedAsyncioTestCase):
    async def test_Failure_WhileTheBlockAwaits_CancelsTheOthersOnce(self):
        async def bad():
            raise ValueError

        async def careful():
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                for _ in range(5):
                    await asyncio.sleep(0)
                ended.append("rolled back")
                if sys.version_info >= (3, 11):
                    ended.append(asyncio.current_task().cancelling())
                raise

        ended = []
        with self.assertRaises(ValueError if sys.version_info < (3, 11) else ExceptionGroup):
            async with taskapi.TaskGroup() as group:
                group.create_task(careful())
                group.create_task(bad())
                await asyncio.sleep(3600)
        self.assertEqual(["rolled back"] + [1] * (sys.version_info >= (3, 11)), ended)


if __name__ == "__main__":
    unittest.main()
