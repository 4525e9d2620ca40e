from __future__ import annotations

import ssl
import urllib.request
from typing import Any, Dict, List, Optional

from ._cancellation import Cancellation
from ._execution import Executor, ResultWithResponse
from ._options import settle
from ._result import ExecuteResult


class CodeSandbox:
    """Running programs."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def execute(
        self,
        *,
        code: str,
        language: str,
        timeout: Optional[float] = None,
        max_retries: Optional[int] = None,
        idempotency_key: Optional[str] = None,
    ) -> ExecuteResult:
        """Runs one program and answers with what it did. Raises MayflyError or one of its subclasses.

        ``timeout`` (seconds for one try) and ``max_retries`` are the client's unless given. Calls with the same ``idempotency_key``
        and program run and cost once, within 24 hours.
        """
        return self.execute_with_response(
            code=code, language=language, timeout=timeout, max_retries=max_retries, idempotency_key=idempotency_key
        ).result

    def execute_with_response(
        self,
        *,
        code: str,
        language: str,
        timeout: Optional[float] = None,
        max_retries: Optional[int] = None,
        idempotency_key: Optional[str] = None,
    ) -> ResultWithResponse:
        """As ``execute``, with status, headers and body of the answer."""
        return self._executor.execute(code, language, timeout, max_retries, idempotency_key, Cancellation())

    def tools(self, format: str, *, timeout: Optional[float] = None, max_retries: Optional[int] = None) -> List[Dict[str, Any]]:
        """The tool ``run_code`` as a model's interface wants it described, to be passed on as it is.

        ``format`` is ``openai``, ``anthropic`` or ``mcp``. Libraries and the server's limits are in the description. The arguments of a
        model's call are those of ``execute``.
        """
        return self._executor.tools(format, timeout, max_retries, Cancellation())


class Mayfly:
    """A client of a Mayfly service, for any number of threads. It keeps connections open: make one and keep it.

    :param api_key: ``uc-…``. Default: ``MAYFLY_API_KEY``.
    :param base_url: Where the service is. Default: ``MAYFLY_BASE_URL``, else ``http://127.0.0.1:8080``.
    :param timeout: Seconds for one try, from connecting to the last byte of the answer.
    :param max_retries: Tries after the first.
    :param ssl_context: For https, instead of the default one.
    :param opener: Sends the requests instead of connections of the client's own.
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
    ) -> None:
        self._executor = Executor(settle(api_key, base_url, timeout, max_retries, ssl_context, opener))
        self.code_sandbox = CodeSandbox(self._executor)
        #: Short forms of ``code_sandbox``'s.
        self.execute = self.code_sandbox.execute
        self.execute_with_response = self.code_sandbox.execute_with_response

    def close(self) -> None:
        """Closes the connections that are open and idle."""
        self._executor.close()

    def __enter__(self) -> Mayfly:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
