from __future__ import annotations

import email.utils
import re
import time
from typing import Optional

# Seconds of the first wait; it doubles with each try.
_FIRST_WAIT = 0.5
_LONGEST_WAIT = 8.0
# A server that wants to be left alone for longer is not waited for: the caller decides.
_LONGEST_RETRY_AFTER = 60.0


def is_worth_retrying(status: Optional[int]) -> bool:
    """Whether another try could end otherwise. All tries carry one idempotency key, so none runs or costs twice."""
    # Nothing came back, or nothing of Mayfly's.
    if status is None or 200 <= status < 300:
        return True
    # 408: the request came too slowly. 409: the first try is still running. 429: the answer says when.
    if status in (408, 409, 429):
        return True
    # Any other refusal stays one; a failure of the server may pass.
    return status >= 500


def seconds_before_retry(attempt: int, retry_after: Optional[float], random: float) -> Optional[float]:
    """Seconds to wait after the given try (from 1), or None when the server asks for more patience than we have.

    ``random`` is from 0 to 1: clients that failed together do not come back together.
    """
    if retry_after is not None and retry_after > _LONGEST_RETRY_AFTER:
        return None
    backoff = min(_LONGEST_WAIT, _FIRST_WAIT * float(2 ** min(attempt - 1, 16))) * (0.5 + random / 2)
    return max(backoff, retry_after or 0.0)


def parse_retry_after(header: Optional[str], now: Optional[float] = None) -> Optional[float]:
    """``Retry-After`` in seconds: a number or a date. None: absent or neither."""
    text = (header or "").strip()
    if re.fullmatch(r"[0-9]+", text):
        return float(text)
    if not text.endswith("GMT"):
        return None
    try:
        date = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return max(0.0, date.timestamp() - (time.time() if now is None else now))
