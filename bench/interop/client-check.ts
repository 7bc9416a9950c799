/** What our client does with a scripted gateway of another library; servers/node.ts says what the gateway does. */
import assert from 'node:assert/strict';
import { createConnection } from '../../src/connection/index.ts';
import type { ActivatedJob, Connection, JobStream } from '../../src/connection/port.ts';
import { wait } from '../measure.ts';

const completions = 500;
const pushed = 1_000;

/** Milliseconds for the gateway to see that a stream is closed. */
const closeTime = 10_000;

const request = { worker: 'interop', timeout: 60_000, maxJobs: 10, requestTimeout: 5_000 };

const complete = (connection: Connection, jobKey: string): Promise<void> =>
  connection.send({ kind: 'completeJob', jobKey, variables: '{"text":"größer"}' }, { timeout: 30_000 });

/** All pushed jobs, and the stream, which is still open. */
const receive = (
  connection: Connection,
): Promise<{ readonly jobs: readonly ActivatedJob[]; readonly stream: JobStream }> =>
  new Promise((resolve, reject) => {
    const jobs: ActivatedJob[] = [];
    const stream = connection.streamJobs!(
      { type: 'interop', worker: 'interop', timeout: 60_000 },
      {
        opened: () => {},
        job: (job) => {
          jobs.push(job);
          // A pause in the middle: the gateway has to wait, and nothing may be lost.
          if (jobs.length === pushed / 2) {
            stream.pause();
            setImmediate(() => stream.resume());
          }
          if (jobs.length === pushed) resolve({ jobs, stream });
        },
        ended: reject,
      },
    );
  });

/**
 * Checks unary calls, streams, flow control, large messages, errors, deadlines and cancellation.
 *
 * @param address of the gateway, e.g. `127.0.0.1:26500`
 * @throws AssertionError for the first thing that is not as it should be
 */
export const checkClient = async (address: string): Promise<void> => {
  const connection = createConnection({ grpcAddress: `grpc://${address}` });
  try {
    assert.equal((await connection.topology()).gatewayVersion, '8.8.0', 'the topology');

    const batch = await connection.activateJobs({ ...request, type: 'batch' });
    assert.deepEqual(
      batch.map(({ key, variables }) => [key, variables]),
      [
        ['9007199254740993', '{"text":"größer, 100 %"}'],
        ['9007199254740994', '{}'],
      ],
      'the jobs of two messages',
    );
    const [large] = await connection.activateJobs({ ...request, type: 'large' }, { timeout: 30_000 });
    assert.equal(large?.variables.length, 3_000_008, 'a large message');

    await Promise.all(Array.from({ length: completions }, (_, index) => complete(connection, String(index + 1_000))));
    assert.equal((await connection.topology()).clusterSize, completions, 'the completed jobs');

    await assert.rejects(complete(connection, '404'), { status: 'NOT_FOUND', message: /no job 404: größer, 100 %/ });
    await assert.rejects(connection.activateJobs({ ...request, type: 'silent' }, { timeout: 300 }), {
      status: 'DEADLINE_EXCEEDED',
    });

    const { jobs, stream } = await receive(connection);
    assert.deepEqual(
      jobs.map(({ key, variables }) => [key, variables.length]),
      Array.from({ length: pushed }, (_, index) => [String(index + 1), 10_008]),
      'the pushed jobs, in their order',
    );
    assert.equal((await connection.topology()).partitionsCount, 1, 'the open stream');
    stream.close();
    const end = performance.now() + closeTime;
    while ((await connection.topology()).partitionsCount > 0) {
      assert.ok(performance.now() < end, 'the gateway does not see that the stream is closed');
      await wait(20);
    }
  } finally {
    await connection.close();
  }
};
