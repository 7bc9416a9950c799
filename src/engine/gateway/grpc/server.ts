import { type AddressInfo, createServer, type Socket } from 'node:net';
import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
  type UntypedHandleCall,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { gatewayService } from '../../../connection/grpc/gateway-service.ts';
import type { AnsweredFirst } from '../answered-first.ts';
import { type CallStatus, statusOf } from '../call-status.ts';
import type { Gateway, GatewayOptions } from '../gateway.ts';
import { createHeldCalls } from '../held-calls.ts';
import { createInstanceResults } from '../instance-results.ts';
import { listenOnLoopback } from '../listen.ts';
import { maxMessageBytes } from '../messages/grpc-messages.ts';
import { type CallServices, type UnaryCall, unaryCalls } from '../unary-calls.ts';
import { closeDeadConnections } from './dead-connections.ts';
import { healthCalls, loadHealthDefinition } from './health-service.ts';
import { createJobCalls } from './job-calls.ts';
import { knowsCall, olderRequest } from './older-protocol.ts';
import { createResultCall } from './result-call.ts';
import { createSetVariablesCall } from './set-variables-call.ts';

/** Milliseconds that a graceful stop waits for clients that do not read the end of their calls. */
const stopGrace = 500;

const answerUnary =
  (act: UnaryCall, services: CallServices, answerFirst: AnsweredFirst['run']) =>
  (call: ServerUnaryCall<object, object>, answer: sendUnaryData<object>): void => {
    const fail = (error: unknown): void => answer(statusOf(error));
    let result: object | Promise<object>;
    try {
      // This event is emitted when the answer is on its way, or when there is nobody left to receive it.
      result = answerFirst(
        () => act(call.request as never, services),
        (listener) => call.once('cancelled', listener),
      );
    } catch (error) {
      fail(error);
      return;
    }
    if (result instanceof Promise) result.then((response) => answer(null, response), fail);
    else answer(null, result);
  };

const unimplemented = (rpc: string): CallStatus => ({
  code: status.UNIMPLEMENTED,
  details: `The embedded engine does not support ${rpc}.`,
});

/** A call that reads only the fields of its request that an older gateway knows. */
const readWith =
  (older: (request: object) => object, call: UntypedHandleCall): UntypedHandleCall =>
  (incoming: { request: object }, ...rest: unknown[]): void => {
    incoming.request = older(incoming.request);
    (call as (...args: unknown[]) => void)(incoming, ...rest);
  };

/** All methods of the service. Those that the engine does not support answer with UNIMPLEMENTED and their name. */
const implementGateway = (
  services: CallServices,
  calls: UntypedServiceImplementation,
  answerFirst: AnsweredFirst['run'],
) => {
  const definition = gatewayService();
  const implementation: UntypedServiceImplementation = {};
  for (const [name, method] of Object.entries(definition)) {
    const isKnown = knowsCall(services.version, name);
    const unary = isKnown ? unaryCalls[name] : undefined;
    const ownCall = isKnown ? calls[name] : undefined;
    if (ownCall !== undefined) implementation[name] = ownCall;
    else if (unary !== undefined) implementation[name] = answerUnary(unary, services, answerFirst);
    else if (method.responseStream) {
      implementation[name] = (call: ServerWritableStream<object, object>) => call.emit('error', unimplemented(name));
    } else {
      implementation[name] = (_call: ServerUnaryCall<object, object>, answer: sendUnaryData<object>) =>
        answer(unimplemented(name));
    }
    const older = olderRequest(services.version, name);
    if (older !== undefined) implementation[name] = readWith(older, implementation[name]!);
  }
  return { definition, implementation };
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
  const { definition, implementation } = implementGateway(
    { host, compile, version, port: () => port },
    {
      ActivateJobs: jobCalls.activateJobs,
      StreamActivatedJobs: jobCalls.streamActivatedJobs,
      SetVariables: createSetVariablesCall({ ...options, heldCalls }),
      CreateProcessInstanceWithResult: createResultCall(createInstanceResults({ ...options, heldCalls })),
    },
    options.handOut.answeredFirst.run,
  );

  const server = new Server({ 'grpc.max_receive_message_length': maxMessageBytes, 'grpc.enable_channelz': 0 });
  server.addService(definition, implementation);
  server.addService(loadHealthDefinition(), healthCalls);

  // Not `server.bindAsync`, which prints a message if the port is in use and cannot reset connections.
  const connections = server.createConnectionInjector(ServerCredentials.createInsecure());
  const watch = closeDeadConnections(server);
  const sockets = new Set<Socket>();
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    watch.during(socket, () => connections.injectConnection(socket));
  });
  await listenOnLoopback(listener, port, 'port');
  port = (listener.address() as AddressInfo).port;

  const resetConnections = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };

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
        await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
        // Clients can keep their connections open, although there are no calls any more.
        for (const socket of sockets) socket.destroySoon();
        await closed;
        stopTimer();
      }
      server.forceShutdown();
      await closed;
    },
  };
};
