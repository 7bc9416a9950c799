/** The measure of all others: a plain @grpc/grpc-js client on the SDK's proto file, with nothing around it. */
import { createRequire } from 'node:module';
import { Client, type ClientOptions, credentials, type ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { StartClient } from './main.ts';

interface Job {
  readonly key: string;
  readonly variables: string;
}

const lease = 300_000;

/** What a careful user of grpc-js sets for a gateway, and what our own transport does: pings, limits, and no retries. */
const channelOptions: ClientOptions = {
  'grpc.keepalive_time_ms': 35_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.max_receive_message_length': 128 * 1024 * 1024,
  'grpc.enable_retries': 0,
  'grpc.enable_channelz': 0,
  'grpc.service_config_disable_resolution': 1,
  'grpc.use_local_subchannel_pool': 1,
  'grpc.enable_http_proxy': 0,
};

const connect = (address: string, options: ClientOptions) => {
  const path = createRequire(import.meta.url).resolve('@camunda8/sdk/dist/proto/zeebe.proto');
  const loaded = loadSync(path, { longs: String, enums: String, defaults: true, keepCase: true });
  const service = loaded['gateway_protocol.Gateway'] as ServiceDefinition;
  const client = new Client(address, credentials.createInsecure(), options);
  const unary = (name: string, request: object, done: () => void): void => {
    const { path: method, requestSerialize, responseDeserialize } = service[name]!;
    client.makeUnaryRequest(method, requestSerialize, responseDeserialize, request, (error) => {
      if (error !== null) throw error;
      done();
    });
  };
  const stream = (name: string, request: object) => {
    const { path: method, requestSerialize, responseDeserialize } = service[name]!;
    return client.makeServerStreamRequest(method, requestSerialize, responseDeserialize, request);
  };
  return { unary, stream };
};

/** Completes what is pushed, as it comes. */
const streamWith =
  (options: ClientOptions): StartClient =>
  ({ address, types, handle, resultOf }) => {
    const { unary, stream } = connect(address, options);
    for (const type of types) {
      const jobs = stream('StreamActivatedJobs', { type, worker: 'bare', timeout: lease, fetchVariable: [] });
      jobs.on('data', ({ key, variables }: Job) => {
        const input = JSON.parse(variables);
        handle(input);
        const complete = (result: object): void =>
          unary('CompleteJob', { jobKey: key, variables: JSON.stringify(result) }, () => {});
        const result = resultOf(input);
        if (result instanceof Promise) result.then(complete);
        else complete(result);
      });
      jobs.on('error', (error) => {
        throw error;
      });
    }
  };

/** With our channel options. */
export const bareStream: StartClient = streamWith(channelOptions);

/** With the defaults of grpc-js. */
export const stockStream: StartClient = streamWith({});

/** Asks for as many jobs as there are places, again and again. */
export const barePoll: StartClient = ({ address, types, handle, maxJobs }) => {
  const { unary, stream } = connect(address, channelOptions);
  for (const type of types) {
    let inHand = 0;
    let isAsking = false;
    const ask = (): void => {
      if (isAsking || inHand >= maxJobs) return;
      isAsking = true;
      const request = {
        type,
        worker: 'bare',
        timeout: lease,
        maxJobsToActivate: maxJobs - inHand,
        requestTimeout: 20_000,
      };
      const answers = stream('ActivateJobs', request);
      answers.on('data', ({ jobs }: { readonly jobs: readonly Job[] }) => {
        inHand += jobs.length;
        for (const { key, variables } of jobs) {
          handle(JSON.parse(variables));
          unary('CompleteJob', { jobKey: key, variables: JSON.stringify({}) }, () => {
            inHand--;
            ask();
          });
        }
      });
      answers.on('end', () => {
        isAsking = false;
        ask();
      });
      answers.on('error', (error) => {
        throw error;
      });
    };
    ask();
  }
};
