/** The answer to the caller. */
export interface WebhookAnswer {
  /** From 200 to 599. @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is sent as plain text, bytes as they are, and any other value as JSON, unless `headers` contains a `content-type`. */
  readonly body?: unknown;
}
