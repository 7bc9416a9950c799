/** The workers of @camunda8/sdk. */
import { Camunda8 } from '@camunda8/sdk';
import type { StartClient } from './main.ts';

const connect = (address: string) =>
  new Camunda8({
    ZEEBE_GRPC_ADDRESS: `grpc://${address}`,
    CAMUNDA_OAUTH_DISABLED: true,
    CAMUNDA_LOG_LEVEL: 'none',
    zeebeGrpcSettings: { ZEEBE_CLIENT_LOG_LEVEL: 'NONE' },
  }).getZeebeGrpcApiClient();

const worker =
  (settings: object): StartClient =>
  ({ address, types, handle }) => {
    const client = connect(address);
    for (const taskType of types) {
      client.createWorker({
        taskType,
        taskHandler: (job) => {
          handle(job.variables);
          return job.complete();
        },
        ...settings,
      });
    }
  };

/** `createWorker` as it comes. */
export const sdkWorker: StartClient = worker({});

/** `createWorker` with the best settings that were found for it. */
export const sdkTunedWorker: StartClient = worker({ pollInterval: 10, maxJobsToActivate: 256 });

/** `streamJobs` as it comes. */
export const sdkStream: StartClient = async ({ address, types, handle }) => {
  const client = connect(address);
  for (const type of types) {
    await client.streamJobs({
      type,
      worker: 'sdk',
      timeout: 300_000,
      tenantIds: ['<default>'],
      taskHandler: (job) => {
        handle(job.variables);
        return job.complete();
      },
    });
  }
};
