import { type ExecuteRequest, type ExecuteResult, Mayfly, MayflyError, RateLimitError } from "mayfly-sdk";
const client = new Mayfly({ apiKey: "uc-test" });
const request: ExecuteRequest = { code: "", language: "javascript" };
// @ts-expect-error: only these two languages are there.
const wrong: ExecuteRequest = { code: "", language: "ruby" };
const call: Promise<ExecuteResult> = client.execute(request, { signal: AbortSignal.abort() });
call.catch((error: unknown) => (error instanceof RateLimitError ? error.retryAfter?.toFixed() : wrong));
console.log(typeof client.codeSandbox.execute, new MayflyError("m").name);
