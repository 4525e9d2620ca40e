import { MayflyError } from "./errors.js";
import type { RawResponse } from "./exchange.js";
import { type CallOptions, checkedRetries, checkedTimeout, type MayflyOptions, type Settings, settle } from "./options.js";
import { errorFrom, errorOfAnswer, requestIdOf } from "./problem.js";
import { type ExecuteRequest, type ExecuteResult, parseResult } from "./result.js";
import { isWorthRetrying, secondsBeforeRetry, sleep } from "./retries.js";
import { parseTools, type ToolFormats } from "./tools.js";
import { type Call, send } from "./transport.js";
import { userAgent } from "./version.js";

/** A result, and the answer that it was read from. */
export interface ResultWithResponse {
  result: ExecuteResult;
  response: RawResponse;
}

/** A client of a Mayfly service. Make one and keep it: it holds nothing but its settings. */
export class Mayfly {
  readonly codeSandbox: CodeSandbox;

  constructor(options: MayflyOptions = {}) {
    this.codeSandbox = new CodeSandbox(settle(options));
  }

  /** Short form of `codeSandbox.execute`. */
  execute(request: ExecuteRequest, options?: CallOptions): Promise<ExecuteResult> {
    return this.codeSandbox.execute(request, options);
  }

  /** Short form of `codeSandbox.executeWithResponse`. */
  executeWithResponse(request: ExecuteRequest, options?: CallOptions): Promise<ResultWithResponse> {
    return this.codeSandbox.executeWithResponse(request, options);
  }
}

/** Running programs. */
export class CodeSandbox {
  // Private to the language: neither console.log nor JSON.stringify shows the key.
  readonly #settings: Settings;

  /** @internal */
  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /**
   * Runs one program and answers with what it did.
   * @throws MayflyError, one of its subclasses, or the reason of the signal.
   */
  async execute(request: ExecuteRequest, options?: CallOptions): Promise<ExecuteResult> {
    return (await this.executeWithResponse(request, options)).result;
  }

  /** As `execute`, with status, headers and body of the answer. */
  async executeWithResponse(request: ExecuteRequest, options: CallOptions = {}): Promise<ResultWithResponse> {
    const { code, language } = request;
    const call = this.#callOf(options, "POST", "execute", {
      "content-type": "application/json",
      // The same for all tries of this call, so that a program whose answer was lost is not run again.
      "idempotency-key": options.idempotencyKey ?? crypto.randomUUID(),
    });
    return this.#answerTo({ ...call, body: JSON.stringify({ code, language }) }, options, (response) => {
      const result = parseResult(response.body, requestIdOf(response));
      return typeof result === "string" ? result : { result, response };
    });
  }

  /**
   * The tool `run_code` as a model's interface wants it described, to be passed on as it is; libraries and the server's limits
   * are in its description. The arguments of a model's call are a request of `execute`.
   * @throws MayflyError, one of its subclasses, or the reason of the signal.
   */
  async tools<Format extends keyof ToolFormats>(format: Format, options: CallOptions = {}): Promise<ToolFormats[Format][]> {
    const call = this.#callOf(options, "GET", `tools?format=${encodeURIComponent(format)}`);
    return this.#answerTo(call, options, (response) => parseTools<Format>(response.body));
  }

  /** Sends it until it is answered or there is no use in trying. `read` makes of a 2xx what the caller wants, or says what is wrong with it. */
  async #answerTo<T extends object>(call: Call, options: CallOptions, read: (response: RawResponse) => T | string): Promise<T> {
    const tries = 1 + checkedRetries(options.maxRetries ?? this.#settings.maxRetries);
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#try(call, read);
      if (!(outcome instanceof MayflyError)) return outcome;

      outcome.attempts = attempt;
      const wait = secondsBeforeRetry(attempt, outcome.retryAfter);
      if (attempt === tries || wait === undefined || !isWorthRetrying(outcome.status)) throw outcome;
      await sleep(wait, call.signal);
    }
  }

  /** One try. Cancellation is thrown; an error that another try may mend is a value. */
  async #try<T extends object>(call: Call, read: (response: RawResponse) => T | string): Promise<T | MayflyError> {
    let response: RawResponse;
    try {
      response = await send(this.#settings.exchange, call);
    } catch (error) {
      if (error instanceof MayflyError) return error;
      throw error;
    }
    if (response.status < 200 || response.status > 299) return errorFrom(call, response);
    const answer = read(response);
    return typeof answer === "string" ? errorOfAnswer(call, response, answer) : answer;
  }

  #callOf(options: CallOptions, method: Call["method"], path: string, headers: Record<string, string> = {}): Call {
    return {
      method,
      url: `${this.#settings.baseUrl}/v1/code-sandbox/${path}`,
      headers: {
        authorization: `Bearer ${this.#settings.apiKey}`,
        accept: "application/json",
        "user-agent": userAgent,
        ...headers,
      },
      timeout: checkedTimeout(options.timeout ?? this.#settings.timeout),
      signal: options.signal,
    };
  }
}
