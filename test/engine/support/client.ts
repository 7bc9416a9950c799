/** A plain gRPC client of the gateway, and engines that end with their test. */
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
import { gatewayService } from '../../../src/connection/grpc/gateway-service.ts';
import type { WireJob } from '../../../src/engine/gateway/wire.ts';
import { createEngine } from '../../../src/engine/index.ts';
import type { Engine, EngineOptions } from '../../../src/engine/types.ts';

export type Answer = Readonly<Record<string, unknown>>;

/** A server stream whose messages are gathered. */
export interface Feed<Message> {
  readonly messages: Message[];
  /** The gateway has accepted the call. */
  readonly opened: Promise<void>;
  /** Resolves when this many messages have come. */
  count(number: number): Promise<readonly Message[]>;
  /** Status of the end; never rejects. */
  readonly ended: Promise<StatusObject>;
  readonly call: ClientReadableStream<Message>;
  cancel(): void;
}

export interface RawClient {
  /** A unary call; rejects with grpc-js's error. */
  call<T extends object = Answer>(rpc: string, request?: object, options?: { deadline?: number }): Promise<T>;
  feed<Message>(rpc: string, request: object, options?: { deadline?: number }): Feed<Message>;
  /** One ActivateJobs call to its end; by default for one job of the type, without waiting. */
  poll(type: string, request?: object): Promise<readonly WireJob[]>;
  stream(type: string, request?: object): Feed<WireJob>;
  /** Resolves when the connection stands, also after it was lost. */
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
  // The status event follows and says the same.
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
          if (waiting.delete(check)) reject(new Error(`the stream ended after ${messages.length}: ${code} ${details}`));
        });
      }),
    cancel: () => call.cancel(),
  };
};

/** Connects to an engine; the test closes it. */
export const connect = (t: TestContext, address: string, options: ClientOptions = {}): RawClient => {
  const definition = gatewayService();
  const client = new Client(address, credentials.createInsecure(), options);
  const methodOf = (rpc: string) => {
    const method = definition[rpc];
    if (method === undefined) throw new Error(`no ${rpc} in the protocol`);
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
      const feed = self.feed<{ jobs: WireJob[] }>('ActivateJobs', {
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
      return self.feed<WireJob>('StreamActivatedJobs', { type, worker: 'raw', timeout: 60_000, ...request });
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

/** What `assert.rejects` compares a refused call with. */
export const status = (code: number, details: RegExp): { readonly code: number; readonly details: RegExp } => ({
  code,
  details,
});

/** Deploys files over the wire, or from one process as `process(...)` of ./bpmn.ts writes it. */
export const deployXml = async (
  client: RawClient,
  files: Readonly<Record<string, string>>,
): Promise<{ key: string; deployments: { process: Answer }[]; tenantId: string }> =>
  client.call('DeployResource', {
    resources: Object.entries(files).map(([name, content]) => ({ name, content: Buffer.from(content) })),
  });
