import { once } from 'node:events';
import {
  type ClientHttp2Stream,
  connect,
  constants,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';

/** What becomes of a call. */
export type Verdict =
  | 'pass'
  /** Never answered, and never seen by the engine. */
  | 'silence'
  /** Answered with gRPC's status number without being looked at. */
  | { readonly refuse: number }
  /** The engine does what was asked; its answer is lost, and gRPC's status number comes in its place. */
  | { readonly lose: number };

/** Decides over a call by the name of its method and what its headers say. */
export type Rule = (method: string, headers: IncomingHttpHeaders) => Verdict;

/** What stands before an engine's gateway, as an ingress or an overloaded gateway does, and refuses calls at will. */
export interface Front {
  readonly port: number;
  /** Calls of a method that did not simply pass, or of all. */
  harmed(method?: string): number;
  /** Decides over the calls from now on. Calls whose answers were to be lost are answered at once. */
  rule(rule?: Rule): void;
  /** Ends all connections; new ones are taken. */
  cut(): void;
  stop(): Promise<void>;
}

const answerOnly = (stream: ServerHttp2Stream, code: number): void => {
  if (stream.destroyed || stream.headersSent) return;
  stream.respond(
    {
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-status': String(code),
      'grpc-message': 'made by a test',
    },
    { endStream: true },
  );
};

/** Cancels one side when the other is gone. */
const tie = (near: ServerHttp2Stream, far: ClientHttp2Stream): void => {
  near.on('error', () => {});
  far.on('error', () => {});
  near.on('close', () => far.close(constants.NGHTTP2_CANCEL));
};

const pass = (near: ServerHttp2Stream, far: ClientHttp2Stream): void => {
  let trailers: object = { 'grpc-status': '14' };
  far.on('response', (headers, flags) => {
    if (near.destroyed) return;
    const over = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    near.respond(headers, over ? { endStream: true } : { waitForTrailers: true });
    if (!over) far.pipe(near);
  });
  far.on('trailers', (given) => {
    trailers = given;
  });
  near.on('wantTrailers', () => near.sendTrailers({ ...trailers }));
  far.on('close', () => {
    if (!near.headersSent) near.close(constants.NGHTTP2_CANCEL);
  });
};

/** Returns the way to answer at once. */
const lose = (near: ServerHttp2Stream, far: ClientHttp2Stream, code: number): (() => void) => {
  far.resume();
  far.on('close', () => answerOnly(near, code));
  return () => far.close(constants.NGHTTP2_CANCEL);
};

/**
 * Starts a front.
 *
 * @param target port on 127.0.0.1 of the engine's gateway, asked for at each connection
 * @param changed told of each call
 */
export const startFront = async (target: () => number, changed: () => void): Promise<Front> => {
  const harmed = new Map<string, number>();
  const sessions = new Set<ServerHttp2Session>();
  const losing = new Set<() => void>();
  let decide: Rule = () => 'pass';
  const server = createServer();

  server.on('session', (session) => {
    sessions.add(session);
    const upstream = connect(`http://127.0.0.1:${target()}`);
    upstream.on('error', () => session.destroy());
    upstream.on('close', () => session.destroy());
    session.on('error', () => {});
    session.on('close', () => {
      sessions.delete(session);
      upstream.destroy();
    });
    session.on('stream', (stream, headers) => {
      const method = String(headers[':path']).split('/').at(-1) ?? '';
      const verdict = decide(method, headers);
      if (verdict !== 'pass') harmed.set(method, (harmed.get(method) ?? 0) + 1);
      if (verdict === 'silence') {
        stream.on('error', () => {});
        stream.resume();
      } else if (verdict !== 'pass' && 'refuse' in verdict) {
        stream.on('error', () => {});
        stream.resume();
        answerOnly(stream, verdict.refuse);
      } else if (!upstream.destroyed) {
        const far = upstream.request({ ...headers });
        tie(stream, far);
        stream.pipe(far);
        if (verdict === 'pass') pass(stream, far);
        else {
          const answer = lose(stream, far, verdict.lose);
          losing.add(answer);
          far.on('close', () => losing.delete(answer));
        }
      }
      changed();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    for (const session of sessions) session.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    harmed: (method) =>
      method === undefined ? [...harmed.values()].reduce((sum, count) => sum + count, 0) : (harmed.get(method) ?? 0),
    rule: (rule = () => 'pass') => {
      decide = rule;
      // A request that is held for long would swallow what comes after the fault.
      for (const answer of [...losing]) answer();
    },
    cut,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
  };
};
