export { CodeSandbox, Mayfly, type ResultWithResponse } from "./client.js";
export {
  AuthenticationError,
  ConnectionError,
  InfrastructureError,
  InvalidRequestError,
  MayflyError,
  OverloadedError,
  PermissionError,
  RateLimitError,
  TimeoutError,
} from "./errors.js";
export type { CallOptions, MayflyOptions } from "./options.js";
export type { ExecuteRequest, ExecuteResult } from "./result.js";
export type { JsonSchema, ToolFormats } from "./tools.js";
export type { RawResponse } from "./exchange.js";
export { version } from "./version.js";
