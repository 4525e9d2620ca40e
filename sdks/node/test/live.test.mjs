import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import { Mayfly } from "mayfly-sdk";

const { MAYFLY_TEST_URL: baseUrl, MAYFLY_TEST_KEY: apiKey } = process.env;
const skip = baseUrl && apiKey ? false : "needs a service: MAYFLY_TEST_URL and MAYFLY_TEST_KEY";

describe("a running service", { skip }, () => {
  it("runs Python and JavaScript", async () => {
    const client = new Mayfly({ baseUrl, apiKey });
    const [python, javascript] = await Promise.all([
      client.execute({ code: "print(6 * 7)", language: "python" }),
      client.codeSandbox.execute({ code: "console.log(6 * 7)", language: "javascript" }),
    ]);
    assert.deepEqual([python.stdout, python.exitCode, javascript.stdout, javascript.exitCode], ["42\n", 0, "42\n", 0]);
    assert.equal(python.cost, 0.002);
    assert.ok(python.requestId);
  });

  it("a program that fails is a result", async () => {
    const result = await new Mayfly({ baseUrl, apiKey }).execute({ code: "raise SystemExit(3)", language: "python" });
    assert.equal(result.exitCode, 3);
  });

  it("a repeated call costs once", async () => {
    const client = new Mayfly({ baseUrl, apiKey });
    const options = { idempotencyKey: randomUUID() };
    const first = await client.execute({ code: "import uuid; print(uuid.uuid4())", language: "python" }, options);
    const { result, response } = await client.executeWithResponse({ code: "import uuid; print(uuid.uuid4())", language: "python" }, options);
    assert.equal(result.stdout, first.stdout);
    assert.equal(response.headers.get("idempotency-replayed"), "true");
  });

  it("describes the tool for each interface of models", async () => {
    const { codeSandbox } = new Mayfly({ baseUrl, apiKey });
    const [[openai], [anthropic], [mcp]] = await Promise.all([codeSandbox.tools("openai"), codeSandbox.tools("anthropic"), codeSandbox.tools("mcp")]);
    assert.deepEqual([openai.function.name, anthropic.name, mcp.name], ["run_code", "run_code", "run_code"]);
    assert.deepEqual(openai.function.parameters, anthropic.input_schema);
    assert.match(openai.function.description, /numpy/);
    await assert.rejects(codeSandbox.tools("gemini"), { name: "InvalidRequestError", code: "invalid_request" });
  });

  it("a wrong key is an AuthenticationError", async () => {
    const client = new Mayfly({ baseUrl, apiKey: "uc-wrong" });
    await assert.rejects(client.execute({ code: "print(1)", language: "python" }), { name: "AuthenticationError", status: 401, code: "invalid_api_key" });
  });

  it("an unknown language is an InvalidRequestError", async () => {
    const client = new Mayfly({ baseUrl, apiKey });
    await assert.rejects(client.execute({ code: "1", language: "ruby" }), { name: "InvalidRequestError", code: "unsupported_language" });
  });
});
