import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, it } from "node:test";
import { pathToFileURL } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const here = import.meta.dirname;
const root = join(here, "..", "..");
const work = mkdtempSync(join(tmpdir(), "mayfly-types-"));
const program = join(work, "types.ts");

before(async () => {
  writeFileSync(join(work, "openapi.gen.ts"), astToString(await openapiTS(pathToFileURL(join(root, "docs/openapi.json")))));
  const compilerOptions = { strict: true, noEmit: true, target: "es2022", module: "nodenext", types: [], paths: { "mayfly-sdk": [join(root, "sdks/node/dist/esm/index.d.ts")] }, skipLibCheck: true };
  writeFileSync(join(work, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["types.ts"] }));
  writeFileSync(join(work, "package.json"), '{"type": "module"}');
});
after(() => rmSync(work, { recursive: true, force: true }));

const compile = () => spawnSync(join(here, "node_modules", ".bin", "tsc"), ["--project", work], { encoding: "utf8" });

it("the Node.js SDK's types are the reference's", () => {
  cpSync(join(here, "types.ts"), program);
  const { status, stdout } = compile();
  assert.equal(status, 0, stdout);
});

it("a type that differs is found", () => {
  writeFileSync(program, 'import type { components } from "./openapi.gen.js";\nexport const code: components["schemas"]["ExecuteAnswer"]["exitCode"] = "0";\n');
  const { status, stdout } = compile();
  assert.notEqual(status, 0);
  assert.match(stdout, /TS2322/);
});
