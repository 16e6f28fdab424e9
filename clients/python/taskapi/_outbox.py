"""Outcomes on their way to the service: kept until it has taken them, or doesn't want them any more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ._errors import TaskApiError, to_wire
from ._http import encode
from ._link import log

_MAX_OUTCOMES, _MAX_BYTES = 1000, 900_000  # In one call; a body may have a mebibyte.


class Outcome:
    def __init__(self, token: str, what: str, outcome: Mapping[str, Any]) -> None:
        self.token, self.what = token, what
        self.is_error = "result" not in outcome
        self.alone = False  # Whether a call with it has been refused: so it goes by itself, to see whether it was this one.
        try:
            self.data = encode({"token": token, **outcome})
        except Exception as error:  # Of what is no JSON, or of what a result does that is read only now.
            self.replace(to_wire(error))

    def replace(self, error: Mapping[str, Any]) -> None:
        """An error in place of a result that can't be taken: it would be the same the next time."""
        self.is_error = True
        self.data = encode({"token": self.token, "error": {**error, "retry": False}})


class Outbox:
    def __init__(self, settled: Callable[[str], None]) -> None:
        """``settled`` is called with the token of each that needs no lease any more."""
        self.ready = asyncio.Event()
        self._kept: dict[str, Outcome] = {}
        self._waiting: dict[str, Outcome] = {}
        self._settled = settled

    def __len__(self) -> int:
        return len(self._kept)

    def put(self, token: str, what: str, outcome: Mapping[str, Any]) -> None:
        self._kept[token] = Outcome(token, what, outcome)
        self._wait(self._kept[token])

    def drop(self, token: str) -> None:
        """Its lease is lost."""
        self._kept.pop(token, None)
        self._waiting.pop(token, None)

    def take(self, with_doubtful: bool = False) -> list[Outcome]:
        """What the next call is to carry; ``unsent``, ``refused`` or ``answered`` says what became of it."""
        batch: list[Outcome] = []
        size = 0
        for outcome in self._waiting.values():
            if outcome.alone and not with_doubtful:
                continue
            if batch and (outcome.alone or batch[0].alone or len(batch) == _MAX_OUTCOMES or size + len(outcome.data) > _MAX_BYTES):
                break
            batch.append(outcome)
            size += len(outcome.data) + 1
        for outcome in batch:
            del self._waiting[outcome.token]
        if not self._waiting:
            self.ready.clear()
        return batch

    def unsent(self, batch: Sequence[Outcome]) -> None:
        for outcome in batch:
            self._wait(outcome)

    def doubt(self, batch: Sequence[Outcome]) -> None:
        """A call with these has been refused, which may be because of one of them."""
        for outcome in batch:
            outcome.alone = True
            self._wait(outcome)

    def refused(self, outcome: Outcome, error: TaskApiError) -> None:
        """A call with nothing but this has been refused."""
        if outcome.is_error:
            log.error("%s: its outcome can't be told: %s", outcome.what, error)
            self._forget(outcome)
        else:
            outcome.replace({"reason": "result-refused", "detail": str(error)})
            self._wait(outcome)

    def answered(self, batch: Sequence[Outcome], answers: Sequence[Mapping[str, Any]]) -> None:
        for outcome, answer in zip(batch, answers):
            problem = answer.get("problem")
            name = str(problem.get("type") if isinstance(problem, dict) else problem or "").rpartition(":")[2]
            if name == "result-too-large" and not outcome.is_error:
                log.warning("%s: its result is too large", outcome.what)
                outcome.replace({"reason": name, "detail": f"A result of {len(outcome.data):,} bytes is larger than the service takes."})
                self._wait(outcome)
                continue
            if problem:
                log.warning("%s: its outcome came too late, or wasn't taken: %s", outcome.what, name)
            self._forget(outcome)

    def _wait(self, outcome: Outcome) -> None:
        if self._kept.get(outcome.token) is outcome:
            self._waiting[outcome.token] = outcome
            self.ready.set()

    def _forget(self, outcome: Outcome) -> None:
        if self._kept.get(outcome.token) is outcome:
            del self._kept[outcome.token]
            self._settled(outcome.token)
