/** The benchmark's gateway keeps account of what the runtime does with its jobs. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { startGateway } from '../../bench/client.ts';
import { type ConnectionInput, createConnection, createRuntime, defineOutbound } from '../../src/index.ts';
import { requestNoJob } from '../../src/runtime/send/await-tenants.ts';

const jobs = 300;
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const sourcePath = (file: string): string => fileURLToPath(new URL(`../../bench/${file}`, import.meta.url));

suite('the lean gateway', () => {
  for (const protocol of ['grpc', 'rest'] as const) {
    test(`hands out no job to the question of a starting runtime about its tenants, over ${protocol}`, async (t) => {
      const gateway = await startGateway(sourcePath, ['--import', 'tsx'], protocol);
      t.after(gateway.stop);
      const connection = createConnection(
        protocol === 'rest'
          ? { restAddress: `http://${gateway.address}` }
          : { grpcAddress: `grpc://${gateway.address}` },
      );
      t.after(() => connection.close());
      await gateway.ask({ do: 'flood', push: false, window: 16, limit: jobs });
      await requestNoJob(connection, {});
      assert.equal((await gateway.account()).handedOut, 0);
    });
  }

  for (const [how, push, protocol] of [
    ['pushed', true, 'grpc'],
    ['polled', false, 'grpc'],
    ['polled over REST', false, 'rest'],
  ] as const) {
    test(`sees each job completed once, ${how}`, async (t) => {
      const gateway = await startGateway(sourcePath, ['--import', 'tsx'], protocol);
      t.after(gateway.stop);
      const connection: ConnectionInput =
        protocol === 'rest'
          ? { restAddress: `http://${gateway.address}` }
          : { grpcAddress: `grpc://${gateway.address}` };
      let made = 0;
      const runtime = createRuntime({
        outbound: [
          defineOutbound({
            name: 'Bench',
            type: 'bench',
            input: v.object({ a: v.number() }),
            run: () => {
              made++;
              return {};
            },
          }),
        ],
        connection,
        streaming: push,
        signals: false,
        logger: silent,
      });
      t.after(() => runtime.stop());
      const opened = new Promise<void>((resolve) => {
        runtime.on('stream:opened', () => resolve());
      });
      await runtime.start();
      if (push) await opened;
      const settled = new Promise<void>((resolve) => {
        let count = 0;
        runtime.on('job:settled', () => {
          count++;
          if (count === jobs) resolve();
        });
      });
      await gateway.ask({ do: 'flood', push, window: 16, limit: jobs });
      await settled;
      assert.equal(made, jobs);
      assert.deepEqual(await gateway.account(), { handedOut: jobs, completed: jobs, double: 0, unknown: 0, failed: 0 });
    });
  }
});
