"""Deadlines of any number of calls, watched by one thread: one for each call would cost more than the rest of the call."""

from __future__ import annotations

import heapq
import itertools
import os
import threading
import time
from typing import Callable, List, Optional, Tuple

# A heap with so many more ended deadlines than running ones is swept.
_MOST_ENDED = 256

# How long the thread stays when there is nothing to watch, in seconds.
_LINGER = 10.0


class Deadline:
    """Calls a function from another thread, unless the block ends before."""

    def __init__(self, seconds: float, expire: Callable[[], None]) -> None:
        self._seconds = seconds
        self.expire = expire
        self.is_over = False

    def __enter__(self) -> None:
        _watch_of_this_process().add(time.monotonic() + self._seconds, self)

    def __exit__(self, *_: object) -> None:
        self.is_over = True


class _Watch:
    def __init__(self) -> None:
        self.process = os.getpid()
        self._changed = threading.Condition()
        # The number keeps deadlines at the same moment from being compared.
        self._due: List[Tuple[float, int, Deadline]] = []
        self._numbers = itertools.count()
        self._sweep_at = _MOST_ENDED
        self._thread: Optional[threading.Thread] = None

    def add(self, at: float, deadline: Deadline) -> None:
        with self._changed:
            heapq.heappush(self._due, (at, next(self._numbers), deadline))
            if len(self._due) > self._sweep_at:
                self._due = [entry for entry in self._due if not entry[2].is_over]
                heapq.heapify(self._due)
                self._sweep_at = 2 * len(self._due) + _MOST_ENDED
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="mayfly-deadlines", daemon=True)
                self._thread.start()
            elif self._due[0][2] is deadline:
                # Sooner than what the thread sleeps for.
                self._changed.notify()

    def _run(self) -> None:
        while True:
            expired = self._next()
            if expired is None:
                return
            expired.expire()

    def _next(self) -> Optional[Deadline]:
        """The next to expire, when it does; None: there has been nothing to watch for a while, and the thread ends."""
        with self._changed:
            while True:
                while self._due and self._due[0][2].is_over:
                    heapq.heappop(self._due)
                if not self._due:
                    if not self._changed.wait(_LINGER) and not self._due:
                        self._thread = None
                        return None
                    continue
                left = self._due[0][0] - time.monotonic()
                if left <= 0:
                    return heapq.heappop(self._due)[2]
                self._changed.wait(min(left, threading.TIMEOUT_MAX))


_watch = _Watch()


def _watch_of_this_process() -> _Watch:
    global _watch
    # A forked child has neither the thread nor a lock that can be relied on.
    if _watch.process != os.getpid():
        _watch = _Watch()
    return _watch
