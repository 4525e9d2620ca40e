import { MayflyError } from "./errors.js";
import { type CallOptions, checkedRetries, checkedTimeout, type MayflyOptions, type Settings, settle } from "./options.js";
import { errorFrom, errorOfAnswer, requestIdOf } from "./problem.js";
import { type ExecuteRequest, type ExecuteResult, parseResult } from "./result.js";
import { isWorthRetrying, secondsBeforeRetry, sleep } from "./retries.js";
import { type Call, type RawResponse, send } from "./transport.js";
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
    const call = this.#callOf(request, options);
    const tries = 1 + checkedRetries(options.maxRetries ?? this.#settings.maxRetries);
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#try(call);
      if (!(outcome instanceof MayflyError)) return outcome;

      outcome.attempts = attempt;
      const wait = secondsBeforeRetry(attempt, outcome.retryAfter);
      if (attempt === tries || wait === undefined || !isWorthRetrying(outcome.status)) throw outcome;
      await sleep(wait, call.signal);
    }
  }

  /** One try. Cancellation is thrown; an error that another try may mend is a value. */
  async #try(call: Call): Promise<ResultWithResponse | MayflyError> {
    let response: RawResponse;
    try {
      response = await send(this.#settings.fetch, call);
    } catch (error) {
      if (error instanceof MayflyError) return error;
      throw error;
    }
    if (response.status < 200 || response.status > 299) return errorFrom(call.url, response);
    const result = parseResult(response.body, requestIdOf(response));
    return typeof result === "string" ? errorOfAnswer(call.url, response, result) : { result, response };
  }

  #callOf({ code, language }: ExecuteRequest, options: CallOptions): Call {
    return {
      url: `${this.#settings.baseUrl}/v1/code-sandbox/execute`,
      headers: {
        authorization: `Bearer ${this.#settings.apiKey}`,
        "content-type": "application/json",
        accept: "application/json",
        "user-agent": userAgent,
        // The same for all tries of this call, so that a program whose answer was lost is not run again.
        "idempotency-key": options.idempotencyKey ?? crypto.randomUUID(),
      },
      body: JSON.stringify({ code, language }),
      timeout: checkedTimeout(options.timeout ?? this.#settings.timeout),
      signal: options.signal,
    };
  }
}
