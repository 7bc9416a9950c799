import { Server, ServerCredentials, type ServiceError, status } from '@grpc/grpc-js';
import { gatewayService } from '../../../src/grpc/gateway-service.ts';
import type { Pair } from './certificates.ts';

export { status };

/** Requests as the proto loader gives them: the tests look into a few fields. */
export type Request = Readonly<Record<string, unknown>>;

/** Handlers by method. Unary and streaming handlers have different arguments. */
export interface Handlers {
  readonly [method: string]: (call: never, callback: never) => void;
}

/** A gateway that a test controls. */
export interface TestGateway {
  readonly port: number;
  /** Closes all connections and the port. */
  stop(): void;
}

export const topologyAnswer = {
  brokers: [
    {
      nodeId: 0,
      host: '10.0.0.1',
      port: 26501,
      version: '8.8.0',
      partitions: [{ partitionId: 1, role: 'FOLLOWER', health: 'UNHEALTHY' }],
    },
  ],
  clusterSize: 1,
  partitionsCount: 3,
  replicationFactor: 1,
  gatewayVersion: '8.8.0',
};

export const topologyOnly: Handlers = {
  Topology: (_call: unknown, callback: (error: null, answer: object) => void) => callback(null, topologyAnswer),
};

/** An error of a handler. */
export const refusal = (code: number, details: string): Partial<ServiceError> => ({ code, details });

/** Settings of a gateway with TLS. */
export interface TestTls {
  readonly server: Pair;
  /** Authority of the client certificates that the gateway requires; absent: it requires none. */
  readonly clientAuthority?: string;
}

/** Starts a gateway on 127.0.0.1 with the given handlers; other calls answer UNIMPLEMENTED. */
export const startTestGateway = async (
  handlers: Handlers,
  { tls, port = 0 }: { readonly tls?: TestTls; readonly port?: number } = {},
): Promise<TestGateway> => {
  const server = new Server();
  server.addService(gatewayService, handlers as never);
  const credentials =
    tls === undefined
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(
          tls.clientAuthority === undefined ? null : Buffer.from(tls.clientAuthority),
          [{ private_key: Buffer.from(tls.server.privateKey), cert_chain: Buffer.from(tls.server.certificate) }],
          tls.clientAuthority !== undefined,
        );
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, credentials, (error, number) =>
      error === null ? resolve(number) : reject(error),
    );
  });
  return { port: bound, stop: () => server.forceShutdown() };
};
