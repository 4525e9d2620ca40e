from __future__ import annotations

import asyncio
import concurrent.futures
import functools
import ssl
import urllib.request
from typing import Any, Callable, Dict, List, Optional, TypeVar

from ._cancellation import Cancellation
from ._execution import Executor, ResultWithResponse
from ._options import settle
from ._result import ExecuteResult

T = TypeVar("T")


class AsyncCodeSandbox:
    """Running programs, from asyncio."""

    def __init__(self, executor: Executor, threads: concurrent.futures.ThreadPoolExecutor) -> None:
        self._executor = executor
        self._threads = threads

    async def execute(
        self,
        *,
        code: str,
        language: str,
        timeout: Optional[float] = None,
        max_retries: Optional[int] = None,
        idempotency_key: Optional[str] = None,
    ) -> ExecuteResult:
        """As :meth:`CodeSandbox.execute`. Cancelling the task hangs up, which cancels the execution."""
        both = await self.execute_with_response(
            code=code, language=language, timeout=timeout, max_retries=max_retries, idempotency_key=idempotency_key
        )
        return both.result

    async def execute_with_response(
        self,
        *,
        code: str,
        language: str,
        timeout: Optional[float] = None,
        max_retries: Optional[int] = None,
        idempotency_key: Optional[str] = None,
    ) -> ResultWithResponse:
        """As ``execute``, with status, headers and body of the answer."""
        return await self._in_thread(functools.partial(self._executor.execute, code, language, timeout, max_retries, idempotency_key))

    async def tools(self, format: str, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> List[Dict[str, Any]]:
        """As :meth:`CodeSandbox.tools`."""
        return await self._in_thread(functools.partial(self._executor.tools, format, timeout, max_retries))

    async def _in_thread(self, call: Callable[[Cancellation], T]) -> T:
        cancellation = Cancellation()
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, call, cancellation)
        except asyncio.CancelledError:
            cancellation.cancel()
            raise


class AsyncMayfly:
    """A client of a Mayfly service for asyncio. The options are those of :class:`Mayfly`.

    Each call has a thread while it lasts, as the standard library has no HTTP client for asyncio.

    :param max_concurrency: Calls at a time; more wait for their turn.
    """

    def __init__(
        self,
        *,
        api_key: Optional[str] = None,
        base_url: Optional[str] = None,
        timeout: float = 60,
        max_retries: int = 2,
        ssl_context: Optional[ssl.SSLContext] = None,
        opener: Optional[urllib.request.OpenerDirector] = None,
        max_concurrency: int = 64,
    ) -> None:
        self._executor = Executor(settle(api_key, base_url, timeout, max_retries, ssl_context, opener))
        self._threads = concurrent.futures.ThreadPoolExecutor(max_concurrency, thread_name_prefix="mayfly")
        self.code_sandbox = AsyncCodeSandbox(self._executor, self._threads)
        #: Short forms of ``code_sandbox``'s.
        self.execute = self.code_sandbox.execute
        self.execute_with_response = self.code_sandbox.execute_with_response

    async def close(self) -> None:
        """Closes the connections that are open and idle."""
        self._threads.shutdown(wait=False)
        self._executor.close()

    async def __aenter__(self) -> AsyncMayfly:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
