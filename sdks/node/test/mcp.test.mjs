import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

// Not the SDK's matter, but here is the protocol's own client, the counterpart that agents use.
const { MAYFLY_TEST_URL: url, MAYFLY_TEST_KEY: key, MAYFLY_APP: app } = process.env;
const skip = url && key ? false : "needs a service: MAYFLY_TEST_URL and MAYFLY_TEST_KEY";

/** A client that has said hello. */
async function connected(transport) {
  const client = new Client({ name: "mayfly-tests", version: "1.0.0" });
  await client.connect(transport);
  return client;
}

const http = (apiKey) => new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers: { authorization: `Bearer ${apiKey}` } } });

const stdio = (apiKey, server = url) =>
  new StdioClientTransport({ command: "dotnet", args: [`${app}/mayfly.dll`, "mcp", "--url", server], env: { ...process.env, MAYFLY_API_KEY: apiKey }, stderr: "ignore" });

/** What both ways to run_code have to do. */
function runsCode(transport) {
  let client;
  before(async () => (client = await connected(transport(key))));
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
    assert.match(result.content[0].text, /unsupported_language: .*python/);
  });

  it("a program that never ends is an answer, too", async () => {
    const result = await run("print('a')\nwhile True: pass", "python");
    assert.ok(!result.isError);
    assert.equal(result.structuredContent.exitCode, 124);
    assert.match(result.content[0].text, /^a\n\nexit code 124, ended by: timeout$/);
  });

  it("another tool is an error that names the one there is", async () => {
    const result = await client.callTool({ name: "rm", arguments: {} });
    assert.equal(result.isError, true);
    assert.match(result.content[0].text, /run_code/);
  });
}

describe("/mcp, asked by the protocol's own client", { skip }, () => {
  runsCode(http);

  it("a wrong key is refused", () => assert.rejects(connected(http("uc-wrong")), /401|[Uu]nauthorized/));
});

describe("mayfly mcp, asked by the protocol's own client", { skip: skip || (app ? false : "needs the built program: MAYFLY_APP") }, () => {
  runsCode(stdio);

  it("describes the tool as /mcp does", async () => {
    const [here, there] = await Promise.all([connected(stdio(key)), connected(http(key))]);
    assert.deepEqual((await here.listTools()).tools, (await there.listTools()).tools);
    await Promise.all([here.close(), there.close()]);
  });

  it("a wrong key is an error that names the remedy", async () => {
    const client = await connected(stdio("uc-wrong"));
    const result = await client.callTool({ name: "run_code", arguments: { code: "print(1)", language: "python" } });
    assert.equal(result.isError, true);
    assert.match(result.content[0].text, /invalid_api_key/);
    await client.close();
  });
});
