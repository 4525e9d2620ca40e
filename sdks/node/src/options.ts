import { MayflyError } from "./errors.js";
import { type Exchange, overFetch, overHttp } from "./exchange.js";

/** How a client is made. Everything has a default but the key. */
export interface MayflyOptions {
  /** `uc-…`. Default: `MAYFLY_API_KEY`. */
  apiKey?: string;
  /** Where the service is. Default: `MAYFLY_BASE_URL`, else `http://127.0.0.1:8080`. */
  baseUrl?: string;
  /** Milliseconds for one try, from connecting to the last byte of the answer. Default: 60 000. */
  timeout?: number;
  /** Tries after the first. Default: 2. */
  maxRetries?: number;
  /** Sends the requests. Default: Node.js's own client; elsewhere, the global one. */
  fetch?: typeof globalThis.fetch;
  /** Allows what is refused otherwise: in a browser everybody can read the key. */
  dangerouslyAllowBrowser?: boolean;
}

/** What one call may do otherwise than its client. */
export interface CallOptions {
  /** Cancels the call, which rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Milliseconds for one try. */
  timeout?: number;
  /** Tries after the first. */
  maxRetries?: number;
  /** Instead of a random one: calls with the same key and program run and cost once, within 24 hours. */
  idempotencyKey?: string;
}

/** Options with every default filled in. */
export interface Settings {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly timeout: number;
  readonly maxRetries: number;
  readonly exchange: Exchange;
}

// One for all clients of the process, as its connections are.
let own: Exchange | undefined;

/** @throws MayflyError naming the option and the remedy. */
export function settle(options: MayflyOptions): Settings {
  if (isBrowser() && !options.dangerouslyAllowBrowser) {
    throw new MayflyError("Mayfly: this is a browser, where everybody can read the API key. Call Mayfly from a server, or set dangerouslyAllowBrowser.");
  }
  return {
    apiKey: checkedKey(options.apiKey ?? environment("MAYFLY_API_KEY")),
    baseUrl: checkedUrl(options.baseUrl ?? environment("MAYFLY_BASE_URL") ?? "http://127.0.0.1:8080"),
    timeout: checkedTimeout(options.timeout ?? 60_000),
    maxRetries: checkedRetries(options.maxRetries ?? 2),
    exchange: options.fetch ? overFetch(options.fetch) : (own ??= overHttp() ?? overFetch((input, init) => globalThis.fetch(input, init))),
  };
}

export function checkedTimeout(timeout: number): number {
  // Above, setTimeout fires at once.
  if (timeout > 0 && timeout <= 0x7fffffff) return timeout;
  throw new MayflyError(`Mayfly: timeout is ${timeout}; it is in milliseconds, above 0 and at most 2147483647.`);
}

export function checkedRetries(maxRetries: number): number {
  if (Number.isInteger(maxRetries) && maxRetries >= 0) return maxRetries;
  throw new MayflyError(`Mayfly: maxRetries is ${maxRetries}; it is an integer, 0 or more.`);
}

// No message holds the key, not even a wrong one.
function checkedKey(key: string | undefined): string {
  if (!key) throw new MayflyError("Mayfly: there is no API key. Pass apiKey or set MAYFLY_API_KEY.");
  if (!/^[\x21-\x7e]+$/.test(key)) throw new MayflyError("Mayfly: the API key holds a space, a line break or another character that no key has.");
  return key;
}

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !["http:", "https:"].includes(url.protocol)) throw new MayflyError(`Mayfly: the base URL "${text}" is not one of http or https.`);
  if (url.username || url.password) throw new MayflyError("Mayfly: the base URL holds credentials; pass the key as apiKey.");
  if (url.search || url.hash) throw new MayflyError(`Mayfly: the base URL "${text}" has a query or a fragment.`);
  return url.href.replace(/\/+$/, "");
}

function environment(name: string): string | undefined {
  return typeof process === "undefined" ? undefined : process.env[name] || undefined;
}

function isBrowser(): boolean {
  return "window" in globalThis && "document" in globalThis;
}
