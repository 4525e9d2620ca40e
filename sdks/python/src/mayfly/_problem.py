from __future__ import annotations

from typing import Optional, Type

from ._errors import (
    AuthenticationError,
    InfrastructureError,
    InvalidRequestError,
    MayflyError,
    OverloadedError,
    PermissionError,
    RateLimitError,
    TimeoutError,
)
from ._result import parse_object
from ._retries import parse_retry_after
from ._transport import Call, RawResponse


def error_from(call: Call, response: RawResponse) -> MayflyError:
    """The error that an answer other than 2xx is."""
    problem = parse_object(response.body) or {}
    code, detail = problem.get("code"), problem.get("detail")
    if not isinstance(code, str):
        code = None
    said = f"{code or 'error'}: {detail}" if isinstance(detail, str) else _not_ours(response)
    return _class_of(response.status, code)(
        f"{call}: {response.status} {said}",
        status=response.status,
        code=code,
        request_id=request_id_of(response),
        retry_after=parse_retry_after(response.headers.get("Retry-After")),
    )


def error_of_answer(call: Call, response: RawResponse, wrong: str) -> MayflyError:
    """The error that a 2xx without a result is."""
    return InfrastructureError(
        f"{call}: {response.status}, but the answer is not Mayfly's: {wrong}. Is the base URL right?",
        status=response.status,
        request_id=request_id_of(response),
    )


def request_id_of(response: RawResponse) -> Optional[str]:
    return response.headers.get("X-Request-Id")


def _not_ours(response: RawResponse) -> str:
    location = response.headers.get("Location")
    if location is None:
        return "without Mayfly's explanation; something in between may have answered. Is the base URL right?"
    return f"to {location}. Redirects are not followed: make that the base URL if it is Mayfly's."


def _class_of(status: int, code: Optional[str]) -> Type[MayflyError]:
    if status == 401:
        return AuthenticationError
    if status in (402, 403):
        return PermissionError
    if status == 408:
        return TimeoutError
    if status == 429:
        return RateLimitError
    if status == 503 and code != "infrastructure_failure":
        return OverloadedError
    return InfrastructureError if status >= 500 else InvalidRequestError
