import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Mayfly, MayflyError } from "mayfly-sdk";
import { startStub, table } from "./stub.mjs";

describe("faults", { concurrency: table.length }, () => {
  let stub;
  before(async () => (stub = await startStub()));
  after(() => stub.stop());

  for (const fault of table) {
    it(fault.name, async () => {
      const { baseUrl, report } = stub.runOf(fault);
      const client = new Mayfly({ apiKey: "uc-test", baseUrl, timeout: fault.timeoutMs, maxRetries: fault.maxRetries });
      const cancel = new AbortController();
      const call = outcomeOf(client.execute({ code: "print('hello')", language: "python" }, { signal: cancel.signal }));
      if (fault.cancel) {
        while ((await report()).attempts === 0) await delay(20);
        // What comes of the try itself (a refusal, a first byte) has come by then, or the case is about its not coming.
        await delay(200);
        cancel.abort();
      }
      const { outcome, error } = await call;

      assert.equal(outcome, fault.outcome, error?.stack);
      const seen = await report();
      assert.deepEqual(seen.wrong, []);
      if (!fault.refused) assert.deepEqual([seen.attempts, seen.charges], [fault.attempts, fault.charges]);
      if (!(error instanceof MayflyError)) return;
      assert.equal(error.attempts, fault.attempts);
      assert.equal(error.status, fault.status);
      assert.equal(error.code, fault.code);
      assert.equal(error.retryAfter, fault.retryAfter);
      assert.equal(error.requestId, fault.status === undefined ? undefined : "stub");
      assert.doesNotMatch(`${error.stack}${error.cause?.stack}`, /uc-test/);
    });
  }
});

async function outcomeOf(call) {
  try {
    await call;
    return { outcome: "result" };
  } catch (error) {
    return { outcome: error.name === "AbortError" ? "cancelled" : error.name, error };
  }
}
