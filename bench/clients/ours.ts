/** Our runtime through its public API, as a user has it: its own log, secrets from the environment, telemetry's API there. */

import { createRuntime, defineOutbound } from '../../src/index.ts';
import { fiveFields } from '../input.ts';
import type { StartClient } from './main.ts';

const run =
  (streaming: boolean): StartClient =>
  async ({ address, types, handle, maxJobs }) => {
    const [hostname = '', port] = address.split(':');
    const runtime = createRuntime({
      outbound: types.map((type) =>
        defineOutbound({
          name: `No-op ${type}`,
          type,
          maxJobs,
          timeout: 60,
          input: fiveFields,
          run: (input) => {
            handle(input);
            return {};
          },
        }),
      ),
      connection: { type: 'INSECURE', hostname, port: Number(port) },
      streaming,
      signals: false,
    });
    await runtime.start();
  };

export const oursStream: StartClient = run(true);
export const oursPoll: StartClient = run(false);
