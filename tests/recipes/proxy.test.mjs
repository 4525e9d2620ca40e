import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { key, needsService, root, url } from "./service.mjs";

const nginx = "/usr/sbin/nginx";
const skip = needsService || (existsSync(nginx) ? false : `needs ${nginx}`);

describe("deploy/nginx/mayfly.conf in front of a service", { skip }, () => {
  let work, server, plain, secure, certificate;
  before(async () => {
    work = mkdtempSync(join(tmpdir(), "mayfly-nginx-"));
    mkdirSync(join(work, "temporary"));
    const [cert, secret] = [join(work, "cert.pem"), join(work, "key.pem")];
    execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", secret, "-out", cert], { stdio: "ignore" });
    certificate = readFileSync(cert);
    [plain, secure] = [await freePort(), await freePort()];
    // What the file says is to be changed, and the ports.
    const site = readFileSync(join(root, "deploy/nginx/mayfly.conf"), "utf8")
      .replace("server 127.0.0.1:8080;", `server ${new URL(url).host};`)
      .replace("listen 80;", `listen 127.0.0.1:${plain};`)
      .replace("listen 443 ssl", `listen 127.0.0.1:${secure} ssl`)
      .replaceAll("mayfly.example.com", "localhost")
      .replace("/etc/ssl/mayfly/fullchain.pem", cert)
      .replace("/etc/ssl/mayfly/privkey.pem", secret);
    writeFileSync(join(work, "site.conf"), site);
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${work}/temporary/${kind};`).join("\n");
    writeFileSync(join(work, "nginx.conf"), `daemon off;\npid ${work}/pid;\nerror_log ${work}/error.log;\nevents {}\nhttp {\naccess_log off;\n${temporary}\ninclude ${work}/site.conf;\n}\n`);
    const check = spawnSync(nginx, ["-t", "-e", join(work, "error.log"), "-c", join(work, "nginx.conf")], { encoding: "utf8" });
    assert.equal(check.status, 0, check.stderr);
    assert.doesNotMatch(check.stderr, /warn/);
    server = spawn(nginx, ["-e", join(work, "error.log"), "-c", join(work, "nginx.conf")], { stdio: "ignore" });
    for (let tries = 0; ; tries++) {
      const answers = await ask("GET", "/healthz/live").then(() => true, () => false);
      if (answers) break;
      assert.ok(tries < 100 && server.exitCode === null, "nginx does not answer");
      await sleep(100);
    }
  });
  after(async () => {
    if (server?.exitCode === null) {
      server.kill("SIGTERM");
      await once(server, "exit");
    }
    rmSync(work, { recursive: true, force: true });
  });

  /** A request by TLS; its certificate is checked. */
  function ask(method, path, { body, headers = {}, signal } = {}) {
    return new Promise((resolve, reject) => {
      const options = { host: "localhost", port: secure, method, path, ca: certificate, signal, headers: { authorization: `Bearer ${key}`, ...headers } };
      const request = https.request(options, async (response) => {
        try {
          let text = "";
          for await (const piece of response.setEncoding("utf8")) text += piece;
          resolve({ status: response.statusCode, headers: response.headers, text });
        } catch (error) {
          reject(error);
        }
      });
      request.on("error", reject);
      request.end(body);
    });
  }

  const execute = (code, more = {}) =>
    ask("POST", "/v1/code-sandbox/execute", { body: JSON.stringify({ code, language: "python" }), ...more, headers: { "content-type": "application/json", ...more.headers } });

  it("a program runs, and the answer is Mayfly's", async () => {
    const { status, headers, text } = await execute("print(6 * 7)");
    assert.deepEqual([status, JSON.parse(text).stdout], [200, "42\n"]);
    assert.ok(headers["x-request-id"]);
    assert.match(headers["strict-transport-security"], /max-age/);
  });

  it("an SDK takes it for a service", async () => {
    const program = `import { Mayfly } from ${JSON.stringify(join(root, "sdks/node/dist/esm/index.js"))}; console.log((await new Mayfly().execute({ code: "print(6 * 7)", language: "python" })).stdout)`;
    writeFileSync(join(work, "client.mjs"), program);
    const env = { ...process.env, MAYFLY_BASE_URL: `https://localhost:${secure}`, MAYFLY_API_KEY: key, NODE_EXTRA_CA_CERTS: join(work, "cert.pem") };
    // Not execFileSync: nothing here may stop while nginx is this process's child.
    const child = spawn(process.execPath, [join(work, "client.mjs")], { env, stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    for await (const piece of child.stdout.setEncoding("utf8")) said += piece;
    assert.equal(said, "42\n\n");
  });

  it("a program as long as allowed passes, and what is too long Mayfly refuses", async () => {
    const longest = `print(1)${"\n".repeat(102_400 - 8)}`;
    assert.equal((await execute(longest)).status, 200);
    const { status, text } = await execute("x".repeat(1_200_000));
    assert.deepEqual([status, JSON.parse(text).code], [413, "body_too_large"]);
  });

  it("a body of unknown length is given one", async () => {
    const { status } = await execute("print(1)", { headers: { "transfer-encoding": "chunked" } });
    assert.equal(status, 200);
  });

  it("an execution that takes all its time is answered", async () => {
    const { status, text } = await execute("print('a')\nwhile True: pass");
    assert.deepEqual([status, JSON.parse(text).exitCode, JSON.parse(text).stdout], [200, 124, "a\n"]);
  });

  it("a client that hangs up cancels its execution", async () => {
    const named = { headers: { "idempotency-key": crypto.randomUUID() } };
    const hangUp = new AbortController();
    const lost = execute("import time; time.sleep(9)", { ...named, signal: hangUp.signal });
    await sleep(1500);
    hangUp.abort();
    await assert.rejects(lost);
    for (let tries = 0; ; tries++) {
      const { status, text } = await execute("import time; time.sleep(9)", named);
      // 409: it has not ended yet.
      if (status !== 409) {
        assert.deepEqual([status, JSON.parse(text).termination], [200, "cancelled"]);
        break;
      }
      assert.ok(tries < 50, "it was not cancelled");
      await sleep(100);
    }
  });

  it("without TLS nothing is passed on", async () => {
    const request = http.request({ host: "127.0.0.1", port: plain, method: "POST", path: "/v1/code-sandbox/execute", headers: { host: "localhost", authorization: `Bearer ${key}` } });
    request.end("{}");
    const [response] = await once(request, "response");
    response.resume();
    assert.deepEqual([response.statusCode, response.headers.location], [301, "https://localhost/v1/code-sandbox/execute"]);
  });

  it("agents' protocol passes", async () => {
    const hello = { jsonrpc: "2.0", id: 1, method: "initialize", params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "test", version: "1" } } };
    const { status, text } = await ask("POST", "/mcp", { body: JSON.stringify(hello), headers: { "content-type": "application/json", accept: "application/json, text/event-stream" } });
    assert.equal(status, 200);
    assert.match(text, /"name":"mayfly"/);
  });
});

async function freePort() {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address();
  taken.close();
  await once(taken, "close");
  return port;
}
