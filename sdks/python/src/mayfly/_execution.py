"""One call, from its arguments to its result: what the clients for threads and for asyncio share."""

from __future__ import annotations

import json
import random
import uuid
from typing import Any, Callable, Dict, List, NamedTuple, Optional, TypeVar, Union
from urllib.parse import quote

from ._cancellation import Cancellation
from ._errors import MayflyError
from ._options import Settings, checked_retries, checked_timeout
from ._problem import error_from, error_of_answer, request_id_of
from ._result import ExecuteResult, parse_result, parse_tools
from ._retries import is_worth_retrying, seconds_before_retry
from ._transport import Call, Connections, Opener, RawResponse, Transport
from ._version import USER_AGENT


T = TypeVar("T")


class ResultWithResponse(NamedTuple):
    """A result, and the answer that it was read from."""

    result: ExecuteResult
    response: RawResponse


class Executor:
    """Sends calls until they are answered or there is no use in trying."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._transport: Transport = (
            Opener(settings.opener) if settings.opener is not None else Connections(settings.base_url, settings.ssl_context)
        )

    def execute(
        self,
        code: str,
        language: str,
        timeout: Optional[float],
        max_retries: Optional[int],
        idempotency_key: Optional[str],
        cancellation: Cancellation,
    ) -> ResultWithResponse:
        body = json.dumps({"code": code, "language": language}).encode("ascii")
        headers = {
            "Content-Type": "application/json",
            # The same for all tries of this call, so that a program whose answer was lost is not run again.
            "Idempotency-Key": idempotency_key or str(uuid.uuid4()),
        }

        def read(response: RawResponse) -> Union[ResultWithResponse, str]:
            result = parse_result(response.body, request_id_of(response))
            return result if isinstance(result, str) else ResultWithResponse(result, response)

        return self._answer_to(self._call_of("POST", "execute", body, headers, timeout, cancellation), max_retries, read)

    def tools(self, format: str, timeout: Optional[float], max_retries: Optional[int], cancellation: Cancellation) -> List[Dict[str, Any]]:
        call = self._call_of("GET", f"tools?format={quote(format, safe='')}", None, {}, timeout, cancellation)
        return self._answer_to(call, max_retries, lambda response: parse_tools(response.body))

    def close(self) -> None:
        self._transport.close()

    def _answer_to(self, call: Call, max_retries: Optional[int], read: Callable[[RawResponse], Union[T, str]]) -> T:
        """``read`` makes of a 2xx what the caller wants, or says what is wrong with it."""
        tries = 1 + checked_retries(self._settings.max_retries if max_retries is None else max_retries)
        attempt = 0
        while True:
            attempt += 1
            outcome = self._try(call, read)
            if not isinstance(outcome, MayflyError):
                return outcome

            outcome.attempts = attempt
            wait = seconds_before_retry(attempt, outcome.retry_after, random.random())
            if attempt == tries or wait is None or not is_worth_retrying(outcome.status):
                raise outcome
            call.cancellation.sleep(wait)

    def _try(self, call: Call, read: Callable[[RawResponse], Union[T, str]]) -> Union[T, MayflyError]:
        """One try. Cancellation is raised; an error that another try may mend is a value."""
        try:
            response = self._transport.send(call)
        except MayflyError as error:
            return error
        if not 200 <= response.status < 300:
            return error_from(call, response)
        answer = read(response)
        return error_of_answer(call, response, answer) if isinstance(answer, str) else answer

    def _call_of(
        self, method: str, path: str, body: Optional[bytes], headers: Dict[str, str], timeout: Optional[float], cancellation: Cancellation
    ) -> Call:
        settings = self._settings
        return Call(
            method=method,
            url=f"{settings.base_url}/v1/code-sandbox/{path}",
            headers={
                "Authorization": f"Bearer {settings.api_key}",
                "Accept": "application/json",
                "User-Agent": USER_AGENT,
                **headers,
            },
            body=body,
            timeout=checked_timeout(settings.timeout if timeout is None else timeout),
            cancellation=cancellation,
        )
