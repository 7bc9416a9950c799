/** Every call of the protocol: it has a row on the page of the engine, and the engine does what the row says. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import type { ClusterVersion } from '../../../src/engine/model/cluster-version.ts';
import { streamMethods, unaryMethods } from '../../../src/grpc/protocol/description.ts';
import { connect, startEngine, status } from '../support/client.ts';
import { instanceRows } from './call-rows-of-instances.ts';
import { jobRows } from './call-rows-of-jobs.ts';
import { resourceRows } from './call-rows-of-resources.ts';
import type { Rows } from './call-scene.ts';

const all: readonly string[] = [...unaryMethods, ...Object.keys(streamMethods)];

const calls: Rows = { ...instanceRows, ...jobRows, ...resourceRows };

for (const [rpc, check] of Object.entries(calls)) test(`${rpc} does what its row says`, check);

test('the page of the engine has a row for each call, and no other; each has a test', async () => {
  const page = await readFile('docs/engine.md', 'utf8');
  const section = page.slice(page.indexOf('## gRPC calls'), page.indexOf('### Tenants'));
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  const named = rows.flatMap((row) => Array.from(row.split('|')[1]!.matchAll(/`(\w+)`/g), ([, name]) => name));
  assert.deepEqual(named.toSorted(), all.toSorted());
  assert.deepEqual(Object.keys(calls).toSorted(), all.toSorted());
});

const bytesAsTheyAre = (bytes: Buffer): Buffer => bytes;

for (const rpc of ['AssignProcessInstanceBusinessId', 'GetResource', 'CreateWorkflowInstance', 'topology']) {
  test(`${rpc}, which has no row, is unimplemented and named`, async (t) => {
    const client = new Client((await startEngine(t)).address, credentials.createInsecure());
    t.after(() => client.close());
    const call = new Promise((resolve, reject) => {
      const done = (error: ServiceError | null): void => (error ? reject(error) : resolve(undefined));
      const method = `/gateway_protocol.Gateway/${rpc}`;
      client.makeUnaryRequest(method, bytesAsTheyAre, bytesAsTheyAre, Buffer.alloc(0), new Metadata(), {}, done);
    });
    await assert.rejects(call, status(12, new RegExp(`\\b${rpc}\\b`)));
  });
}

const newer = { EvaluateConditional: ['8.8', '8.9'], UpdateJobPriority: ['8.9', '8.10'] } as const;
for (const [rpc, [before, since]] of Object.entries(newer)) {
  test(`${rpc} is unimplemented and named in ${before}, and known in ${since}`, async (t) => {
    const call = async (version: ClusterVersion) =>
      connect(t, (await startEngine(t, { version })).address).call(rpc, { jobKey: '1', priority: 1, variables: '{}' });
    await assert.rejects(call(before), status(12, new RegExp(`\\b${rpc}\\b`)));
    const answer = await call(since).catch(({ code }: ServiceError) => code);
    assert.notEqual(answer, 12);
  });
}
