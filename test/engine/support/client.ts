/** A simple gRPC client of the gateway, and engines that stop with their test. */
import type { TestContext } from 'node:test';
import {
  Client,
  type ClientOptions,
  type ClientReadableStream,
  credentials,
  Metadata,
  type ServiceError,
  type StatusObject,
} from '@grpc/grpc-js';
import type { JobMessage } from '../../../src/engine/gateway/messages/grpc-messages.ts';
import { createEngine } from '../../../src/engine/index.ts';
import type { EngineOptions } from '../../../src/engine/options.ts';
import type { Engine } from '../../../src/engine/types.ts';
import { type GatewayMethod, gatewayService } from '../../../src/grpc/gateway-service.ts';

export type Answer = Readonly<Record<string, unknown>>;

/** A server stream whose messages are collected. */
export interface Feed<Message> {
  readonly messages: Message[];
  /** The gateway has accepted the call. */
  readonly opened: Promise<void>;
  /** Resolves when this many messages have arrived. */
  count(number: number): Promise<readonly Message[]>;
  /** The final status; never rejects. */
  readonly ended: Promise<StatusObject>;
  readonly call: ClientReadableStream<Message>;
  cancel(): void;
}

export interface RawClient {
  /** A unary call. Rejects with the error of grpc-js. */
  call<T extends object = Answer>(rpc: string, request?: object, options?: { deadline?: number }): Promise<T>;
  feed<Message>(rpc: string, request: object, options?: { deadline?: number }): Feed<Message>;
  /** A complete ActivateJobs call; by default for one job of the type, without waiting. */
  poll(type: string, request?: object): Promise<readonly JobMessage[]>;
  stream(type: string, request?: object): Feed<JobMessage>;
  /** Resolves when the client is connected, or connected again. */
  ready(): Promise<void>;
  close(): void;
}

const gather = <Message>(call: ClientReadableStream<Message>): Feed<Message> => {
  const messages: Message[] = [];
  const waiting = new Set<() => void>();
  call.on('data', (message: Message) => {
    messages.push(message);
    for (const check of waiting) check();
  });
  // The status event follows with the same information.
  call.on('error', () => {});
  const opened = new Promise<void>((resolve) => call.once('metadata', () => resolve()));
  const ended = new Promise<StatusObject>((resolve) => call.once('status', resolve));
  return {
    messages,
    opened,
    ended,
    call,
    count: (number) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          if (messages.length < number) return;
          waiting.delete(check);
          resolve(messages);
        };
        waiting.add(check);
        check();
        void ended.then(({ code, details }) => {
          if (waiting.delete(check))
            reject(new Error(`The stream ended after ${messages.length} messages: ${code} ${details}`));
        });
      }),
    cancel: () => call.cancel(),
  };
};

/** Connects to an engine until the test ends. */
export const connect = (t: TestContext, address: string, options: ClientOptions = {}): RawClient => {
  const definition: Readonly<Record<string, GatewayMethod>> = gatewayService;
  const client = new Client(address, credentials.createInsecure(), options);
  const methodOf = (rpc: string) => {
    const method = definition[rpc];
    if (method === undefined) throw new Error(`There is no ${rpc} in the protocol.`);
    return method;
  };
  const self: RawClient = {
    call: (rpc, request = {}, callOptions = {}) =>
      new Promise((resolve, reject) => {
        const { path, requestSerialize, responseDeserialize } = methodOf(rpc);
        client.makeUnaryRequest(
          path,
          requestSerialize,
          responseDeserialize,
          request,
          new Metadata(),
          callOptions,
          (error: ServiceError | null, answer?: object) => (error ? reject(error) : resolve(answer as never)),
        );
      }),
    feed: (rpc, request, callOptions = {}) => {
      const { path, requestSerialize, responseDeserialize } = methodOf(rpc);
      return gather(
        client.makeServerStreamRequest(path, requestSerialize, responseDeserialize as never, request, callOptions),
      );
    },
    poll: async (type, request = {}) => {
      const feed = self.feed<{ jobs: JobMessage[] }>('ActivateJobs', {
        type,
        worker: 'raw',
        timeout: 60_000,
        maxJobsToActivate: 1,
        requestTimeout: -1,
        ...request,
      });
      const { code, details } = await feed.ended;
      if (code !== 0) throw Object.assign(new Error(`${code}: ${details}`), { code, details });
      return feed.messages.flatMap(({ jobs }) => jobs);
    },
    stream: (type, request = {}) => {
      return self.feed<JobMessage>('StreamActivatedJobs', { type, worker: 'raw', timeout: 60_000, ...request });
    },
    ready: () =>
      new Promise((resolve, reject) => {
        client.waitForReady(Date.now() + 20_000, (error) => (error ? reject(error) : resolve()));
      }),
    close: () => client.close(),
  };
  t.after(self.close);
  return self;
};

/** Starts an engine that stops with the test. */
export const startEngine = async (t: TestContext, options: EngineOptions = {}): Promise<Engine> => {
  const engine = await createEngine(options);
  t.after(() => engine.stop());
  return engine;
};

/** The expected error of a rejected call, for `assert.rejects`. */
export const status = (code: number, details: RegExp): { readonly code: number; readonly details: RegExp } => ({
  code,
  details,
});

/** Deploys files through the gateway. */
export const deployXml = async (
  client: RawClient,
  files: Readonly<Record<string, string>>,
): Promise<{ key: string; deployments: { process: Answer }[]; tenantId: string }> =>
  client.call('DeployResource', {
    resources: Object.entries(files).map(([name, content]) => ({ name, content: Buffer.from(content) })),
  });
