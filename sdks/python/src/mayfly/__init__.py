"""Client of Mayfly: runs untrusted Python and JavaScript, each program in a jail of its own."""

from ._async_client import AsyncCodeSandbox, AsyncMayfly
from ._client import CodeSandbox, Mayfly
from ._errors import (
    AuthenticationError,
    ConnectionError,
    InfrastructureError,
    InvalidRequestError,
    MayflyError,
    OverloadedError,
    PermissionError,
    RateLimitError,
    TimeoutError,
)
from ._execution import ResultWithResponse
from ._result import ExecuteResult, Truncated
from ._transport import RawResponse
from ._version import VERSION as __version__

__all__ = [
    "AsyncCodeSandbox",
    "AsyncMayfly",
    "AuthenticationError",
    "CodeSandbox",
    "ConnectionError",
    "ExecuteResult",
    "InfrastructureError",
    "InvalidRequestError",
    "Mayfly",
    "MayflyError",
    "OverloadedError",
    "PermissionError",
    "RateLimitError",
    "RawResponse",
    "ResultWithResponse",
    "TimeoutError",
    "Truncated",
    "__version__",
]
