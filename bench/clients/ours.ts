/** Our runtime through its public API, as a user has it: its own log, secrets from the environment, telemetry's API there. */

import { type ConnectionInput, createRuntime, defineOutbound } from '../../src/index.ts';
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
