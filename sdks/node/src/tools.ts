/** The formats in which the tool `run_code` is described, and how a description looks in each. */
export interface ToolFormats {
  /** Chat Completions of OpenAI, and of those who speak it. */
  openai: { type: "function"; function: { name: string; description: string; parameters: JsonSchema; strict: boolean } };
  /** Messages of Anthropic. */
  anthropic: { name: string; description: string; input_schema: JsonSchema };
  /** The Model Context Protocol. */
  mcp: { name: string; description: string; inputSchema: JsonSchema; outputSchema: JsonSchema; [more: string]: unknown };
}

/** A JSON Schema of an object. */
export interface JsonSchema {
  type: "object";
  properties: Record<string, unknown>;
  required: string[];
  [more: string]: unknown;
}

/** Reads a 200's body; a string instead says what is wrong with it. */
export function parseTools<Format extends keyof ToolFormats>(body: string): ToolFormats[Format][] | string {
  try {
    const json: unknown = JSON.parse(body);
    // What is in it is the server's and the model's matter: it is passed on.
    if (Array.isArray(json) && json.every((tool) => typeof tool === "object" && tool !== null)) return json as ToolFormats[Format][];
  } catch {
    // Said below.
  }
  return "its body is not a list of tools";
}
