import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "..", "..", "faults");

/** The cases that all SDKs share. */
export const table = JSON.parse(readFileSync(join(folder, "table.json"), "utf8"));

/** Starts the server of the cases; it ends with this process. */
export async function startStub() {
  const stub = spawn("python3", [join(folder, "stub.py")], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = await once(stub.stdout, "data");
  const { url, refused } = JSON.parse(line);
  let runs = 0;
  return {
    /** A base URL of its own for one run of a case, and the report on it. */
    runOf(fault) {
      const run = `run-${++runs}`;
      return {
        baseUrl: fault.refused ? refused : `${url}/${table.indexOf(fault)}/${run}`,
        report: async () => (await fetch(`${url}/report/${run}`)).json(),
      };
    },
    stop: () => stub.stdin.end(),
  };
}
