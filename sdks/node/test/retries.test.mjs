import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isWorthRetrying, parseRetryAfter, secondsBeforeRetry } from "../dist/esm/retries.js";

describe("retries", () => {
  it("waits double up to a bound", () => {
    assert.deepEqual([1, 2, 3, 4, 5, 6, 60].map((attempt) => secondsBeforeRetry(attempt, undefined, 1)), [0.5, 1, 2, 4, 8, 8, 8]);
  });

  it("jitter takes at most half of a wait", () => {
    assert.equal(secondsBeforeRetry(1, undefined, 0), 0.25);
    assert.equal(secondsBeforeRetry(5, undefined, 0), 4);
  });

  it("Retry-After is a lower bound", () => {
    assert.equal(secondsBeforeRetry(1, 7, 0), 7);
    assert.equal(secondsBeforeRetry(5, 1, 0), 4);
  });

  it("a Retry-After of a minute is waited for and a longer one is not", () => {
    assert.equal(secondsBeforeRetry(1, 60, 0), 60);
    assert.equal(secondsBeforeRetry(1, 61, 0), undefined);
  });

  it("Retry-After is seconds or a date", () => {
    const now = Date.parse("2026-01-01T00:00:00Z");
    assert.equal(parseRetryAfter("5", now), 5);
    assert.equal(parseRetryAfter("Thu, 01 Jan 2026 00:00:30 GMT", now), 30);
    assert.equal(parseRetryAfter("Wed, 31 Dec 2025 00:00:00 GMT", now), 0);
    assert.equal(parseRetryAfter("soon", now), undefined);
    assert.equal(parseRetryAfter("-5", now), undefined);
    assert.equal(parseRetryAfter(null, now), undefined);
  });

  it("only what may pass is tried again", () => {
    for (const status of [undefined, 200, 408, 409, 429, 500, 502, 503, 504]) assert.equal(isWorthRetrying(status), true, `${status}`);
    for (const status of [301, 307, 400, 401, 402, 403, 404, 413, 415, 422]) assert.equal(isWorthRetrying(status), false, `${status}`);
  });
});
