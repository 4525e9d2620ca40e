// The Node SDK's part of the storm (storm.py says what is asked of it): drive.mjs CALLS PARALLEL
import { once } from "node:events";
import { Mayfly, MayflyError } from "../node/dist/esm/index.js";

const [calls, parallel] = process.argv.slice(2).map(Number);
const mayfly = new Mayfly();

const failed = await inParallel(Array.from({ length: calls }, (_, n) => ({ n, key: crypto.randomUUID() })), call);
await once(process.stdin, "data");
for (const one of failed) {
  if (!(await call(one))) process.exit(1);
}
process.exit(0);

/** One call; its outcome is a line on stdout. */
async function call({ n, key }) {
  let outcome = "result";
  try {
    const { stdout, termination } = await mayfly.execute({ code: `print(${n})`, language: "python" }, { idempotencyKey: key });
    if (termination === undefined && stdout !== `${n}\n`) outcome = `untyped: another program's output: ${stdout}`;
  } catch (error) {
    outcome = error instanceof MayflyError ? error.name : `untyped: ${error}`;
  }
  console.log(outcome);
  return outcome === "result";
}

/** Does all, so many at a time; gives those that did not end in a result. */
async function inParallel(all, work) {
  const left = [...all];
  const failures = [];
  const worker = async () => {
    for (let one; (one = left.pop()); ) if (!(await work(one))) failures.push(one);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return failures;
}
