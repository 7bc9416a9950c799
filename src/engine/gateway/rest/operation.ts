import type { IncomingHttpHeaders } from 'node:http';
import { type CallServices, unaryCalls } from '../unary-calls.ts';
import type { Problem } from './problems.ts';

/** A request to an operation. */
export interface OperationRequest {
  /** The variable parts of the path, decoded. */
  readonly keys: readonly string[];
  /** What follows the `?` of the path. */
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What an operation answers: a status and JSON text or another content, or a status alone. */
export interface OperationAnswer {
  readonly status: number;
  readonly json?: string;
  readonly content?: { readonly type: string; readonly bytes: Buffer };
}

/** Ends a request that is held. */
export interface Reply {
  /**
   * Sends an answer.
   *
   * @param written called when the connection has accepted it, or with an error
   */
  send(answer: OperationAnswer, written?: (error?: Error | null) => void): void;
  fail(problem: Problem): void;
  /** Calls the listener when the request has ended, also without an answer. */
  onEnd(listener: () => void): void;
  /** Whether somebody is there to receive the answer. */
  isOpen(): boolean;
}

/** Answers at once. */
export interface DirectOperation {
  readonly kind: 'direct';
  act(request: OperationRequest): OperationAnswer | Promise<OperationAnswer>;
}

/** Answers when there is something to tell. */
export interface HeldOperation {
  readonly kind: 'held';
  act(request: OperationRequest, reply: Reply): void;
}

/** One operation of the API. */
export type Operation = DirectOperation | HeldOperation;

/** Calls what gRPC calls by this name, so that both protocols do the same. */
export const callOf =
  (services: CallServices) =>
  <Response = object>(rpc: string, request: object): Response =>
    unaryCalls[rpc]!(request as never, services) as Response;

/** The answer without content. */
export const noContent: OperationAnswer = { status: 204 };
