from __future__ import annotations

import contextlib
import threading
from typing import Callable, Iterator, Optional


class Cancelled(Exception):
    """The call was cancelled. Seen by nobody outside: who cancelled no longer listens."""


class Cancellation:
    """Ends a call that runs in another thread: its waits, and what it waits for."""

    def __init__(self) -> None:
        self._cancelled = threading.Event()
        self._lock = threading.Lock()
        self._abort: Optional[Callable[[], None]] = None

    def cancel(self) -> None:
        with self._lock:
            self._cancelled.set()
            if self._abort is not None:
                self._abort()

    def check(self) -> None:
        if self._cancelled.is_set():
            raise Cancelled

    def sleep(self, seconds: float) -> None:
        if self._cancelled.wait(seconds):
            raise Cancelled

    @contextlib.contextmanager
    def aborting(self, abort: Callable[[], None]) -> Iterator[None]:
        """While the block runs, cancelling calls ``abort``, which must not block."""
        with self._lock:
            self.check()
            self._abort = abort
        try:
            yield
        finally:
            with self._lock:
                self._abort = None
