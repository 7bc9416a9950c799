/** The limits of the server. Times in milliseconds, sizes in bytes. */
export interface ServerLimits {
  /** Requests that are answered at once; the others are answered with 503. */
  readonly maxRequests: number;
  /** Connections at once; the others are closed. */
  readonly maxConnections: number;
  readonly maxHeaderSize: number;
  /** From the first byte of a request to the end of its headers. */
  readonly headersTimeout: number;
  /** From the first byte of a request to the end of its body. */
  readonly requestTimeout: number;
  /** From the answer to the moment when the operating system has taken all of it. Then the connection is closed. */
  readonly answerTimeout: number;
  readonly keepAliveTimeout: number;
  /** How often `headersTimeout` and `requestTimeout` are checked. */
  readonly checkingInterval: number;
}

/** The limits without options. */
export const defaultLimits: ServerLimits = {
  maxRequests: 256,
  maxConnections: 1_000,
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  answerTimeout: 20_000,
  // Longer than that of common proxies (60 or 75 s), which would otherwise send requests on a connection that is closing.
  keepAliveTimeout: 76_000,
  checkingInterval: 1_000,
};
