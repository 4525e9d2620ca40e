// Builds dist/esm and dist/cjs from the same sources; the package.json beside each tells Node.js which of the two it is.
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(import.meta.dirname);
const tsc = join(dirname(fileURLToPath(import.meta.resolve("typescript/package.json"))), "bin", "tsc");

rmSync(join(root, "dist"), { recursive: true, force: true });
build("esm", "module", ["--module", "nodenext"]);
build("cjs", "commonjs", ["--module", "commonjs", "--moduleResolution", "bundler"]);

function build(kind, type, options) {
  const out = join(root, "dist", kind);
  const { status } = spawnSync(process.execPath, [tsc, "--project", root, "--outDir", out, ...options], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(join(out, "package.json"), `${JSON.stringify({ type })}\n`);
}
