/** What is known of a failed call beside its message. */
export interface ErrorDetails {
  /** HTTP status; undefined: no answer came. */
  status?: number;
  /** The server's stable code, such as `rate_limited`. */
  code?: string;
  /** `X-Request-Id`: names the request in the server's log. */
  requestId?: string;
  /** Seconds after which the server wants to be asked again. */
  retryAfter?: number;
  cause?: unknown;
}

/** The root of every error of this SDK. A program that fails is a result, never one of these. */
export class MayflyError extends Error {
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
  readonly retryAfter: number | undefined;
  /** How often the request was sent. */
  attempts = 0;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.status = details.status;
    this.code = details.code;
    this.requestId = details.requestId;
    this.retryAfter = details.retryAfter;
  }

  // On the prototype: bundlers may rename the classes, and an error prints by its name.
  static {
    this.prototype.name = "MayflyError";
  }
}

/** The request cannot be answered as it is: 4xx without an error of its own, a redirect. */
export class InvalidRequestError extends MayflyError {
  static {
    this.prototype.name = "InvalidRequestError";
  }
}

/** 401: the key is missing, malformed, unknown or revoked. */
export class AuthenticationError extends MayflyError {
  static {
    this.prototype.name = "AuthenticationError";
  }
}

/** 402, 403: the key is known and may not do this; its budget is spent, say. */
export class PermissionError extends MayflyError {
  static {
    this.prototype.name = "PermissionError";
  }
}

/** 429: this key's rate or concurrency. */
export class RateLimitError extends MayflyError {
  static {
    this.prototype.name = "RateLimitError";
  }
}

/** 503: the service is full or shutting down. */
export class OverloadedError extends MayflyError {
  static {
    this.prototype.name = "OverloadedError";
  }
}

/** The service failed, or what answered is no Mayfly. */
export class InfrastructureError extends MayflyError {
  static {
    this.prototype.name = "InfrastructureError";
  }
}

/** No full answer came: refused, reset, closed early, no such host. */
export class ConnectionError extends MayflyError {
  static {
    this.prototype.name = "ConnectionError";
  }
}

/** No full answer came within the timeout. */
export class TimeoutError extends MayflyError {
  static {
    this.prototype.name = "TimeoutError";
  }
}
