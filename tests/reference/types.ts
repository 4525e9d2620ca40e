// Compiled by types.test.mjs: the Node.js SDK's types beside those made from the API's reference.
import type { ExecuteRequest, ExecuteResult, ToolFormats } from "mayfly-sdk";
import type { components, operations } from "./openapi.gen.js";

type Schemas = components["schemas"];
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type FieldsOnWire = Omit<ExecuteResult, "requestId">;

// A request: the same both ways.
export const request: Same<ExecuteRequest, Schemas["ExecuteBody"]> = true;

// A result: the same fields, and whatever the server may answer is one. (`termination` is wider in the SDK: a later server may know more reasons.)
export const fields: Same<keyof FieldsOnWire, keyof Schemas["ExecuteAnswer"]> = true;
export const result = (answer: Schemas["ExecuteAnswer"]): FieldsOnWire => answer;
export const required = (own: FieldsOnWire): Omit<Schemas["ExecuteAnswer"], "termination"> => own;

// Tools: the same formats.
export const formats: Same<keyof ToolFormats, operations["tools"]["parameters"]["query"]["format"]> = true;
