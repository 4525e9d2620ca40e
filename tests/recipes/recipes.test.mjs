import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { blocks, key, needsService, root, url } from "./service.mjs";

const env = { ...process.env, MAYFLY_BASE_URL: url, MAYFLY_API_KEY: key };

/** Runs to the end and gives stdout; what else it says is a failure. Without standard input: a bash that finds a socket there takes itself for a remote one and reads bashrc. */
function run(program, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  assert.deepEqual([error, status, stderr], [undefined, 0, ""], stdout);
  return stdout;
}

const has = (program) => spawnSync(program, ["--version"]).error === undefined;

describe("the first request of README.md", { skip: needsService || (has("curl") ? false : "needs curl") }, () => {
  it("is answered as it says", () => {
    const [request] = blocks("README.md", "sh").filter((block) => block.includes("curl"));
    const [shown] = blocks("README.md", "json").map((block) => JSON.parse(block));
    const answer = JSON.parse(run("bash", ["-euc", request.replace("http://127.0.0.1:8080", url)], root));
    assert.deepEqual(Object.keys(answer), Object.keys(shown));
    assert.deepEqual([answer.stdout, answer.stderr, answer.exitCode, answer.cost], [shown.stdout, "", 0, shown.cost]);
  });
});

describe("recipes, as they stand in docs/recipes", { skip: needsService }, () => {
  let work;
  before(() => {
    work = mkdtempSync(join(tmpdir(), "mayfly-recipes-"));
    mkdirSync(join(work, "node_modules"));
    for (const name of ["@langchain", "ai", "zod"]) symlinkSync(join(import.meta.dirname, "node_modules", name), join(work, "node_modules", name));
    symlinkSync(join(root, "sdks/node"), join(work, "node_modules", "mayfly-sdk"));
  });
  after(() => rmSync(work, { recursive: true, force: true }));

  it("curl", { skip: has("curl") && has("jq") ? false : "needs curl and jq" }, () => {
    const [programs, outputs] = [blocks("docs/recipes/curl.md", "sh"), blocks("docs/recipes/curl.md", "text")];
    assert.deepEqual([programs.length, outputs.length], [2, 2]);
    for (const [n, program] of programs.entries()) assert.ok(run("bash", ["-euo", "pipefail", "-c", program], work).includes(outputs[n].trim()), program);
  });

  it("Vercel AI SDK: what the model asks for is run, and the model sees what came of it", () => {
    const [snippet, ...more] = blocks("docs/recipes/vercel-ai.md", "js");
    assert.equal(more.length, 0);
    writeFileSync(join(work, "vercel-ai.mjs"), snippet.replace("./model.js", "./model.mjs"));
    // A model that asks for one program, then repeats what it was told.
    writeFileSync(
      join(work, "model.mjs"),
      `import { MockLanguageModelV4 } from "ai/test";
      const answer = (content, unified) => ({ content: [content], finishReason: { unified }, usage: { inputTokens: { total: 1 }, outputTokens: { total: 1 } }, warnings: [] });
      export const model = new MockLanguageModelV4({
        doGenerate: async ({ prompt }) => prompt.at(-1).role === "user"
          ? answer({ type: "tool-call", toolCallId: "1", toolName: "run_code", input: JSON.stringify({ code: "from sympy import prime; print(prime(100))", language: "python" }) }, "tool-calls")
          : answer({ type: "text", text: prompt.at(-1).content[0].output.value.stdout }, "stop"),
      });`,
    );
    assert.equal(run(process.execPath, ["vercel-ai.mjs"], work), "541\n\n");
  });

  it("LangChain: a model's call becomes the tool's message", async () => {
    const [snippet, ...more] = blocks("docs/recipes/langchain.md", "js");
    assert.equal(more.length, 0);
    writeFileSync(join(work, "langchain.mjs"), snippet);
    Object.assign(process.env, { MAYFLY_BASE_URL: url, MAYFLY_API_KEY: key });
    const { runCode } = await import(pathToFileURL(join(work, "langchain.mjs")));
    const call = (code) => runCode.invoke({ type: "tool_call", id: "1", name: "run_code", args: { code, language: "python" } });
    const message = await call("print(6 * 7)");
    assert.deepEqual([message.getType(), message.tool_call_id, JSON.parse(message.content).stdout], ["tool", "1", "42\n"]);
    assert.equal(JSON.parse((await call("raise SystemExit(3)")).content).exitCode, 3);
    await assert.rejects(runCode.invoke({ code: "1", language: "ruby" }), /language/);
  });
});
