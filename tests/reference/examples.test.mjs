import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { adminKey, apiDocument, key, needsService, url } from "./service.mjs";

const pointer = (...steps) => `api#/${steps.map((step) => encodeURIComponent(String(step).replaceAll("~", "~0").replaceAll("/", "~1"))).join("/")}`;

describe("what the reference shows, at a running service", { skip: needsService }, () => {
  let api, ajv;
  before(async () => {
    api = await apiDocument();
    ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    for (const format of ["int32", "int64", "double"]) ajv.addFormat(format, true);
    ajv.addSchema({ ...api, $id: "api" });
  });

  /** Every operation: [path, method, operation]. */
  const operations = () => Object.entries(api.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => [path, method, operation]));

  const mediaExamples = (media) => (media.examples ? Object.values(media.examples).map((example) => example.value) : "example" in media ? [media.example] : []);

  /** Holds a body to the schema of its place in the document. */
  function mustFit(body, ...steps) {
    const fits = ajv.validate({ $ref: pointer(...steps, "schema") }, body);
    assert.ok(fits, `${steps.join(" ")}: ${ajv.errorsText()} in ${JSON.stringify(body)}`);
  }

  /** Sends a request and holds the answer to what is said of it. */
  async function send(path, method, { body, query = "", names = {}, secret = adminKey, expected } = {}) {
    const real = path.replaceAll(/{(\w+)}/g, (_, name) => encodeURIComponent(names[name]));
    const headers = secret ? { authorization: `Bearer ${secret}` } : {};
    if (body !== undefined) headers["content-type"] = "application/json";
    const answer = await fetch(`${url}${real}${query}`, { method: method.toUpperCase(), headers, body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body) });
    const text = await answer.text();
    assert.equal(answer.status, expected, `${method} ${path}: ${text}`);
    const described = api.paths[path][method].responses[answer.status];
    assert.ok(described, `${method} ${path} answers ${answer.status}, which the reference does not say`);
    const type = answer.headers.get("content-type")?.split(";")[0];
    for (const name of ["Retry-After", "WWW-Authenticate", "RateLimit", "RateLimit-Policy", "Mayfly-Ignored-Fields", "Idempotency-Replayed"]) {
      if (answer.headers.has(name)) assert.ok(described.headers?.[name], `${method} ${path} ${answer.status}: the header ${name} is not described`);
    }
    if (answer.status === 204) return undefined;
    assert.ok(described.content[type], `${method} ${path} ${answer.status}: ${type} is not described`);
    if (!type.endsWith("json")) return text;
    mustFit(JSON.parse(text), "paths", path, method, "responses", answer.status, "content", type);
    return JSON.parse(text);
  }

  const success = (operation) => Number(Object.keys(operation.responses).find((status) => status.startsWith("2")));

  it("every example of an answer fits its schema", () => {
    let seen = 0;
    for (const [path, method, operation] of operations()) {
      for (const [status, response] of Object.entries(operation.responses)) {
        for (const [type, media] of Object.entries(response.content ?? {})) {
          for (const example of mediaExamples(media)) {
            seen++;
            mustFit(example, "paths", path, method, "responses", status, "content", type);
          }
        }
      }
    }
    assert.ok(seen > 50, `only ${seen}`);
  });

  it("every program shown runs", async () => {
    const examples = mediaExamples(api.paths["/v1/code-sandbox/execute"].post.requestBody.content["application/json"]);
    assert.equal(examples.length, 2);
    for (const body of examples) {
      const result = await send("/v1/code-sandbox/execute", "post", { body, secret: key, expected: 200 });
      assert.deepEqual([result.exitCode, result.stderr], [0, ""]);
      assert.notEqual(result.stdout, "");
    }
  });

  it("every body shown for administration is taken, and what it made can be read, changed and removed", async () => {
    const shown = (path, method) => {
      const [body] = mediaExamples(api.paths[path][method].requestBody.content["application/json"]);
      mustFit(body, "paths", path, method, "requestBody", "content", "application/json");
      return body;
    };
    const account = await send("/v1/admin/accounts", "post", { body: shown("/v1/admin/accounts", "post"), expected: 201 });
    await send("/v1/admin/accounts", "post", { body: shown("/v1/admin/accounts", "post"), expected: 409 });
    const made = await send("/v1/admin/keys", "post", { body: { ...shown("/v1/admin/keys", "post"), account: account.name }, expected: 201 });
    const names = { id: made.id, name: account.name };
    await send("/v1/admin/keys/{id}", "get", { names, expected: 200 });
    const changed = await send("/v1/admin/keys/{id}", "patch", { names, body: shown("/v1/admin/keys/{id}", "patch"), expected: 200 });
    assert.equal(changed.budgetUsd ?? null, null);
    await send("/v1/admin/keys/{id}", "delete", { names, expected: 204 });
    await send("/v1/admin/accounts/{name}", "delete", { names, expected: 204 });
    await send("/v1/admin/prices", "post", { body: shown("/v1/admin/prices", "post"), expected: 201 });
    for (const [path, method, operation] of operations().filter(([, , operation]) => operation.requestBody)) {
      assert.ok(path.startsWith("/v1/admin/") || operation.operationId === "execute", `${method} ${path} has a body that no test here sends`);
    }
  });

  it("everything that can be read answers as described", async () => {
    const readable = operations().filter(([path, method]) => method === "get" && !path.includes("{"));
    assert.ok(readable.length >= 10);
    for (const [path, method, operation] of readable) {
      const needed = (operation.parameters ?? []).filter((parameter) => parameter.required).map((parameter) => `${parameter.name}=${parameter.example}`);
      // Without a key where none is asked for.
      await send(path, method, { query: needed.length ? `?${needed.join("&")}` : "", secret: operation.security.length ? adminKey : undefined, expected: success(operation) });
    }
    const csv = await send("/v1/usage/rows", "get", { query: "?format=csv&limit=1", expected: 200 });
    assert.match(csv, /^day,/);
  });

  it("refusals are those that are described", async () => {
    const program = { code: "print(1)", language: "python" };
    const refused = async (expected, code, options) => {
      const problem = await send("/v1/code-sandbox/execute", "post", { secret: key, body: program, ...options, expected });
      assert.equal(problem.code, code);
      const described = api.paths["/v1/code-sandbox/execute"].post.responses[expected].content["application/problem+json"];
      assert.ok(described.examples[code], `${expected} has no example of ${code}`);
    };
    await refused(400, "invalid_json", { body: "{" });
    await refused(400, "invalid_request", { body: { code: 1, language: "python" } });
    await refused(400, "code_required", { body: { ...program, code: " " } });
    await refused(400, "unsupported_language", { body: { ...program, language: "ruby" } });
    await refused(400, "code_too_large", { body: { ...program, code: "#".repeat(102_401) } });
    await refused(401, "invalid_api_key", { secret: "uc-wrong" });
    await refused(413, "body_too_large", { body: "x".repeat(1_100_000) });
  });
});
