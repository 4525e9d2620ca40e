import { ConnectionError, TimeoutError } from "./errors.js";
import type { Exchange, RawRequest, RawResponse } from "./exchange.js";

/** One request, sent once or several times. */
export interface Call extends RawRequest {
  /** Milliseconds for one try, from connecting to the last byte. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Sends it once and reads the whole answer.
 * @throws TimeoutError, ConnectionError, or the reason of the caller's signal.
 */
export async function send(exchange: Exchange, call: Call): Promise<RawResponse> {
  call.signal?.throwIfAborted();

  // An own controller, not AbortSignal.any: a signal that lives long would keep every call's.
  const attempt = new AbortController();
  const cancel = (): void => attempt.abort(call.signal?.reason);
  call.signal?.addEventListener("abort", cancel, { once: true });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    attempt.abort();
  }, call.timeout);
  try {
    return await exchange(call, attempt.signal);
  } catch (cause) {
    call.signal?.throwIfAborted();
    if (late) throw new TimeoutError(`${nameOf(call)}: no full answer within ${call.timeout} ms. Is the service overloaded, or the timeout shorter than an execution?`);
    throw new ConnectionError(`${nameOf(call)}: ${reasonOf(cause)}. Is the service running there, and is the base URL right?`, { cause });
  } finally {
    clearTimeout(timer);
    call.signal?.removeEventListener("abort", cancel);
  }
}

/** A call as messages name it. */
export function nameOf(call: Call): string {
  return `${call.method} ${call.url}`;
}

// fetch says "fetch failed"; what happened is in its cause.
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const what = error.cause instanceof Error ? error.cause : error;
  const { code } = what as { code?: unknown };
  const message = what.message || error.message;
  return typeof code === "string" ? `${code} (${message})` : message;
}
