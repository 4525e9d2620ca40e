"""One call of execute, from its arguments to its result: what the clients for threads and for asyncio share."""

from __future__ import annotations

import json
import random
import uuid
from typing import NamedTuple, Optional, Union

from ._cancellation import Cancellation
from ._errors import MayflyError
from ._options import Settings, checked_retries, checked_timeout
from ._problem import error_from, error_of_answer, request_id_of
from ._result import ExecuteResult, parse_result
from ._retries import is_worth_retrying, seconds_before_retry
from ._transport import Call, Connections, Opener, RawResponse, Transport
from ._version import USER_AGENT


class ResultWithResponse(NamedTuple):
    """A result, and the answer that it was read from."""

    result: ExecuteResult
    response: RawResponse


class Executor:
    """Sends executions until they are answered or there is no use in trying."""

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
        call = self._call_of(code, language, timeout, idempotency_key, cancellation)
        tries = 1 + checked_retries(self._settings.max_retries if max_retries is None else max_retries)
        attempt = 0
        while True:
            attempt += 1
            outcome = self._try(call)
            if isinstance(outcome, ResultWithResponse):
                return outcome

            outcome.attempts = attempt
            wait = seconds_before_retry(attempt, outcome.retry_after, random.random())
            if attempt == tries or wait is None or not is_worth_retrying(outcome.status):
                raise outcome
            cancellation.sleep(wait)

    def close(self) -> None:
        self._transport.close()

    def _try(self, call: Call) -> Union[ResultWithResponse, MayflyError]:
        """One try. Cancellation is raised; an error that another try may mend is a value."""
        try:
            response = self._transport.send(call)
        except MayflyError as error:
            return error
        if not 200 <= response.status < 300:
            return error_from(call.url, response)
        result = parse_result(response.body, request_id_of(response))
        if isinstance(result, str):
            return error_of_answer(call.url, response, result)
        return ResultWithResponse(result, response)

    def _call_of(self, code: str, language: str, timeout: Optional[float], idempotency_key: Optional[str], cancellation: Cancellation) -> Call:
        settings = self._settings
        return Call(
            url=f"{settings.base_url}/v1/code-sandbox/execute",
            headers={
                "Authorization": f"Bearer {settings.api_key}",
                "Content-Type": "application/json",
                "Accept": "application/json",
                "User-Agent": USER_AGENT,
                # The same for all tries of this call, so that a program whose answer was lost is not run again.
                "Idempotency-Key": idempotency_key or str(uuid.uuid4()),
            },
            body=json.dumps({"code": code, "language": language}).encode("ascii"),
            timeout=checked_timeout(settings.timeout if timeout is None else timeout),
            cancellation=cancellation,
        )
