import { once } from 'node:events';
import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net';
import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { fault } from '../../common/fault.ts';
import type { StartTimer } from '../../common/timer.ts';
import { gatewayService } from '../../connection/grpc/gateway-service.ts';
import type { Drive } from '../drive.ts';
import type { CompileBpmn } from '../model/types.ts';
import { type CallServices, type UnaryCall, unaryCalls } from './calls.ts';
import { healthCalls, loadHealthDefinition } from './health.ts';
import { createJobCalls } from './job-calls.ts';
import { createOpenCalls } from './open-calls.ts';
import { createResultCall } from './result-calls.ts';
import { type CallStatus, statusOf } from './status.ts';
import { maxMessageBytes } from './wire.ts';

const loopback = '127.0.0.1';

/** Milliseconds that a graceful stop leaves to clients that do not read what ends their calls. */
const stopGrace = 500;

/** What the gateway needs. */
export interface GatewayOptions {
  /** 0: a free one. */
  readonly port: number;
  readonly drive: Drive;
  readonly compile: CompileBpmn;
  readonly startTimer: StartTimer;
  /** Uniform in [0, 1); spreads jobs over streams. */
  readonly random: () => number;
}

/** A gateway that listens. */
export interface Gateway {
  readonly port: number;
  /** Ends held calls and closes the port; `abrupt` resets the connections instead. */
  stop(abrupt: boolean): Promise<void>;
}

const answerUnary =
  (act: UnaryCall, services: CallServices) =>
  (call: ServerUnaryCall<object, object>, answer: sendUnaryData<object>): void => {
    const fail = (error: unknown): void => answer(statusOf(error));
    let result: object | Promise<object>;
    try {
      result = act(call.request as never, services);
    } catch (error) {
      fail(error);
      return;
    }
    if (result instanceof Promise) result.then((response) => answer(null, response), fail);
    else answer(null, result);
  };

const notBuilt = (rpc: string): CallStatus => ({
  code: status.UNIMPLEMENTED,
  details: `The embedded engine does not have ${rpc}.`,
});

/** Every method of the service; what the engine does not have says so by its name. */
const implementGateway = (services: CallServices, calls: UntypedServiceImplementation) => {
  const definition = gatewayService();
  const implementation: UntypedServiceImplementation = {};
  for (const [name, method] of Object.entries(definition)) {
    const unary = unaryCalls[name];
    const special = calls[name];
    if (special !== undefined) implementation[name] = special;
    else if (unary !== undefined) implementation[name] = answerUnary(unary, services);
    else if (method.responseStream) {
      implementation[name] = (call: ServerWritableStream<object, object>) => call.emit('error', notBuilt(name));
    } else {
      implementation[name] = (_call: ServerUnaryCall<object, object>, answer: sendUnaryData<object>) =>
        answer(notBuilt(name));
    }
  }
  return { definition, implementation };
};

const listen = async (listener: NetServer, port: number): Promise<void> => {
  try {
    listener.listen({ port, host: loopback });
    await once(listener, 'listening');
    // A connection that could not be accepted is the client's to repeat, and no reason to end the process.
    listener.on('error', () => {});
  } catch (error) {
    const cause = error as NodeJS.ErrnoException;
    throw fault('configuration', {
      what: `The embedded engine cannot listen on ${loopback}:${port} (${cause.code ?? cause.message}).`,
      where: `createEngine({ port: ${port} })`,
      fix: 'name a port that is free, or leave it out to get one.',
      cause,
    });
  }
};

/**
 * Starts Zeebe's gRPC gateway on 127.0.0.1 around a driven machine.
 *
 * @throws a `configuration` fault when the port cannot be had
 */
export const startGateway = async (options: GatewayOptions): Promise<Gateway> => {
  const { drive, compile, startTimer } = options;
  const openCalls = createOpenCalls();
  const jobCalls = createJobCalls({ ...options, openCalls });
  let port = options.port;
  const { definition, implementation } = implementGateway(
    { drive, compile, port: () => port },
    {
      ActivateJobs: jobCalls.activateJobs,
      StreamActivatedJobs: jobCalls.streamActivatedJobs,
      CreateProcessInstanceWithResult: createResultCall({ ...options, openCalls }),
    },
  );

  const server = new Server({ 'grpc.max_receive_message_length': maxMessageBytes, 'grpc.enable_channelz': 0 });
  server.addService(definition, implementation);
  server.addService(loadHealthDefinition(), healthCalls);

  // An own listener instead of `server.bindAsync`: that one prints when the port is taken and cannot reset connections.
  const connections = server.createConnectionInjector(ServerCredentials.createInsecure());
  const sockets = new Set<Socket>();
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    connections.injectConnection(socket);
  });
  await listen(listener, port);
  port = (listener.address() as AddressInfo).port;

  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };

  return {
    port,
    stop: async (abrupt) => {
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      if (abrupt) {
        cut();
        openCalls.endAll();
      } else {
        openCalls.endAll();
        const stopTimer = startTimer(stopGrace, cut);
        await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
        // Clients may keep their side of a connection open for long; nothing is on it any more.
        for (const socket of sockets) socket.destroySoon();
        await closed;
        stopTimer();
      }
      server.forceShutdown();
      await closed;
      // Not when each call hears of its end: that may be after the engine has stopped.
      jobCalls.returnUnsent();
    },
  };
};
