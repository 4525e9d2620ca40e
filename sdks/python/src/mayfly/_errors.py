from __future__ import annotations

from typing import Optional


class MayflyError(Exception):
    """The root of every error of this SDK. A program that fails is a result, never one of these."""

    def __init__(
        self,
        message: str,
        *,
        status: Optional[int] = None,
        code: Optional[str] = None,
        request_id: Optional[str] = None,
        retry_after: Optional[float] = None,
    ) -> None:
        super().__init__(message)
        #: HTTP status; None: no answer came.
        self.status = status
        #: The server's stable code, such as ``rate_limited``.
        self.code = code
        #: ``X-Request-Id``: names the request in the server's log.
        self.request_id = request_id
        #: Seconds after which the server wants to be asked again.
        self.retry_after = retry_after
        #: How often the request was sent.
        self.attempts = 0


class InvalidRequestError(MayflyError):
    """The request cannot be answered as it is: 4xx without an error of its own, a redirect."""


class AuthenticationError(MayflyError):
    """401: the key is missing, malformed, unknown or revoked."""


class PermissionError(MayflyError):
    """402, 403: the key is known and may not do this; its budget is spent, say."""


class RateLimitError(MayflyError):
    """429: this key's rate or concurrency."""


class OverloadedError(MayflyError):
    """503: the service is full or shutting down."""


class InfrastructureError(MayflyError):
    """The service failed, or what answered is no Mayfly."""


class ConnectionError(MayflyError):
    """No full answer came: refused, reset, closed early, no such host."""


class TimeoutError(MayflyError):
    """No full answer came within the timeout."""
