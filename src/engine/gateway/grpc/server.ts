import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Session } from 'node:http2';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { isGrpcType } from '../../../grpc/frames.ts';
import { type GatewayMethod, gatewayService } from '../../../grpc/gateway-service.ts';
import { keepSession } from '../../../grpc/keep-session.ts';
import type { MethodName } from '../../../grpc/protocol/description.ts';
import { statusCodes } from '../../../grpc/status-codes.ts';
import type { AnsweredFirst } from '../answered-first.ts';
import { type CallStatus, statusOf } from '../call-status.ts';
import type { Gateway, GatewayOptions } from '../gateway.ts';
import { createHeldCalls } from '../held-calls.ts';
import { createInstanceResults } from '../instance-results.ts';
import { endAtOnce, listenOnLoopback } from '../listen.ts';
import { type CallServices, type UnaryCall, unaryCalls } from '../unary-calls.ts';
import { type GrpcHandler, refuseCall, serveCall } from './call.ts';
import { closeDeadConnections } from './dead-connections.ts';
import { checkHealth, healthMethod } from './health-service.ts';
import { createJobCalls } from './job-calls.ts';
import { knowsCall, olderRequest } from './older-protocol.ts';
import { createResetLimit } from './reset-limit.ts';
import { createResultCall } from './result-call.ts';
import { createSetVariablesCall } from './set-variables-call.ts';
import { createUnfinishedRequests } from './unfinished-requests.ts';

/** Milliseconds that a graceful stop waits for clients that do not read the end of their calls. */
const stopGrace = 500;

/** What a client may send, and what it costs, before its connection is closed. */
const limits = {
  /** Frames that break the protocol. */
  maxSessionInvalidFrames: 100,
  /** Calls that are refused because there are too many at once. */
  maxSessionRejectedStreams: 1_000,
  /**
   * Answers that a client does not read are bounded by flow control and by the jobs of its requests. Node.js would refuse all
   * further calls over the connection from 10 MB on, so that a client whose stream of jobs is paused could complete none of them.
   */
  maxSessionMemory: Number.MAX_SAFE_INTEGER,
  settings: { maxConcurrentStreams: 100_000, enablePush: false },
};

const answerUnary =
  (act: UnaryCall, services: CallServices, answerFirst: AnsweredFirst['run']): GrpcHandler =>
  (call) => {
    const answer = (response: object): void => {
      call.send(response);
      call.end();
    };
    const fail = (error: unknown): void => call.end(statusOf(error));
    let result: object | Promise<object>;
    try {
      result = answerFirst(() => act(call.request as never, services), call.onEnd);
    } catch (error) {
      fail(error);
      return;
    }
    if (result instanceof Promise) result.then(answer, fail);
    else answer(result);
  };

const unimplemented = (rpc: string): CallStatus => ({
  code: statusCodes.UNIMPLEMENTED,
  details: `The embedded engine does not support ${rpc}.`,
});

/** A call that reads only the fields of its request that an older gateway knows. */
const readWith =
  (older: (request: object) => object, handler: GrpcHandler): GrpcHandler =>
  (call) =>
    handler({ ...call, request: older(call.request) });

/** A method with what it does. */
interface Served {
  readonly method: Pick<GatewayMethod, 'path' | 'requestDeserialize' | 'responseSerialize'>;
  readonly handler: GrpcHandler;
}

/** All methods of the gateway. Those that the engine does not support answer with UNIMPLEMENTED and their name. */
const gatewayMethods = (
  services: CallServices,
  ownCalls: Readonly<Record<string, GrpcHandler>>,
  answerFirst: AnsweredFirst['run'],
): readonly Served[] =>
  (Object.entries(gatewayService) as [MethodName, GatewayMethod][]).map(([name, method]) => {
    const isKnown = knowsCall(services.version, name);
    const unary = isKnown ? unaryCalls[name] : undefined;
    const ownCall = isKnown ? ownCalls[name] : undefined;
    const refuse: GrpcHandler = (call) => call.end(unimplemented(name));
    const handler = ownCall ?? (unary === undefined ? refuse : answerUnary(unary, services, answerFirst));
    const older = olderRequest(services.version, name);
    return { method, handler: older === undefined ? handler : readWith(older, handler) };
  });

const createGrpcServer = (served: readonly Served[]): Http2Server => {
  const byPath = new Map(served.map((entry) => [entry.method.path, entry]));
  const server = createHttp2Server(limits);
  const watchResets = createResetLimit();
  const countUnfinished = createUnfinishedRequests();
  server.on('stream', (stream, headers) => {
    // An error without a listener would end the process. The end of the stream always follows.
    stream.on('error', () => {});
    watchResets(stream);
    if (headers[':method'] !== 'POST' || !isGrpcType(headers['content-type'])) {
      stream.respond({ ':status': 415 }, { endStream: true });
      return;
    }
    const path = headers[':path'] ?? '';
    const found = byPath.get(path);
    if (found === undefined) {
      refuseCall(stream, {
        code: statusCodes.UNIMPLEMENTED,
        details: `The server does not implement the method ${path}`,
      });
    } else serveCall(stream, headers, found.method, found.handler, countUnfinished);
  });
  return server;
};

/**
 * Starts Zeebe's gRPC gateway of a machine on 127.0.0.1.
 *
 * @throws a `configuration` fault if the port is not available
 */
export const startGateway = async (options: GatewayOptions): Promise<Gateway> => {
  const { host, compile, version, startTimer } = options;
  const heldCalls = createHeldCalls();
  const jobCalls = createJobCalls({ ...options, heldCalls });
  let port = options.port;
  const methods = gatewayMethods(
    { host, compile, version, port: () => port },
    {
      ActivateJobs: jobCalls.activateJobs as GrpcHandler,
      StreamActivatedJobs: jobCalls.streamActivatedJobs as GrpcHandler,
      SetVariables: createSetVariablesCall({ ...options, heldCalls }) as GrpcHandler,
      CreateProcessInstanceWithResult: createResultCall(
        createInstanceResults({ ...options, heldCalls }),
      ) as GrpcHandler,
    },
    options.handOut.answeredFirst.run,
  );
  const server = createGrpcServer([...methods, { method: healthMethod, handler: checkHealth as GrpcHandler }]);
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    keepSession(session);
    session.on('error', () => {});
    session.once('close', () => sessions.delete(session));
  });

  const watch = closeDeadConnections(server);
  const sockets = new Set<Socket>();
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    watch.during(socket, () => server.emit('connection', socket));
  });
  await listenOnLoopback(listener, port, 'port');
  port = (listener.address() as AddressInfo).port;

  const resetConnections = (): void => endAtOnce(sockets);

  return {
    port,
    stop: async (abrupt) => {
      watch.stop();
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      if (abrupt) {
        resetConnections();
        heldCalls.endAll();
      } else {
        heldCalls.endAll();
        const stopTimer = startTimer(stopGrace, resetConnections);
        // Clients can keep their connections open, although there are no calls any more.
        for (const socket of sockets) socket.once('finish', () => socket.destroy());
        for (const session of sessions) session.close();
        await closed;
        stopTimer();
      }
      await closed;
    },
  };
};
