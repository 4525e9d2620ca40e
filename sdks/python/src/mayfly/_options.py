from __future__ import annotations

import math
import os
import re
import ssl
import urllib.request
from dataclasses import dataclass, field
from typing import Optional
from urllib.parse import urlsplit

from ._errors import MayflyError


@dataclass(frozen=True)
class Settings:
    """Options with every default filled in."""

    api_key: str = field(repr=False)
    base_url: str
    timeout: float
    max_retries: int
    ssl_context: Optional[ssl.SSLContext]
    opener: Optional[urllib.request.OpenerDirector]


def settle(
    api_key: Optional[str],
    base_url: Optional[str],
    timeout: float,
    max_retries: int,
    ssl_context: Optional[ssl.SSLContext],
    opener: Optional[urllib.request.OpenerDirector],
) -> Settings:
    """Raises MayflyError naming the option and the remedy."""
    return Settings(
        api_key=_checked_key(api_key or os.environ.get("MAYFLY_API_KEY")),
        base_url=_checked_url(base_url or os.environ.get("MAYFLY_BASE_URL") or "http://127.0.0.1:8080"),
        timeout=checked_timeout(timeout),
        max_retries=checked_retries(max_retries),
        ssl_context=ssl_context,
        opener=opener,
    )


def checked_timeout(timeout: float) -> float:
    # The upper bound is what a timer of the standard library takes on every platform.
    if isinstance(timeout, (int, float)) and math.isfinite(timeout) and 0 < timeout <= 1_000_000:
        return float(timeout)
    raise MayflyError(f"Mayfly: timeout is {timeout!r}; it is in seconds, above 0 and at most 1000000.")


def checked_retries(max_retries: int) -> int:
    if isinstance(max_retries, int) and max_retries >= 0:
        return max_retries
    raise MayflyError(f"Mayfly: max_retries is {max_retries!r}; it is an integer, 0 or more.")


# No message holds the key, not even a wrong one.
def _checked_key(key: Optional[str]) -> str:
    if not key:
        raise MayflyError("Mayfly: there is no API key. Pass api_key or set MAYFLY_API_KEY.")
    if not re.fullmatch(r"[\x21-\x7e]+", key):
        raise MayflyError("Mayfly: the API key holds a space, a line break or another character that no key has.")
    return key


def _checked_url(text: str) -> str:
    try:
        url = urlsplit(text)
        usable = url.scheme in ("http", "https") and bool(url.hostname) and (url.port is None or url.port > 0)
    except ValueError:
        usable = False
    if not usable or not re.fullmatch(r"[\x21-\x7e]+", text):
        raise MayflyError(f'Mayfly: the base URL "{text}" is not one of http or https.')
    if url.username is not None or url.password is not None:
        raise MayflyError("Mayfly: the base URL holds credentials; pass the key as api_key.")
    if "?" in text or "#" in text:
        raise MayflyError(f'Mayfly: the base URL "{text}" has a query or a fragment.')
    return text.rstrip("/")
