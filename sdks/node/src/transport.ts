import { ConnectionError, TimeoutError } from "./errors.js";

/** An answer as it came. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Headers;
  /** The body's text. */
  readonly body: string;
}

/** One request, sent once or several times. */
export interface Call {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  /** Milliseconds for one try, from connecting to the last byte. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Sends it once and reads the whole answer.
 * @throws TimeoutError, ConnectionError, or the reason of the caller's signal.
 */
export async function send(fetch: typeof globalThis.fetch, call: Call): Promise<RawResponse> {
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
    const response = await fetch(call.url, {
      method: call.method,
      headers: call.headers,
      body: call.body ?? null,
      // Another host must not get the key.
      redirect: "manual",
      signal: attempt.signal,
    });
    return { status: response.status, headers: response.headers, body: await response.text() };
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
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  const code = (cause as { code?: unknown }).code;
  return typeof code === "string" ? `${code} (${cause.message || error.message})` : cause.message;
}
