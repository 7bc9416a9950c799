import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { startVariables } from '../../../../../src/cli/dev/page/examples/start-variables.ts';
import { formVariables } from '../../../../../src/cli/hints/references/form-variables.ts';
import { connectorFacts } from '../../../../../src/cli/modules/connector-facts.ts';
import { compileBpmn } from '../../../../../src/engine/model/index.ts';
import { defineInbound, defineOutbound, feelDate, feelDaysTimeDuration } from '../../../../../src/index.ts';
import {
  boundary,
  bytes,
  catchEvent,
  chain,
  end,
  exclusiveGateway,
  flow,
  other,
  type Part,
  process,
  serviceTask,
  start,
  subProcess,
} from '../../../../engine/support/bpmn.ts';

const charge = defineOutbound({
  name: 'Charge',
  type: 'charge',
  input: v.object({ total: v.pipe(v.number(), v.minValue(3)), card: v.string() }),
  output: v.object({ receipt: v.string() }),
  run: () => ({ receipt: '1' }),
});
const poll = defineInbound({
  name: 'poll',
  input: v.object({ path: v.string() }),
  output: v.object({ content: v.string() }),
  loop: () => undefined,
});
const facts = connectorFacts({ outbound: [charge], inbound: [poll] });

/** With a form whose fields a user task fills in. */
const asked = async (...parts: readonly Part[]) => {
  const compiled = await compileBpmn('p.bpmn', bytes(process('p', ...parts)));
  assert.ok(compiled.ok, 'the process compiles');
  const fields = [
    { type: 'number', key: 'age', validate: { min: 18 } },
    { type: 'textfield', key: 'person.name' },
    { type: 'checkbox', key: 'card', disabled: true },
    { type: 'select', key: 'size', values: [{ value: 'S' }] },
  ];
  const forms = new Map([['ask', formVariables(JSON.stringify({ components: fields }))]]);
  return startVariables(compiled.processes[0]!, facts, () => true, forms);
};

const ask = other('userTask', 'Ask', {
  extensions:
    '<zeebe:userTask /><zeebe:formDefinition formId="ask" /><zeebe:ioMapping><zeebe:output source="=age" target="years" /></zeebe:ioMapping>',
});
const plainAsk = other('userTask', 'Ask', { extensions: '<zeebe:userTask /><zeebe:formDefinition formId="ask" />' });
const pay = (id: string, total: string) => serviceTask(id, { type: 'charge', inputs: { total, card: '=person.name' } });

test('not what the form of an earlier user task writes', async () => {
  const { variables, notes } = await asked(...chain(start(), plainAsk, pay('Pay', '=age + 1'), end()));
  assert.deepEqual([variables, notes], [{}, []]);
  const mapped = await asked(...chain(start(), ask, pay('Pay', '=years'), end()));
  assert.deepEqual(mapped, { variables: { person: { name: 'card' } }, notes: [] }, 'only years is passed on');
});

test('what is read before the form writes it, with the types of the form', async () => {
  const { variables, notes } = await asked(...chain(start(), pay('Pay', '=age + 1'), ask, end()));
  assert.deepEqual([variables, notes], [{ age: 18, person: { name: 'card' } }, []]);
  const read = await asked(
    ...chain(start(), serviceTask('A', { type: 'a', inputs: { a: '=[size, card]' } }), ask, end()),
  );
  assert.deepEqual(read.variables, { size: 'S', card: null }, 'nobody can fill in card');
});

const examplesOf = async (...parts: readonly Part[]) => {
  const compiled = await compileBpmn('p.bpmn', bytes(process('p', ...parts)));
  assert.ok(compiled.ok, 'the process compiles');
  return startVariables(compiled.processes[0]!, facts);
};

test('what a connector reads from the process, with examples of its schema', async () => {
  const { variables, notes } = await examplesOf(...chain(start(), serviceTask('Pay', { type: 'charge' }), end()));
  assert.deepEqual([variables, notes], [{ total: 3, card: 'card' }, []]);
});

test('dates, durations and large numbers as variables hold them', async () => {
  const input = v.object({ at: v.date(), due: feelDate(), within: feelDaysTimeDuration(), id: v.bigint() });
  const connector = defineOutbound({ name: 'A', type: 'a', input, run: () => undefined });
  const compiled = await compileBpmn(
    'p.bpmn',
    bytes(process('p', ...chain(start(), serviceTask('A', { type: 'a' }), end()))),
  );
  assert.ok(compiled.ok, 'the process compiles');
  const { variables } = startVariables(compiled.processes[0]!, connectorFacts({ outbound: [connector], inbound: [] }));
  assert.deepEqual(variables, { at: '2030-01-31T09:00:00Z', due: '2026-01-31', within: 'P1DT2H30M', id: 1 });
  assert.equal(v.safeParse(feelDate(), variables.due).success, true, 'the example is a date');
});

test('what input mappings read, at their paths, and not what they write', async () => {
  const inputs = { total: '=order.sum', card: '="4711"' };
  const { variables } = await examplesOf(...chain(start(), serviceTask('Pay', { type: 'charge', inputs }), end()));
  assert.deepEqual(variables, { order: { sum: 3 } });
});

test('not what an earlier connector writes', async () => {
  const { variables } = await examplesOf(
    ...chain(
      start(),
      serviceTask('Pay', { type: 'charge' }),
      serviceTask('Again', { type: 'charge', inputs: { card: '=receipt', total: '=total' } }),
      end(),
    ),
  );
  assert.deepEqual(variables, { total: 3, card: 'card' });
});

test('what an inbound connector reads, and a text for a correlation key', async () => {
  const { variables, notes } = await examplesOf(
    ...chain(
      start(),
      serviceTask('Watch', {
        type: '_activate_inbound_connector',
        inputs: { name: 'poll', path: '=file', correlation_key: '=requestId' },
      }),
      catchEvent('Arrived', { message: { name: 'poll', correlationKey: '=requestId' } }),
      end(),
    ),
  );
  assert.deepEqual(variables, { file: 'path', requestId: '1' });
  assert.deepEqual(notes, []);
});

test('a variable of which nothing is known is null, and a note says who reads it', async () => {
  const { variables, notes } = await examplesOf(
    ...chain(start(), exclusiveGateway('Large', { default: 'no' })),
    end('A'),
    end('B'),
    flow('Large', 'A', { condition: '=amount > 10' }),
    flow('Large', 'B', { id: 'no' }),
  );
  assert.deepEqual(variables, { amount: null });
  assert.equal(notes.length, 1);
  assert.match(notes[0]!, /^Fill in amount: the condition of .* reads it, and no schema says what it is\.$/);
});

test('a variable that an input mapping passes on under the same name, whether a schema describes it or not', async () => {
  const order = '="order " + orderId';
  const pay = serviceTask('Pay', { type: 'charge', inputs: { total: '=total', card: order, customer: '=customer' } });
  const print = serviceTask('Print', { type: 'print', inputs: { copies: '=copies', page: '=copies + 1' } });
  const { variables, notes } = await examplesOf(...chain(start(), pay, print, end()));
  assert.deepEqual(variables, { total: 3, orderId: null, customer: null, copies: null });
  assert.equal(notes.length, 3);
});

test('not what an input mapping before it, or of the subprocess around it, has written', async () => {
  const inner = chain(
    start('s'),
    serviceTask('Pay', { type: 'charge', inputs: { net: '=order.net', total: '=net', card: '=account' } }),
    end('e'),
  );
  const inside = subProcess('Inside', { inputs: { account: '=order.card' } }, ...inner);
  const { variables } = await examplesOf(...chain(start(), inside, end()));
  assert.deepEqual(variables, { order: null });
});

test('a task without a connector adds nothing', async () => {
  const { variables } = await examplesOf(
    ...chain(start(), serviceTask('Other', { type: 'other' }), end()),
    boundary('Late', 'Other', { duration: 'PT1H' }),
    end('Over'),
    flow('Late', 'Over'),
  );
  assert.deepEqual(variables, {});
});
