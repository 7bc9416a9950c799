/** Jobs with leases, over both protocols. The cases are those of the reference of cluster access. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { Command, ConnectionFault, JobStream } from '../../../src/connection/port.ts';
import { type Content, type Operation, protocols, type Script } from './protocols.ts';

const request = { type: 'pay', worker: 'w', timeout: 60_000, maxJobs: 3, requestTimeout: -1 };

const job = {
  key: '7',
  type: 'pay',
  processInstanceKey: '1',
  bpmnProcessId: 'p',
  processDefinitionVersion: 1,
  processDefinitionKey: '2',
  elementId: 'e',
  elementInstanceKey: '3',
  customHeaders: '{}',
  worker: 'w',
  retries: 3,
  deadline: '1900000000000',
  variables: '{}',
  tenantId: '<default>',
};

type JobCommand = Extract<Command, { readonly jobKey: string }>;

const commands: readonly [operation: Operation, command: JobCommand][] = [
  ['CompleteJob', { kind: 'completeJob', jobKey: '7', variables: '{}' }],
  ['FailJob', { kind: 'failJob', jobKey: '7', retries: 1, backoff: 0, message: 'm', variables: '{}' }],
  ['ThrowError', { kind: 'throwError', jobKey: '7', code: 'c', message: 'm', variables: '{}' }],
  ['UpdateJobTimeout', { kind: 'updateJobTimeout', jobKey: '7', timeout: 5 }],
  ['UpdateJobPriority', { kind: 'updateJobPriority', jobKey: '7', priority: 5 }],
];

/** An optional text is absent or null in decoded messages. */
const tokenOf = ({ jobLeaseToken }: Content): unknown => jobLeaseToken ?? undefined;

for (const protocol of protocols) {
  describe(`leases over ${protocol.name}`, () => {
    const setUp = async (t: TestContext, version: string, refuse = false) => {
      const seen: (readonly [Operation, Content])[] = [];
      const script: Script = (operation, content) => {
        if (operation === 'Topology') return { answer: { gatewayVersion: version } };
        seen.push([operation, content]);
        if (refuse) return { refuse: 'FAILED_PRECONDITION', details: 'the lease token is not the current one' };
        if (operation !== 'ActivateJobs') return { answer: {} };
        return { answer: { jobs: [content.withLease === true ? { ...job, jobLeaseToken: 'lease-1' } : job] } };
      };
      const cluster = await protocol.start(script);
      const connection = cluster.connect();
      t.after(async () => {
        await connection.close();
        cluster.stop();
      });
      return { connection, seen };
    };

    test('case 98: a job that is activated with a lease has its token', async (t) => {
      const { connection, seen } = await setUp(t, '8.10.0');
      const [leased] = await connection.activateJobs({ ...request, withLease: true });
      const [plain] = await connection.activateJobs(request);
      assert.equal(leased!.leaseToken, 'lease-1');
      assert.ok(!('leaseToken' in plain!), 'a job without a lease has a token');
      assert.deepEqual(
        seen.map(([, { withLease }]) => withLease === true),
        [true, false],
      );
    });

    for (const [operation, command] of commands) {
      test(`case 98: ${command.kind} returns the token, and has none without a lease`, async (t) => {
        const { connection, seen } = await setUp(t, '8.10.0');
        await connection.send({ ...command, leaseToken: 'lease-1' });
        await connection.send(command);
        assert.deepEqual(
          seen.map(([name, content]) => [name, tokenOf(content)]),
          [
            [operation, 'lease-1'],
            [operation, undefined],
          ],
        );
      });
    }

    test('case 99: a command with a token that is no longer valid is rejected', async (t) => {
      const { connection, seen } = await setUp(t, '8.10.0', true);
      await assert.rejects(
        connection.send({ ...commands[0]![1], leaseToken: 'lease-0' }),
        ({ status, reason }: ConnectionFault) => status === 'FAILED_PRECONDITION' && reason === 'rejected',
      );
      assert.equal(seen.length, 1);
    });

    test('case 168: a gateway before 8.10 gets nothing about leases, and the fault names the version', async (t) => {
      const { connection, seen } = await setUp(t, '8.9.4');
      const refusal = {
        status: 'UNIMPLEMENTED',
        reason: 'rejected',
        message: /lease needs Camunda 8\.10, but .* 8\.9\.4/,
      };
      await assert.rejects(connection.activateJobs({ ...request, withLease: true }), refusal);
      for (const [, command] of commands.slice(0, 4)) {
        await assert.rejects(connection.send({ ...command, leaseToken: 'lease-1' }), refusal);
      }
      assert.deepEqual(seen, []);
      await connection.activateJobs(request);
      await connection.send(commands[0]![1]);
      assert.equal(seen.length, 2);
    });

    if (protocol.name === 'gRPC') {
      test('case 168: a stream with leases from a gateway before 8.10 ends with the fault', async (t) => {
        const { connection, seen } = await setUp(t, '8.9.4');
        const ended = await new Promise<ConnectionFault>((resolve) => {
          connection.streamJobs!({ ...request, withLease: true }, { opened: () => {}, job: () => {}, ended: resolve });
        });
        assert.match(ended.message, /lease needs Camunda 8\.10/);
        assert.deepEqual(seen, []);
      });

      test('a stream with leases that is closed before it is open ends once', async (t) => {
        const { connection } = await setUp(t, '8.10.0');
        let ends = 0;
        const stream: { open?: JobStream } = {};
        const ended = new Promise<ConnectionFault>((resolve) => {
          stream.open = connection.streamJobs!(
            { ...request, withLease: true },
            {
              opened: () => {},
              job: () => {},
              ended: (error) => {
                ends++;
                resolve(error);
              },
            },
          );
        });
        stream.open?.close();
        assert.equal((await ended).reason, 'aborted');
        await connection.topology();
        assert.equal(ends, 1);
      });
    }
  });
}
