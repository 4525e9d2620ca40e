// The Node.js SDK beside node:http with a connection that stays open, in turns: drive.mjs ROUNDS (bench/Mayfly.Bench/Sdks says what is measured)
import http from "node:http";
import { Mayfly } from "../../sdks/node/dist/esm/index.js";

const rounds = Number(process.argv[2]);
const { MAYFLY_BASE_URL: base, MAYFLY_API_KEY: key } = process.env;
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const program = { code: "print(1)", language: "python" };
const mayfly = new Mayfly();

const ways = { sdk: () => mayfly.execute(program), raw: () => raw({ "idempotency-key": crypto.randomUUID() }), bare: () => raw({}) };
const milliseconds = { sdk: [], raw: [], bare: [] };
for (let round = -20; round < rounds; round++) {
  // There and back: what gets slower or faster meanwhile does so for all.
  for (const name of ["bare", "raw", "sdk", "sdk", "raw", "bare"]) {
    const begin = performance.now();
    await ways[name]();
    if (round >= 0) milliseconds[name].push(performance.now() - begin);
  }
}
console.log(JSON.stringify(milliseconds));
agent.destroy();

function raw(more) {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json", accept: "application/json", ...more };
    const request = http.request(`${base}/v1/code-sandbox/execute`, { method: "POST", agent, headers }, (response) => {
      const pieces = [];
      response.on("data", (piece) => pieces.push(piece));
      response.on("end", () => (response.statusCode === 200 ? resolve(Buffer.concat(pieces)) : reject(new Error(`${response.statusCode} ${Buffer.concat(pieces)}`))));
      response.on("error", reject);
    });
    request.on("error", reject);
    request.end(JSON.stringify(program));
  });
}
