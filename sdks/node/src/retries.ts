/** Seconds of the first wait; it doubles with each try. */
const firstWait = 0.5;
const longestWait = 8;
/** A server that wants to be left alone for longer is not waited for: the caller decides. */
const longestRetryAfter = 60;

/** Whether another try could end otherwise. All tries carry one idempotency key, so none runs or costs twice. */
export function isWorthRetrying(status: number | undefined): boolean {
  // Nothing came back, or nothing of Mayfly's.
  if (status === undefined || (status >= 200 && status < 300)) return true;
  // 408: the request came too slowly. 409: the first try is still running. 429: the answer says when.
  if ([408, 409, 429].includes(status)) return true;
  // Any other refusal stays one; a failure of the server may pass.
  return status >= 500;
}

/**
 * Seconds to wait after a try, or undefined when the server asks for more patience than we have.
 * @param attempt The try that failed, from 1.
 * @param retryAfter What the server said.
 * @param random From 0 to 1: clients that failed together do not come back together.
 */
export function secondsBeforeRetry(attempt: number, retryAfter: number | undefined, random = Math.random()): number | undefined {
  if (retryAfter !== undefined && retryAfter > longestRetryAfter) return undefined;
  const backoff = Math.min(longestWait, firstWait * 2 ** (attempt - 1)) * (0.5 + random / 2);
  return Math.max(backoff, retryAfter ?? 0);
}

/** `Retry-After` in seconds: a number or a date. Undefined: absent or neither. */
export function parseRetryAfter(header: string | null, now = Date.now()): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header);
  // Date.parse takes almost anything for a date; HTTP's end so.
  const date = header.trim().endsWith("GMT") ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}

/** Waits; rejects with the signal's reason as soon as it aborts. */
export function sleep(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, seconds * 1000);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
