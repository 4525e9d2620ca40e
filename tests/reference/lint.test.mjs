import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { it } from "node:test";

const document = join(import.meta.dirname, "..", "..", "docs", "openapi.json");
const linter = join(import.meta.dirname, "node_modules", ".bin", "redocly");

it("a linter finds nothing in docs/openapi.json", () => {
  const env = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
  const report = execFileSync(linter, ["lint", document, "--format=json", "--config", join(import.meta.dirname, "redocly.yaml")], { env, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const { totals, problems } = JSON.parse(report);
  assert.deepEqual([totals, problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`)], [{ errors: 0, warnings: 0, ignored: 0 }, []]);
});
