/**
 * One suite of the port, which both connections pass: case 176 of cluster-access.md.
 *
 * Without a test here are the cases of calls that the port does not have, because no connector needs them: 101 (modification of
 * instances), 102 (deletion of resources), 104 (conditions), 151 to 158 and 160 to 162 of searches, signals, incidents, user tasks
 * and decisions. The engine's side of them is in test/engine. 166: the transport never waits for the read model, which the
 * process tests do. 106 is in test/package, and 134 is a question of `npm run bench`.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Command, Connection, StatusName } from '../../../src/connection/port.ts';
import { reasonOf } from '../../../src/connection/status-faults.ts';
import { freePort } from '../../support/free-port.ts';
import { cleanUpsAfterEach } from '../support/clean-ups.ts';
import { type Cluster, type Content, type Operation, protocols, type Script } from './protocols.ts';

const cleanUps = cleanUpsAfterEach();

const opened = (connection: Connection): Connection => {
  cleanUps.push(() => connection.close());
  return connection;
};

/** Leaves out what is absent, so that both spellings of it are equal. */
const present = (content: Content): Content =>
  Object.fromEntries(Object.entries(content).filter(([, value]) => value !== undefined));

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const job = {
  key: '2251799813685249',
  type: 'log',
  processInstanceKey: '2251799813685250',
  bpmnProcessId: 'order',
  processDefinitionVersion: 3,
  processDefinitionKey: '2251799813685251',
  elementId: 'log_it',
  elementInstanceKey: '9007199254740993',
  customHeaders: '{"a":"b"}',
  worker: 'w',
  retries: 2,
  deadline: '1794477978000',
  variables: '{"n":9007199254740993,"r":1.10,"e":1e400}',
  tenantId: '<default>',
};

const created = { processInstanceKey: '9', processDefinitionKey: '5', bpmnProcessId: 'p', version: 2 };
const complete: Command = { kind: 'completeJob', jobKey: '1', variables: '{}' };

for (const protocol of protocols) {
  const start = async (script: Script, port?: number): Promise<Cluster> => {
    const cluster = await protocol.start(script, port);
    cleanUps.push(() => cluster.stop());
    return cluster;
  };

  /** A cluster that records every request and sends the given answer. */
  const recorded = async (
    answer: Content,
    settings: { readonly tenantId?: string } = {},
  ): Promise<{ connection: Connection; seen: (readonly [Operation, Content])[] }> => {
    const seen: (readonly [Operation, Content])[] = [];
    const cluster = await start((operation, content) => {
      seen.push([operation, present(content)]);
      return { answer: operation === 'Topology' ? {} : answer };
    });
    return { connection: opened(cluster.connect(settings)), seen };
  };

  const up: Script = () => ({ answer: {} });

  describe(`over ${protocol.name}, a command`, () => {
    const variables = '{"a":9007199254740993,"b":1.10,"c":1e400}';
    const commands: readonly (readonly [Command, Operation])[] = [
      [{ kind: 'completeJob', jobKey: '9007199254740993', variables }, 'CompleteJob'],
      [{ kind: 'failJob', jobKey: '7', retries: 2, backoff: 1500, message: 'no', variables }, 'FailJob'],
      [{ kind: 'failJob', jobKey: '7', retries: 0, backoff: 0, message: '', variables: '{}' }, 'FailJob'],
      [{ kind: 'throwError', jobKey: '7', code: 'E', message: 'no', variables }, 'ThrowError'],
      [{ kind: 'updateJobTimeout', jobKey: '7', timeout: 600_000 }, 'UpdateJobTimeout'],
      [{ kind: 'setVariables', elementInstanceKey: '8', local: true, variables }, 'SetVariables'],
      [
        { kind: 'publishMessage', name: 'm', correlationKey: 'k', messageId: 'i', timeToLive: 60_000, variables },
        'PublishMessage',
      ],
    ];
    for (const [command, operation] of commands) {
      test(`108. ${command.kind} arrives as ${operation}, with every digit`, async () => {
        const { connection, seen } = await recorded({});
        assert.equal(await connection.send(command), undefined);
        const { kind: _kind, ...content } = command;
        assert.deepEqual(plain(seen), plain([[operation, content]]));
      });
    }
  });

  describe(`over ${protocol.name}, a request`, () => {
    test('142. for the topology', async () => {
      const { connection } = await recorded({});
      assert.deepEqual(await connection.topology(), {
        gatewayVersion: '8.8.0',
        clusterSize: 1,
        partitionsCount: 3,
        brokers: [
          {
            nodeId: 0,
            host: '10.0.0.1',
            port: 26501,
            version: '8.8.0',
            partitions: [{ partitionId: 1, role: 'FOLLOWER', health: 'UNHEALTHY' }],
          },
        ],
      });
      assert.ok(connection.address.startsWith(`${protocol.scheme}127.0.0.1:`), connection.address);
    });

    test('143. to deploy sends the bytes and returns only the processes', async () => {
      const process = { bpmnProcessId: 'p', version: 2, processDefinitionKey: '5', resourceName: 'p.bpmn' };
      const { connection, seen } = await recorded({ processes: [process] }, { tenantId: 'finance' });
      const content = new TextEncoder().encode('<xml>ü\r\n--</xml>');
      const files = ['p.bpmn', 'größe.bpmn', 'a.form'].map((name) => ({ name, content }));
      assert.deepEqual(await connection.deploy(files), [process]);
      assert.deepEqual(plain(seen), [
        ['DeployResource', { files: files.map(({ name }) => [name, '<xml>ü\r\n--</xml>']), tenantId: 'finance' }],
      ]);
    });

    test('145. to create an instance takes the latest version and no variables by default', async () => {
      const { connection, seen } = await recorded(created);
      assert.deepEqual(await connection.createInstance({ bpmnProcessId: 'p' }), created);
      await connection.createInstance({ bpmnProcessId: 'p', version: 7, variables: '{"a":9007199254740993}' });
      assert.deepEqual(plain(seen), [
        ['CreateProcessInstance', { bpmnProcessId: 'p', variables: '{}' }],
        ['CreateProcessInstance', { bpmnProcessId: 'p', version: 7, variables: '{"a":9007199254740993}' }],
      ]);
    });

    test('97. to create an instance with tags asks for the version first, and refuses what is not a tag', async () => {
      const { connection, seen } = await recorded({ ...created, tags: ['a:b'] });
      assert.deepEqual(await connection.createInstance({ bpmnProcessId: 'p', tags: ['a:b'] }), {
        ...created,
        tags: ['a:b'],
      });
      assert.deepEqual(
        seen.map(([operation]) => operation),
        ['Topology', 'CreateProcessInstance'],
      );
      await assert.rejects(connection.createInstance({ bpmnProcessId: 'p', tags: ['1'] }), {
        status: 'INVALID_ARGUMENT',
        reason: 'rejected',
      });
      await assert.rejects(connection.createInstance({ bpmnProcessId: 'p', businessId: 'b' }), {
        status: 'UNIMPLEMENTED',
        message: /needs Camunda 8\.9, but the gateway has the version 8\.8\.0/,
      });
    });

    test('145. to create an instance with its result waits until its timeout, and rounds nothing', async () => {
      const { connection, seen } = await recorded({ ...created, variables: '{"sum":9007199254740993}' });
      assert.deepEqual(await connection.createInstanceWithResult({ bpmnProcessId: 'p' }, { timeout: 1234 }), {
        ...created,
        variables: '{"sum":9007199254740993}',
      });
      assert.equal(seen[0]?.[1].requestTimeout, 1234);
    });

    test('147. to complete an ad-hoc sub-process carries the decision', async () => {
      const { connection, seen } = await recorded({});
      await connection.send({
        ...complete,
        result: {
          type: 'adHocSubProcess',
          activateElements: [{ elementId: 'a', variables: '{"n":1}' }],
          completionConditionFulfilled: false,
          cancelRemainingInstances: true,
        },
      });
      const { result } = (seen[1]?.[1] ?? {}) as { result: Content };
      assert.equal(result.type, 'adHocSubProcess');
      assert.equal(result.isCancelRemainingInstances, true);
      assert.equal((result.activateElements as Content[])[0]?.elementId, 'a');
    });

    test('96. carries the tenant of the connection', async () => {
      const { connection, seen } = await recorded(created, { tenantId: 'finance' });
      await connection.createInstance({ bpmnProcessId: 'p' });
      await connection.send({
        ...{ kind: 'publishMessage', name: 'm', correlationKey: '', messageId: 'i', timeToLive: 0, variables: '{}' },
      });
      await connection.activateJobs({ type: 'log', worker: 'w', timeout: 1, maxJobs: 1, requestTimeout: -1 });
      assert.deepEqual(
        seen.map(([operation, { tenantId, tenantIds }]) => [operation, tenantId ?? tenantIds]),
        [
          ['CreateProcessInstance', 'finance'],
          ['PublishMessage', 'finance'],
          ['ActivateJobs', ['finance']],
        ],
      );
    });
  });

  describe(`over ${protocol.name}, a poll for jobs`, () => {
    const poll = { type: 'log', worker: 'w', timeout: 30_000, maxJobs: 5, requestTimeout: 1000 };

    for (const code of ['RESOURCE_EXHAUSTED', 'UNAVAILABLE', 'PERMISSION_DENIED', 'UNAUTHENTICATED'] as const) {
      test(`that the gateway rejects with ${code} fails instead of returning no jobs`, async () => {
        const cluster = await start(() => ({ refuse: code, details: 'no' }));
        await assert.rejects(opened(cluster.connect()).activateJobs(poll), { status: code, reason: reasonOf(code) });
      });
    }

    test('146. returns the jobs with exact keys and variables, and the deadline as a number', async () => {
      const { connection, seen } = await recorded({ jobs: [job, { ...job, key: '8' }] });
      const jobs = await connection.activateJobs({ ...poll, fetchVariables: ['a', 'b'] });
      assert.deepEqual(
        { ...jobs[0] },
        {
          ...job,
          deadline: 1_794_477_978_000,
          kind: 'BPMN_ELEMENT',
          listenerEvent: undefined,
          userTask: undefined,
          tags: [],
        },
      );
      assert.deepEqual(
        jobs.map(({ key }) => key),
        [job.key, '8'],
      );
      const { timeout, maxJobsToActivate, requestTimeout, fetchVariable } = seen[0]?.[1] ?? {};
      assert.deepEqual([timeout, maxJobsToActivate, requestTimeout, fetchVariable], [30_000, 5, 1000, ['a', 'b']]);
    });

    test('returns no jobs if the gateway sends none', async () => {
      const { connection } = await recorded({ jobs: [] });
      assert.deepEqual(await connection.activateJobs(poll), []);
    });

    test('accepts an answer of many megabytes', async () => {
      const variables = JSON.stringify({ text: 'x'.repeat(3_000_000) });
      const { connection } = await recorded({ jobs: ['1', '2', '3'].map((key) => ({ ...job, key, variables })) });
      assert.deepEqual(
        (await connection.activateJobs(poll)).map((got) => got.variables.length),
        Array(3).fill(variables.length),
      );
    });

    test('130. may take longer than other calls, by its waiting time', async () => {
      const cluster = await start(
        () => new Promise((resolve) => setTimeout(() => resolve({ answer: { jobs: [] } }), 100)),
      );
      const connection = opened(cluster.connect({ timeout: 50 }));
      assert.deepEqual(await connection.activateJobs({ ...poll, requestTimeout: 40_000 }), []);
    });
  });

  describe(`over ${protocol.name}, a failed call`, () => {
    for (const code of protocol.statuses) {
      test(`with ${code} is ${reasonOf(code)}, is not repeated, and names the reason`, async () => {
        let calls = 0;
        const cluster = await start(() => {
          calls += 1;
          return { refuse: code, details: 'because of this' };
        });
        await assert.rejects(opened(cluster.connect()).send(complete), {
          kind: 'connection',
          status: code,
          reason: reasonOf(code),
          message: new RegExp(
            `because of this[\\s\\S]*Where: ${protocol.methodOf('CompleteJob')}, ${protocol.scheme}127\\.0\\.0\\.1:`,
          ),
        });
        assert.equal(calls, 1);
      });
    }

    test('139. to a port without a listener names the reason and what to check', async () => {
      await assert.rejects(opened(protocol.connectTo(await freePort())).topology(), {
        status: 'UNAVAILABLE',
        reason: 'transient',
        message: /cannot be reached[\s\S]*ECONNREFUSED[\s\S]*Fix:/,
      });
    });

    test('111. to a gateway that never answers ends at its deadline', async () => {
      const cluster = await start(() => undefined);
      await assert.rejects(opened(cluster.connect({ timeout: 50 })).topology(), {
        status: 'DEADLINE_EXCEEDED',
        reason: 'transient',
        message: /No answer within 50 ms/,
      });
      await assert.rejects(opened(cluster.connect()).topology({ timeout: 60 }), { message: /No answer within 60 ms/ });
    });

    test('113. is aborted by its signal, also at the gateway, without effect on other calls', async () => {
      let sawCancel: (() => void) | undefined;
      const cancelled = new Promise<void>((resolve) => {
        sawCancel = resolve;
      });
      let calls = 0;
      const controller = new AbortController();
      const cluster = await start((_operation, _content, onCancelled) => {
        calls += 1;
        if (calls > 1) return { answer: {} };
        onCancelled(() => sawCancel?.());
        controller.abort();
        return undefined;
      });
      const connection = opened(cluster.connect());
      await assert.rejects(connection.topology({ signal: controller.signal }), {
        reason: 'aborted',
        status: 'CANCELLED',
      });
      await cancelled;
      assert.equal((await connection.topology()).gatewayVersion, '8.8.0');
    });

    test('113. is not started if its signal has already fired', async () => {
      let calls = 0;
      const cluster = await start(() => {
        calls += 1;
        return undefined;
      });
      const connection = cluster.connect();
      await assert.rejects(connection.topology({ signal: AbortSignal.abort() }), { reason: 'aborted' });
      await connection.close();
      assert.equal(calls, 0);
    });
  });

  describe(`over ${protocol.name}, a connection`, () => {
    /** Calls until the gateway answers. The connection reconnects by itself, so each failed call is just repeated. */
    const topologyWhenUp = async (connection: Connection): Promise<string> => {
      for (;;) {
        try {
          return (await connection.topology({ timeout: 2_000 })).gatewayVersion;
        } catch {
          await new Promise(setImmediate);
        }
      }
    };

    test('137. reconnects by itself after an outage of the gateway', async () => {
      const first = await start(up, await freePort());
      const connection = opened(first.connect());
      assert.equal(await topologyWhenUp(connection), '8.8.0');
      first.stop();
      await assert.rejects(connection.topology(), { reason: 'transient' });
      await start(up, first.port);
      assert.equal(await topologyWhenUp(connection), '8.8.0');
    });

    test('works when the gateway starts later', async () => {
      const port = await freePort();
      const connection = opened(protocol.connectTo(port));
      await assert.rejects(connection.topology(), { reason: 'transient' });
      await start(up, port);
      assert.equal(await topologyWhenUp(connection), '8.8.0');
    });

    test('136. aborts its calls at close and rejects later ones', async () => {
      let arrived: (() => void) | undefined;
      let calls = 0;
      const received = new Promise<void>((resolve) => {
        arrived = resolve;
      });
      const cluster = await start(() => {
        calls += 1;
        if (calls === 10) arrived?.();
        return undefined;
      });
      const connection = opened(cluster.connect());
      const all = Array.from({ length: 10 }, () =>
        assert.rejects(connection.topology(), { reason: 'aborted', message: /is closed/ }),
      );
      await received;
      await connection.close();
      await Promise.all(all);
      await assert.rejects(connection.topology(), { reason: 'aborted', message: /is closed/ });
      await connection.close();
    });

    test('serves thousands of calls with one signal without adding listeners to it', async () => {
      const cluster = await start(up);
      const connection = opened(cluster.connect());
      const { signal } = new AbortController();
      const warnings: Error[] = [];
      const note = (warning: Error): void => void warnings.push(warning);
      process.on('warning', note);
      for (let round = 0; round < 10; round += 1) {
        await Promise.all(Array.from({ length: 100 }, () => connection.topology({ signal })));
      }
      await new Promise((resolve) => setImmediate(resolve));
      process.off('warning', note);
      assert.deepEqual(warnings, []);
    });
  });
}

test('REST can express every status that a gateway sends, and both give the same reasons', () => {
  const [grpc, rest] = protocols.map(({ statuses }) => statuses);
  const missing = grpc!.filter((status) => !rest!.includes(status));
  // gRPC's own, or for its libraries: no answer of a gateway has them.
  const own: readonly StatusName[] = ['CANCELLED', 'UNKNOWN', 'ABORTED', 'OUT_OF_RANGE', 'DATA_LOSS'];
  assert.deepEqual([...missing].sort(), [...own].sort());
});
