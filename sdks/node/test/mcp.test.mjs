import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

// Not the SDK's matter, but here is the protocol's own client, the counterpart that agents use.
const { MAYFLY_TEST_URL: url, MAYFLY_TEST_KEY: key } = process.env;
const skip = url && key ? false : "needs a service: MAYFLY_TEST_URL and MAYFLY_TEST_KEY";

/** A client of /mcp that has said hello. */
async function connected(authorization) {
  const client = new Client({ name: "mayfly-tests", version: "1.0.0" });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers: { authorization } } }));
  return client;
}

describe("/mcp, asked by the protocol's own client", { skip }, () => {
  let client;
  before(async () => (client = await connected(`Bearer ${key}`)));
  after(() => client?.close());

  const run = (code, language) => client.callTool({ name: "run_code", arguments: { code, language } });

  it("has one tool, with schemas for what goes in and comes out", async () => {
    const { tools } = await client.listTools();
    assert.deepEqual(tools.map((tool) => tool.name), ["run_code"]);
    assert.match(tools[0].description, /no network/);
    assert.match(tools[0].description, /numpy .*lodash /s);
    assert.deepEqual(tools[0].inputSchema.required, ["code", "language"]);
    assert.ok(tools[0].outputSchema);
  });

  it("runs Python and JavaScript", async () => {
    const python = await run("print(6 * 7)", "python");
    assert.deepEqual(python.content, [{ type: "text", text: "42\n" }]);
    assert.equal(python.structuredContent.exitCode, 0);
    const javascript = await run("console.log(6 * 7)", "javascript");
    assert.equal(javascript.structuredContent.stdout, "42\n");
  });

  it("a program that fails is an answer", async () => {
    const result = await run("raise SystemExit(3)", "python");
    assert.ok(!result.isError);
    assert.deepEqual(result.content, [{ type: "text", text: "exit code 3" }]);
  });

  it("an unknown language is an error that says what to do", async () => {
    const result = await run("1", "ruby");
    assert.equal(result.isError, true);
    assert.match(result.content[0].text, /^unsupported_language: .*python/);
  });

  it("a wrong key is refused", () => assert.rejects(connected("Bearer uc-wrong"), /401|[Uu]nauthorized/));
});
