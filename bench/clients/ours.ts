/** Our runtime through its public API, as a user has it: its own log, secrets from the environment, telemetry's API there. */

import { type ConnectionInput, createConnection, createRuntime, defineOutbound } from '../../src/index.ts';
import { fiveFields, withPayload } from '../input.ts';
import type { StartClient } from './main.ts';

type Connect = (address: string) => ConnectionInput;

type Input = typeof fiveFields | typeof withPayload;

const overGrpc: Connect = (address) => ({ grpcAddress: `grpc://${address}` });
const overRest: Connect = (address) => ({ restAddress: `http://${address}` });

const run =
  (streaming: boolean, connect: Connect = overGrpc, input: Input = fiveFields): StartClient =>
  async ({ address, types, handle, resultOf, maxJobs }) => {
    const runtime = createRuntime({
      outbound: types.map((type) =>
        defineOutbound({
          name: `No-op ${type}`,
          type,
          maxJobs,
          timeout: 60,
          input,
          run: (given) => {
            handle(given);
            return resultOf(given);
          },
        }),
      ),
      connection: connect(address),
      streaming,
      signals: false,
    });
    await runtime.start();
  };

export const oursStream: StartClient = run(true);
export const oursEcho: StartClient = run(true, overGrpc, withPayload);
export const oursPoll: StartClient = run(false);
export const oursRest: StartClient = run(true, overRest);

const lease = 300_000;

/** The REST connection without the runtime: it asks and completes as the bare client does. */
export const connectionRest: StartClient = ({ address, types, handle, maxJobs }) => {
  const connection = createConnection(overRest(address));
  for (const type of types) {
    let inHand = 0;
    let isAsking = false;
    const settle = async (jobKey: string): Promise<void> => {
      await connection.send({ kind: 'completeJob', jobKey, variables: '{}' });
      inHand--;
      void ask();
    };
    const ask = async (): Promise<void> => {
      if (isAsking || inHand >= maxJobs) return;
      isAsking = true;
      const wanted = { type, worker: 'bench', timeout: lease, maxJobs: maxJobs - inHand, requestTimeout: 20_000 };
      const jobs = await connection.activateJobs(wanted);
      isAsking = false;
      inHand += jobs.length;
      for (const { key, variables } of jobs) {
        handle(JSON.parse(variables) as { readonly a?: unknown });
        void settle(key);
      }
      void ask();
    };
    void ask();
  }
};
