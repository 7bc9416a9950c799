/** Clients over REST: node:http with nothing around it, and the worker of the official client. */
import { Agent, request as requestHttp } from 'node:http';
import { createRequire } from 'node:module';
import type { StartClient } from './main.ts';

interface Job {
  readonly jobKey: string;
  readonly variables: { readonly a?: unknown };
}

const lease = 300_000;

/** Asks for as many jobs as there are places, again and again, and completes each at once. */
export const bareRest: StartClient = ({ address, types, handle, maxJobs }) => {
  const [hostname = '', port] = address.split(':');
  const agent = new Agent({ keepAlive: true, maxSockets: 32, scheduling: 'lifo' });
  const post = (path: string, body: string, done: (text: string) => void): void => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const request = requestHttp({ agent, hostname, port, method: 'POST', path: `/v2${path}`, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => done(text));
    });
    request.on('error', (error) => {
      throw error;
    });
    request.end(body);
  };
  for (const type of types) {
    let inHand = 0;
    let isAsking = false;
    const ask = (): void => {
      if (isAsking || inHand >= maxJobs) return;
      isAsking = true;
      const wanted = { type, timeout: lease, maxJobsToActivate: maxJobs - inHand, requestTimeout: 20_000 };
      post('/jobs/activation', JSON.stringify(wanted), (text) => {
        isAsking = false;
        const { jobs } = JSON.parse(text) as { readonly jobs: readonly Job[] };
        inHand += jobs.length;
        for (const { jobKey, variables } of jobs) {
          handle(variables);
          post(`/jobs/${jobKey}/completion`, '{"variables":{}}', () => {
            inHand--;
            ask();
          });
        }
        ask();
      });
    };
    ask();
  }
};

interface OfficialClient {
  createJobWorker(settings: {
    readonly jobType: string;
    readonly maxParallelJobs: number;
    readonly jobTimeoutMs: number;
    readonly jobHandler: (job: { readonly variables: { readonly a?: unknown }; complete(): unknown }) => unknown;
  }): unknown;
}

/** The worker of @camunda8/orchestration-cluster-api, which @camunda8/sdk brings along. */
export const officialRest: StartClient = ({ address, types, handle, maxJobs }) => {
  const require = createRequire(createRequire(import.meta.url).resolve('@camunda8/sdk'));
  const { createCamundaClient } = require('@camunda8/orchestration-cluster-api') as {
    createCamundaClient(options: object): OfficialClient;
  };
  const client = createCamundaClient({
    config: { CAMUNDA_REST_ADDRESS: `http://${address}`, CAMUNDA_SDK_LOG_LEVEL: 'error' },
  });
  for (const jobType of types) {
    client.createJobWorker({
      jobType,
      maxParallelJobs: maxJobs,
      jobTimeoutMs: lease,
      jobHandler: (job) => {
        handle(job.variables);
        return job.complete();
      },
    });
  }
};
