"""HTTP as other servers and proxies speak it."""

import asyncio
import ssl
import subprocess
import tempfile
import unittest
from unittest import mock

import taskapi
from taskapi._http import Http, encode


class HttpTest(unittest.IsolatedAsyncioTestCase):
    async def serve(self, answer, tls=None):
        self.requests = []

        async def connected(reader, writer):
            try:
                while head := await reader.readuntil(b"\r\n\r\n"):
                    length = [int(line[15:]) for line in head.decode().split("\r\n") if line.startswith("Content-Length:")]
                    self.requests.append(head + await reader.readexactly(length[0] if length else 0))
                    for piece in answer(len(self.requests)):
                        writer.write(piece)
                        await writer.drain()
                        await asyncio.sleep(0)
                    if b"Connection: close" in b"".join(answer(len(self.requests))) or not answer(len(self.requests)):
                        return
            except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
                pass
            finally:
                writer.close()

        asyncio.get_running_loop().set_exception_handler(lambda *_: None)  # The server's own complaints.
        server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
        self.addCleanup(server.close)
        return f"http{'s' if tls else ''}://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def ask(self, *pieces, times=1, url=None, tls=None, path="/tasks"):
        http = Http((url or await self.serve(lambda _: pieces)) + "/prefix/", "key", tls)
        self.addCleanup(http.close)
        for _ in range(times):
            async with http.open("POST", path, {"a": "é"}) as answer:
                content = await answer.read()
        return answer.status, content

    async def test_Chunks_ByteByByte(self):
        whole = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n5;x=y\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\nTrailer: x\r\n\r\n"
        self.assertEqual((200, b"hello world"), await self.ask(*(whole[i : i + 1] for i in range(len(whole))), times=3))

    async def test_Length_AndAnEarlierAnswer(self):
        answer = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\n{}"
        self.assertEqual((202, b"{}"), await self.ask(answer, times=2))
        head, _, body = self.requests[0].partition(b"\r\n\r\n")
        self.assertTrue(head.startswith(b"POST /prefix/tasks HTTP/1.1\r\n"))
        self.assertIn(b"X-Api-Key: key", head)
        self.assertEqual('{"a":"é"}'.encode(), body)

    async def test_NoContent_AndUntilTheConnectionEnds(self):
        self.assertEqual((204, b""), await self.ask(b"HTTP/1.1 204 No Content\r\n\r\n", times=2))
        self.assertEqual((200, b"all of it"), await self.ask(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"all ", b"of it", times=2))

    async def test_KeptConnectionThatHasBeenClosed_IsMadeAgain(self):
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
        url = await self.serve(lambda number: [answer] if number % 2 else [])  # Every second call is hung up on.
        self.assertEqual((200, b"{}"), await self.ask(url=url, times=3, path="/tasks/wait"))

    async def test_SomethingElse_IsAConnectionError(self):
        with self.assertRaises(ConnectionError):
            await self.ask(b"SSH-2.0-OpenSSH_9.2\r\n")

    async def test_AnswerThatIsNoJson_IsATaskApiError(self):
        url = await self.serve(lambda _: [b"HTTP/1.1 404 Not Found\r\nContent-Length: 6\r\n\r\n<html>"])
        async with taskapi.Client(url) as client:
            with self.assertRaises(taskapi.TaskApiError) as caught:
                await client.call("GET", "/tasks")
        self.assertEqual((404, "404: <html>"), (caught.exception.status, str(caught.exception)))

    async def test_SilentService_IsGivenUp(self):
        for answer in (b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nall", b"HTTP/1.1 200 OK\r\n\r\nall"):
            http = Http(await self.serve(lambda _, answer=answer: [answer]))
            with self.subTest(answer), self.assertRaises(ConnectionAbortedError):
                async with http.open("GET", "/", silence=0.05) as opened:
                    await opened.read()
            http.close()

    async def test_ConnectionThatIsNotMade_IsGivenUpNoLaterThanOneThatIsSilent(self):
        http = Http("http://127.0.0.1:1")
        with mock.patch.object(asyncio, "open_connection", lambda *_, **__: asyncio.sleep(3600)), self.assertRaisesRegex(ConnectionError, "within 0.05 seconds"):
            async with http.open("GET", "/", silence=0.05):
                pass

    async def test_Tls_IsChecked(self):
        with tempfile.TemporaryDirectory() as folder:
            made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{folder}/key", "-out", f"{folder}/cert", "-days", "2",
                    "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1"]  # fmt: skip
            subprocess.run(made, check=True, capture_output=True)
            server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            server.load_cert_chain(f"{folder}/cert", f"{folder}/key")
            url = await self.serve(lambda _: [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"], server)
            self.assertEqual((200, b"{}"), await self.ask(url=url, tls=ssl.create_default_context(cafile=f"{folder}/cert"), times=2))
            with self.assertRaises(ssl.SSLError):
                await self.ask(url=url)

    def test_Addresses_AndKeys_ThatAreNone(self):
        for url in ("localhost:5080", "ftp://x", "http://", "/x"):
            with self.assertRaises(ValueError):
                Http(url)
        with self.assertRaises(ValueError):
            Http("http://x", "key\r\nX: y")
        self.assertEqual("http://x:1/p", Http("http://me:secret@x:1/p/").url)

    def test_Json_IsStrict(self):
        self.assertEqual(b'"\\ud800"', encode("\ud800"))
        for value in (float("nan"), {1, 2}, object()):
            with self.assertRaises((ValueError, TypeError)):
                encode(value)


if __name__ == "__main__":
    unittest.main()
