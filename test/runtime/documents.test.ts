/** Documents in whole processes: over REST beside gRPC, embedded, and where there are none. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { inspect } from 'node:util';
import { defineOutbound, document, documentResult, documentReturnFormat } from 'camunda-connectors';
import * as v from 'valibot';
import type { ConnectionInput } from '../../src/connection/index.ts';
import { createConnection } from '../../src/connection/index.ts';
import type { Connection } from '../../src/connection/port.ts';
import type { DocumentReference } from '../../src/connector/document.ts';
import type { AnyOutbound } from '../../src/connector/types.ts';
import { createEngine, type Engine } from '../../src/engine/index.ts';
import { chain, end, type JobOptions, process as processFile, serviceTask, start } from '../engine/support/bpmn.ts';
import { observe, type TestRuntime } from './support/runtime.ts';

const secret = 'very-secret-content';

const oneTask = (type: string, options: JobOptions = {}): string =>
  processFile('p', ...chain(start(), serviceTask('work', { type, ...options }), end()));

/** An engine with a process of one task, and a runtime whose connection knows these addresses. */
const setUp = async (
  t: TestContext,
  content: string,
  outbound: readonly AnyOutbound[],
  addresses: (engine: Engine) => ConnectionInput,
): Promise<{ readonly engine: Engine; readonly connection: Connection; readonly observed: TestRuntime }> => {
  const engine = await createEngine({ restPort: 0 });
  const connection = createConnection(addresses(engine));
  const observed = observe({ connection, outbound });
  t.after(async () => {
    await observed.runtime.stop();
    await connection.close();
    await engine.stop();
  });
  await engine.deploy({ name: 'p.bpmn', content });
  await observed.runtime.start();
  return { engine, connection, observed };
};

const both = (engine: Engine): ConnectionInput => ({
  ...{ type: 'INSECURE', hostname: '127.0.0.1', port: engine.port, restAddress: engine.restAddress! },
});

const onlyRest = ({ restAddress }: Engine): ConnectionInput => ({ type: 'INSECURE', restAddress: restAddress! });

const onlyGrpc = (engine: Engine): ConnectionInput => ({ type: 'INSECURE', hostname: '127.0.0.1', port: engine.port });

const run = (engine: Engine, variables: Parameters<Engine['createInstance']>[0]['variables'] = {}) =>
  engine.ended(engine.createInstance({ bpmnProcessId: 'p', variables }).processInstanceKey);

const textOf = async (engine: Engine, reference: unknown): Promise<string> => {
  const parts: Uint8Array[] = [];
  for await (const part of await engine.documents.read(reference as DocumentReference)) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
};

const upperCase = defineOutbound({
  name: 'Upper case',
  type: 'upper-case',
  input: v.object({ file: document() }),
  output: v.object({ loud: document() }),
  run: async ({ file }, { documents }) => ({
    loud: await documents.create({ content: (await file.text()).toUpperCase(), fileName: 'loud.txt' }),
  }),
});

for (const [title, addresses] of [
  ['over REST, with jobs over gRPC', both],
  ['over REST, with jobs over REST', onlyRest],
] as const) {
  test(`a process passes a document through a connector ${title}`, async (t) => {
    const { engine, connection, observed } = await setUp(t, oneTask('upper-case'), [upperCase], addresses);
    assert.equal(connection.address.startsWith('grpc:'), title.endsWith('gRPC'));
    const file = await engine.documents.create({ content: secret });
    const { variables, key } = await run(engine, { file: [file] });
    const loud = variables.loud as unknown as DocumentReference;
    assert.equal(await textOf(engine, loud), secret.toUpperCase());
    assert.deepEqual(engine.documents.references(), [file, loud]);
    assert.deepEqual(
      [loud.metadata.processDefinitionId, loud.metadata.processInstanceKey, loud.metadata.fileName],
      ['p', key, 'loud.txt'],
    );
    assert.ok(!inspect(observed, { depth: 12 }).includes(secret), 'no event and no line shows the content');
  });
}

test('an embedded runtime has documents without a port for REST', async (t) => {
  const connection = createConnection({ type: 'EMBEDDED' });
  const observed = observe({ connection, outbound: [upperCase] });
  t.after(async () => {
    await observed.runtime.stop();
    await connection.close();
  });
  const engine = await connection.engine();
  await engine.deploy({ name: 'p.bpmn', content: oneTask('upper-case') });
  await observed.runtime.start();
  const file = await engine.documents.create({ content: 'a' });
  assert.equal(engine.restAddress, undefined);
  assert.equal(await textOf(engine, (await run(engine, { file })).variables.loud), 'A');
});

const load = defineOutbound({
  name: 'Load',
  type: 'load',
  input: v.object({ content: v.string(), documentReturnFormat: documentReturnFormat({ default: 'TEXT' }) }),
  run: ({ content }) => documentResult({ content, fileName: 'a.json' }),
});

test('a task chooses the format of content, and an expression stores a document', async (t) => {
  const headers = {
    resultVariable: 'r',
    resultExpression: '={doc: createDocument({content: "aGk=", name: "hi.txt"}), kind: response}',
  };
  const { engine } = await setUp(t, oneTask('load', { headers }), [load], both);
  const content = '{"a":1}';
  const asText = await run(engine, { content });
  assert.equal(asText.variables.r, content);
  assert.equal(await textOf(engine, asText.variables.doc), 'hi');
  const asJson = await run(engine, { content, documentReturnFormat: { choice: 'JSON' } });
  assert.deepEqual(asJson.variables.r, { a: 1 });
  const asDocument = await run(engine, { content, documentReturnFormat: { choice: 'DOCUMENT' } });
  assert.equal(await textOf(engine, asDocument.variables.r), content);
  assert.deepEqual(asDocument.variables.kind, asDocument.variables.r);
  assert.equal(engine.documents.references().length, 4);
});

/** The incident of an instance. */
const incidentOf = async (engine: Engine, begin: () => { readonly processInstanceKey: string }): Promise<string> => {
  const created = engine.next((event) => event.kind === 'incident:created');
  const { processInstanceKey } = begin();
  await created;
  return String(engine.incidents(processInstanceKey)[0]?.message);
};

test('over gRPC alone, the incident says what is missing, and nothing is stored', async (t) => {
  const { engine } = await setUp(t, oneTask('upper-case', { retries: '1' }), [upperCase], onlyGrpc);
  const file = await engine.documents.create({ content: secret });
  const message = await incidentOf(engine, () => engine.createInstance({ bpmnProcessId: 'p', variables: { file } }));
  assert.match(
    message,
    /this connection has only gRPC\.\nWhere: grpc:.*\nFix: set CAMUNDA_REST_ADDRESS \(restAddress\)/,
  );
  assert.ok(!message.includes(secret), message);
  assert.deepEqual(engine.documents.references(), [file]);
});

test('a full store fails the job, and the documents that were stored before are deleted', async (t) => {
  const resultExpression = '={a: createDocument("aGk="), b: createDocument("aGk="), c: createDocument("aGk=")}';
  const nothing = defineOutbound({ name: 'N', type: 'nothing', input: v.object({}), run: () => ({}) });
  const task = oneTask('nothing', { retries: '1', headers: { resultExpression } });
  const { engine } = await setUp(t, task, [nothing], both);
  await Promise.all(Array.from({ length: 998 }, () => engine.documents.create({ content: '' })));
  const message = await incidentOf(engine, () => engine.createInstance({ bpmnProcessId: 'p' }));
  assert.match(message, /The memory is full/);
  assert.equal(engine.documents.references().length, 998);
});
