/** Drives the engine with @camunda8/sdk, whose requests are compressed with gzip. */
import assert from 'node:assert/strict';
import { Camunda8 } from '@camunda8/sdk';

const instances = 50;

/**
 * @param address of the engine, e.g. `127.0.0.1:26500`
 * @param file path of the process
 * @throws what the client threw, or an AssertionError
 */
export const driveSdk = async (address: string, file: string): Promise<void> => {
  const client = new Camunda8({
    ZEEBE_GRPC_ADDRESS: `grpc://${address}`,
    CAMUNDA_OAUTH_DISABLED: true,
    CAMUNDA_LOG_LEVEL: 'none',
    zeebeGrpcSettings: { ZEEBE_CLIENT_LOG_LEVEL: 'NONE' },
  }).getZeebeGrpcApiClient();
  try {
    await client.deployResource({ processFilename: file });
    await new Promise<void>((resolve, reject) => {
      const seen = new Set<string>();
      client.createWorker({
        taskType: 'interop',
        taskHandler: (job) => {
          seen.add(job.key);
          if (seen.size === instances) resolve();
          return job.complete({ served: true });
        },
      });
      for (let n = 0; n < instances; n++) {
        // Long enough for the request to be worth its compression.
        const variables = { n, text: 'größer '.repeat(1_000) };
        client.createProcessInstance({ bpmnProcessId: 'interop', variables }).catch(reject);
      }
    });
    const { variables } = await client.createProcessInstanceWithResult({ bpmnProcessId: 'interop', variables: {} });
    assert.equal((variables as { readonly served?: unknown }).served, true, 'the result');
    await assert.rejects(client.createProcessInstance({ bpmnProcessId: 'missing', variables: {} }), /NOT_FOUND/);
  } finally {
    await client.close();
  }
};
