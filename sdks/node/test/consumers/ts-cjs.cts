import mayfly = require("mayfly-sdk");
const client: mayfly.Mayfly = new mayfly.Mayfly({ apiKey: "uc-test" });
const call: Promise<mayfly.ExecuteResult> = client.execute({ code: "", language: "python" }, { signal: AbortSignal.abort() });
call.catch(() => undefined);
console.log(typeof client.codeSandbox.execute, new mayfly.MayflyError("m").name);
