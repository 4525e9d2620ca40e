import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { inspect } from "node:util";
import { Mayfly, MayflyError, TimeoutError, version } from "mayfly-sdk";

const key = "uc-secret";
const program = { code: "print(1)", language: "python" };
const answer = { stdout: "1\n", stderr: "", exitCode: 0, executionTimeMs: 1.5, memoryUsageMb: 9, timedOut: false, error: null, cost: 0.002 };

/** A client whose requests go nowhere, and what it asked for. */
function clientOf(options = {}, body = answer, headers = { "x-request-id": "r1", "x-other": "o" }) {
  const asked = [];
  const fetch = async (url, init) => {
    asked.push({ url, ...init });
    return new Response(JSON.stringify(body), { status: 200, headers });
  };
  return { client: new Mayfly({ apiKey: key, fetch, ...options }), asked };
}

describe("client", () => {
  const before = { ...process.env };
  beforeEach(() => {
    delete process.env.MAYFLY_API_KEY;
    delete process.env.MAYFLY_BASE_URL;
  });
  afterEach(() => {
    process.env = { ...before };
  });

  it("a result has the contract's fields and the request's id", async () => {
    const { client } = clientOf();
    assert.deepEqual(await client.codeSandbox.execute(program), { ...answer, requestId: "r1" });
  });

  it("where Node.js's own client is not to be had, the global fetch sends the requests", () => {
    const elsewhere = `
      process.getBuiltinModule = undefined;
      globalThis.fetch = async (url, { method }) => new Response(${JSON.stringify(JSON.stringify(answer))}, { headers: { "x-request-id": method + " " + url } });
      const { Mayfly } = await import("mayfly-sdk");
      console.log((await new Mayfly({ apiKey: "uc-x", baseUrl: "http://there" }).execute({ code: "", language: "python" })).requestId);`;
    const ran = spawnSync(process.execPath, ["--input-type=module", "-e", elsewhere], { cwd: import.meta.dirname, encoding: "utf8" });
    assert.equal(ran.stdout, "POST http://there/v1/code-sandbox/execute\n", ran.stderr);
  });

  it("truncated and termination are there when the answer has them", async () => {
    const more = { ...answer, truncated: { stdout: true }, termination: "signal" };
    const { client } = clientOf({}, { ...more, newerField: 1 });
    assert.deepEqual(await client.execute(program), { ...more, requestId: "r1" });
  });

  it("the raw response has status, headers and body", async () => {
    const { client } = clientOf({}, { ...answer, newerField: 1 });
    const { result, response } = await client.executeWithResponse(program);
    assert.equal(result.stdout, "1\n");
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("x-other"), "o");
    assert.equal(JSON.parse(response.body).newerField, 1);
  });

  it("tools are asked for by their format and passed on as they come", async () => {
    const tools = [{ name: "run_code", newerField: 1 }];
    const { client, asked } = clientOf({ baseUrl: "http://mayfly.test" }, tools);
    assert.deepEqual(await client.codeSandbox.tools("anthropic"), tools);
    assert.equal(asked[0].method, "GET");
    assert.equal(asked[0].url, "http://mayfly.test/v1/code-sandbox/tools?format=anthropic");
    assert.equal(asked[0].headers["idempotency-key"], undefined);
  });

  it("an answer that lists no tools is none", async () => {
    for (const body of [{ name: "run_code" }, [1]]) {
      await assert.rejects(clientOf({ maxRetries: 0 }, body).client.codeSandbox.tools("openai"), { name: "InfrastructureError", message: /GET .*not a list of tools/ });
    }
  });

  it("key and base URL come from the environment", async () => {
    process.env.MAYFLY_API_KEY = "uc-environment";
    process.env.MAYFLY_BASE_URL = "http://mayfly.test:1234/behind/a/proxy/";
    const { client, asked } = clientOf({ apiKey: undefined });
    await client.execute(program);
    assert.equal(asked[0].url, "http://mayfly.test:1234/behind/a/proxy/v1/code-sandbox/execute");
    assert.equal(asked[0].headers.authorization, "Bearer uc-environment");
  });

  it("arguments win over the environment", async () => {
    process.env.MAYFLY_API_KEY = "uc-environment";
    process.env.MAYFLY_BASE_URL = "http://environment.test";
    const { client, asked } = clientOf({ baseUrl: "http://argument.test" });
    await client.execute(program);
    assert.equal(asked[0].url, "http://argument.test/v1/code-sandbox/execute");
    assert.equal(asked[0].headers.authorization, `Bearer ${key}`);
  });

  it("the default base URL is this machine's", async () => {
    const { client, asked } = clientOf();
    await client.execute(program);
    assert.equal(asked[0].url, "http://127.0.0.1:8080/v1/code-sandbox/execute");
  });

  it("a client without a key cannot be made", () => {
    assert.throws(() => new Mayfly(), { name: "MayflyError", message: /MAYFLY_API_KEY/ });
  });

  it("a malformed key is refused and not shown", () => {
    assert.throws(() => new Mayfly({ apiKey: `${key}\n` }), (error) => error instanceof MayflyError && !error.message.includes(key));
  });

  for (const baseUrl of ["mayfly.test", "ftp://mayfly.test", "http://user:pass@mayfly.test", "http://mayfly.test/?a=b", "http://mayfly.test/#a"]) {
    it(`the base URL ${baseUrl} is refused`, () => assert.throws(() => new Mayfly({ apiKey: key, baseUrl }), MayflyError));
  }

  for (const option of [{ timeout: 0 }, { timeout: Number.NaN }, { maxRetries: -1 }, { maxRetries: 1.5 }]) {
    it(`${inspect(option)} is refused`, async () => {
      assert.throws(() => new Mayfly({ apiKey: key, ...option }), MayflyError);
      await assert.rejects(clientOf().client.execute(program, option), MayflyError);
    });
  }

  it("the key is in no printed form", () => {
    const { client } = clientOf();
    for (const shown of [inspect(client, { depth: 9, showHidden: true }), JSON.stringify(client), `${client}`]) assert.ok(!shown.includes(key), shown);
  });

  it("a browser is refused unless told otherwise", () => {
    globalThis.window = globalThis.document = {};
    try {
      assert.throws(() => new Mayfly({ apiKey: key }), { message: /browser/ });
      new Mayfly({ apiKey: key, dangerouslyAllowBrowser: true });
    } finally {
      delete globalThis.window;
      delete globalThis.document;
    }
  });

  it("each call has a new idempotency key, or the caller's", async () => {
    const { client, asked } = clientOf();
    await client.execute(program);
    await client.execute(program);
    await client.execute(program, { idempotencyKey: "mine" });
    const keys = asked.map((request) => request.headers["idempotency-key"]);
    assert.equal(new Set(keys).size, 3);
    assert.equal(keys[2], "mine");
  });

  it("a call cancelled before it begins sends nothing", async () => {
    const { client, asked } = clientOf();
    const reason = new Error("enough");
    await assert.rejects(client.execute(program, { signal: AbortSignal.abort(reason) }), reason);
    assert.equal(asked.length, 0);
  });

  it("a call leaves no listener on its signal", async () => {
    const signal = new AbortController().signal;
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args) => (listeners++, addEventListener.apply(signal, args));
    signal.removeEventListener = (...args) => (listeners--, removeEventListener.apply(signal, args));
    await clientOf().client.execute(program, { signal });
    assert.equal(listeners, 0);
  });

  it("a timeout of the call wins over its client's", async () => {
    const fetch = (_, { signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    const { client } = clientOf({ fetch, maxRetries: 0 });
    await assert.rejects(client.execute(program, { timeout: 10 }), TimeoutError);
  });

  it("the version is the package's", async () => {
    assert.equal(version, JSON.parse(readFileSync(join(import.meta.dirname, "..", "package.json"), "utf8")).version);
    const { client, asked } = clientOf();
    await client.execute(program);
    assert.equal(asked[0].headers["user-agent"], `mayfly-node/${version} node/${process.versions.node}`);
  });
});
