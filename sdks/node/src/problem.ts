import {
  AuthenticationError,
  type ErrorDetails,
  InfrastructureError,
  InvalidRequestError,
  MayflyError,
  OverloadedError,
  PermissionError,
  RateLimitError,
  TimeoutError,
} from "./errors.js";
import type { RawResponse } from "./exchange.js";
import { isString, parseObject } from "./result.js";
import { parseRetryAfter } from "./retries.js";
import { type Call, nameOf } from "./transport.js";

/** The error that an answer other than 2xx is. */
export function errorFrom(call: Call, response: RawResponse): MayflyError {
  const problem = parseObject(response.body) ?? {};
  const code = isString(problem["code"]) ? problem["code"] : undefined;
  const details: ErrorDetails = {
    status: response.status,
    code,
    requestId: requestIdOf(response),
    retryAfter: parseRetryAfter(response.headers.get("retry-after")),
  };
  const said = isString(problem["detail"]) ? `${code ?? "error"}: ${problem["detail"]}` : notOurs(response);
  return new (classOf(response.status, code))(`${nameOf(call)}: ${response.status} ${said}`, details);
}

/** The error that a 2xx without a result is. */
export function errorOfAnswer(call: Call, response: RawResponse, wrong: string): MayflyError {
  return new InfrastructureError(`${nameOf(call)}: ${response.status}, but the answer is not Mayfly's: ${wrong}. Is the base URL right?`, {
    status: response.status,
    requestId: requestIdOf(response),
  });
}

export function requestIdOf(response: RawResponse): string | undefined {
  return response.headers.get("x-request-id") ?? undefined;
}

function notOurs(response: RawResponse): string {
  const location = response.headers.get("location");
  return location === null
    ? "without Mayfly's explanation; something in between may have answered. Is the base URL right?"
    : `to ${location}. Redirects are not followed: make that the base URL if it is Mayfly's.`;
}

function classOf(status: number, code: string | undefined): typeof MayflyError {
  switch (status) {
    case 401:
      return AuthenticationError;
    case 402:
    case 403:
      return PermissionError;
    case 408:
      return TimeoutError;
    case 429:
      return RateLimitError;
    case 503:
      return code === "infrastructure_failure" ? InfrastructureError : OverloadedError;
    default:
      return status >= 500 ? InfrastructureError : InvalidRequestError;
  }
}
