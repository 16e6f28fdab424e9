"""``python -m taskapi worker mymodule``: runs the coroutines of a module for the service."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import io
import logging
import os
import socket
import sys
from collections.abc import Sequence
from typing import Any

from . import _supervisor
from ._attempt import Threads
from ._coroutines import Coroutine, registered
from ._errors import TaskApiError
from ._worker import Worker


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # What coroutines print is seen when they do, in a log too.
    logging.basicConfig(level=options.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    if options.processes > 1 and sys.platform == "win32":
        raise SystemExit("--processes takes Unix: start as many workers as you need")
    if options.processes > 1:
        return asyncio.run(_supervisor.supervise(_commands(options)))
    try:
        worker = Worker(
            *_coroutines(options.modules), url=options.url, key=options.key, name=options.name, concurrency=options.concurrency,
            queues=options.queues, lease=options.lease, grace=options.grace,
        )  # fmt: skip
        return asyncio.run(_run(worker))
    except (ValueError, LookupError, ImportError, TaskApiError) as error:
        logging.getLogger("taskapi.worker").error("%s", error)
        return _supervisor.WRONG_USE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m taskapi", description="asyncio's tasks in a service.")
    worker = parser.add_subparsers(title="commands", required=True).add_parser(
        "worker", help="runs coroutines for the service", description="Runs the coroutines of modules for the service, until SIGTERM or SIGINT. "
        "Then it takes no more tasks and lets those that run end; a second signal ends it at once.",
    )  # fmt: skip
    add = worker.add_argument
    add("modules", nargs="+", metavar="MODULE[:NAME,...]", help="where the coroutines are; NAMEs of a module: those alone")
    add("--url", help="the service (default: TASKAPI_URL, BASE_URL, or http://localhost:5080)")
    add("--key", help="the API key; better in the environment as API_KEY, where other users don't see it")
    add("--name", help="what the worker is called in the service (default: machine and process)")
    add("--queues", type=lambda text: text.split(","), metavar="QUEUE,...", help="which queues it takes tasks from (default: those of its coroutines)")
    add("--concurrency", type=int, default=8, metavar="N", help="tasks at a time in each process, 1 to 1000 (default: 8)")
    add("--processes", type=_positive, default=1, metavar="N", help="processes, each started again when it dies (default: 1)")
    add("--lease", type=int, default=30, metavar="SECONDS", help="how long the service waits for a sign of life, 1 to 3600 (default: 30)")
    add("--grace", type=float, default=10.0, metavar="SECONDS", help="how long coroutines may take to end when it stops (default: 10)")
    add("--log-level", default="info", choices=["debug", "info", "warning", "error"])
    worker.set_defaults(command="worker")
    return parser


def _positive(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError("1 or more")
    return number


def _coroutines(modules: Sequence[str]) -> list[Coroutine[Any, Any]]:
    found: dict[str, Coroutine[Any, Any]] = {}
    for argument in modules:
        path, _, names = argument.partition(":")
        module = importlib.import_module(path)
        for name in names.split(",") if names else ():
            one = getattr(module, name, None)
            if not isinstance(one, Coroutine):
                raise LookupError(f"{path} has no coroutine {name!r}")
            found[one.type] = one
        if not names:  # Those that are written there. What it imports from elsewhere may be there to be called.
            found.update({type: one for type, one in registered.items() if f"{one.function.__module__}.".startswith(f"{path}.")})
    if not found:
        raise LookupError(f"There is no coroutine in {', '.join(modules)}: one has @taskapi.coroutine(\"name\") above it")
    return list(found.values())


def _commands(options: argparse.Namespace) -> list[list[str]]:
    name = options.name or f"{socket.gethostname()}-{os.getpid()}"
    given = {"--url": options.url, "--queues": options.queues and ",".join(options.queues), "--concurrency": options.concurrency,
             "--lease": options.lease, "--grace": options.grace, "--log-level": options.log_level}  # fmt: skip
    if options.key:
        os.environ["API_KEY"] = options.key
    shared = [word for option, value in given.items() if value is not None for word in (option, str(value))]
    return [[sys.executable, "-m", __package__, "worker", *options.modules, *shared, "--name", f"{name}-{n}"] for n in range(1, options.processes + 1)]


async def _run(worker: Worker) -> int:
    loop = asyncio.get_running_loop()
    # One of several is told by its supervisor, which kills it at the second one. It may have been told before, as systemd tells all processes of a service.
    has_supervisor = _supervisor.watch_lifeline(worker.stop)

    def end(number: int) -> None:
        if not has_supervisor():
            os._exit(128 + number)  # Nothing is waited for, threads neither.

    _supervisor.on_signals(lambda _: loop.call_soon_threadsafe(worker.stop), end)
    threads = Threads(max(worker.concurrency, 32))  # For to_thread.
    loop.set_default_executor(threads)
    await worker.run()
    if worker.left_behind or threads.busy:  # What hasn't come to its end doesn't hold up the process.
        logging.shutdown()
        sys.stdout.flush()
        os._exit(0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
