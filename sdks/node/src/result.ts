/** A program to run. */
export interface ExecuteRequest {
  /** The program's text. */
  code: string;
  language: "python" | "javascript";
}

/** What a program did. A non-zero exit code or a timeout is a result, not an error. */
export interface ExecuteResult {
  stdout: string;
  stderr: string;
  /** 0: success; 124: timed out; 128+n: killed by signal n; otherwise the program's own. */
  exitCode: number;
  /** Wall time from the first user instruction to the end of the main process. */
  executionTimeMs: number;
  /** Peak memory in MiB, interpreter and libraries included. */
  memoryUsageMb: number;
  /** Whether the time limit ended it. */
  timedOut: boolean;
  /** Only when the infrastructure failed. */
  error: string | null;
  /** USD charged. */
  cost: number;
  /** The streams that were cut; absent: none. */
  truncated?: { stdout?: boolean; stderr?: boolean };
  /** What ended it: `signal`, `timeout`, `out_of_memory`, `cancelled`; absent: it exited by itself. */
  termination?: string;
  /** Names the request in the server's log. */
  requestId: string | undefined;
}

const fields: Record<string, (value: unknown) => boolean> = {
  stdout: isString,
  stderr: isString,
  exitCode: isNumber,
  executionTimeMs: isNumber,
  memoryUsageMb: isNumber,
  timedOut: (value) => typeof value === "boolean",
  error: (value) => value === null || isString(value),
  cost: isNumber,
};

/** Reads a 200's body; a string instead says what is wrong with it. */
export function parseResult(body: string, requestId: string | undefined): ExecuteResult | string {
  const json = parseObject(body);
  if (!json) return "its body is not a JSON object";
  for (const [name, isRight] of Object.entries(fields)) {
    if (!isRight(json[name])) return `its field ${name} is missing or of another type`;
  }
  // The contract's fields only: what a later server adds is in the raw response.
  const result = Object.fromEntries(Object.keys(fields).map((name) => [name, json[name]])) as unknown as ExecuteResult;
  if (isObject(json["truncated"])) result.truncated = json["truncated"];
  if (isString(json["termination"])) result.termination = json["termination"];
  result.requestId = requestId;
  return result;
}

/** A JSON object's fields, or undefined for any other text. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

export function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isNumber(value: unknown): boolean {
  return typeof value === "number";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
