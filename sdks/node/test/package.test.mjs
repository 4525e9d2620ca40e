import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

const root = join(import.meta.dirname, "..");
const bin = (name) => join(root, "node_modules", ".bin", name);

/** Runs to the end and gives stdout; a failure shows everything it said. */
function run(program, args, cwd) {
  try {
    return execFileSync(program, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    throw new Error(`${program} ${args.join(" ")}\n${error.stdout}${error.stderr}`);
  }
}

describe("the package, as npm would publish it", { concurrency: true }, () => {
  let work, tarball, packed;
  before(() => {
    work = mkdtempSync(join(tmpdir(), "mayfly-sdk-"));
    [packed] = JSON.parse(run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", work], root));
    tarball = join(work, packed.filename);
    const installed = join(work, "node_modules", "mayfly-sdk");
    mkdirSync(installed, { recursive: true });
    run("tar", ["-xzf", tarball, "--strip-components=1", "-C", installed]);
    mkdirSync(join(work, "node_modules", "@types"));
    symlinkSync(join(root, "node_modules", "@types", "node"), join(work, "node_modules", "@types", "node"));
    symlinkSync(join(root, "node_modules", "undici-types"), join(work, "node_modules", "undici-types"));
    cpSync(join(import.meta.dirname, "consumers"), work, { recursive: true });
    const options = { strict: true, target: "es2022", module: "nodenext", types: ["node"], skipLibCheck: false };
    writeFileSync(join(work, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files: ["ts-cjs.cts", "ts-esm.mts"] }));
    run(bin("tsc"), ["--project", work]);
    const bundled = ["bundled.ts", "--bundle", "--minify", "--outfile=bundled.js", "--log-level=warning"];
    run(bin("esbuild"), [...bundled, "--platform=node", "--format=cjs"], work);
  });
  after(() => rmSync(work, { recursive: true, force: true }));

  it("holds what is needed and nothing else", () => {
    const expected = /^(package\.json|README\.md|LICENSE|dist\/(esm|cjs)\/(package\.json|[a-z]+\.(js|d\.ts)))$/;
    assert.deepEqual(packed.files.map((file) => file.path).filter((path) => !expected.test(path)), []);
    for (const path of ["README.md", "LICENSE", "dist/esm/index.js", "dist/cjs/index.js", "dist/esm/index.d.ts", "dist/cjs/index.d.ts"]) {
      assert.ok(packed.files.some((file) => file.path === path), path);
    }
  });

  it("has no runtime dependency", () => {
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    for (const kind of ["dependencies", "peerDependencies", "optionalDependencies"]) assert.equal(manifest[kind], undefined);
  });

  it("publint finds nothing", () => run(bin("publint"), ["--strict", tarball]));

  it("are-the-types-wrong finds nothing", () => run(bin("attw"), [tarball]));

  for (const consumer of ["cjs.cjs", "mjs.mjs", "ts-cjs.cjs", "ts-esm.mjs", "bundled.js"]) {
    it(`${consumer} runs`, () => assert.equal(run(process.execPath, [consumer], work), "function MayflyError\n"));
  }
});
