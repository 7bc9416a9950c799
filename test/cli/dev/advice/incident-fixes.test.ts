import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixesOf, incidentFix } from '../../../../src/cli/dev/advice/incident-fixes.ts';

const variables = new Map<string, never>(
  Object.entries({ amount: '20', limit: 7, parts: [1], order: { id: 1 } }) as never,
);

const fixOf = (type: string, message: string): string | undefined =>
  incidentFix({ type, message, elementId: 'Pay', variables, processIds: ['shipping', 'order'] });

const result = (expression: string, wanted: string, given: string): string =>
  `Expected result of the expression '${expression}' to be '${wanted}', but was '${given}'.`;

for (const [title, type, message, expected] of [
  [
    'a comparison of different kinds names the kinds and not the values',
    'EXTRACT_VALUE_ERROR',
    result('amount > limit', 'BOOLEAN', 'NULL'),
    /^amount is a text and limit is a number, and values of different kinds give null\. Fix: make the expression give true or false, for example with number\(amount\)/,
  ],
  [
    'without a comparison, no conversion is proposed',
    'EXTRACT_VALUE_ERROR',
    result('order.total', 'BOOLEAN', 'NULL'),
    /^order is a context, and .* Fix: make the expression give true or false, or set/,
  ],
  [
    'a result of another kind',
    'EXTRACT_VALUE_ERROR',
    result('amount', 'ARRAY', 'STRING'),
    /^Fix: make the expression give a list, or/,
  ],
  [
    'a missing variable with a name that is almost there',
    'IO_MAPPING_ERROR',
    `${result('amout', 'STRING', 'NULL')} No variable found for 'amout'.`,
    /^Did you mean amount\? Fix: set the variable amout/,
  ],
  [
    'a called process with a misspelt id',
    'CALLED_ELEMENT_ERROR',
    "Expected process with BPMN process id 'shiping' to be deployed, but not found.",
    /^Did you mean shipping\? Fix: deploy the file with the process shiping/,
  ],
  [
    'a linked resource that is not deployed',
    'RESOURCE_NOT_FOUND',
    "Expected to find a resource with id 'run.py', but no such resource was found.",
    /^Fix: deploy the file run\.py, for example with --resource, or correct the id of the linked resource/,
  ],
  [
    'a message that says it already',
    'CONDITION_ERROR',
    `${result('amount', 'BOOLEAN', 'NULL')} Fix: do this.`,
    undefined,
  ],
  [
    'a job whose inputs are wrong names their mappings',
    'JOB_NO_RETRIES',
    `The job's variables do not fit the input of the connector "Pay" (pay):\n- amount: must not be null\n- customer.name: is required | Error variables: {"error":"\n- no: no"}`,
    /^Fix: map amount and customer\.name in the input mappings of Pay, deploy the process and start the instance anew with restart; or set the variables and run the job again with retry\.$/,
  ],
  [
    'a job whose inputs are wrong as a whole',
    'JOB_NO_RETRIES',
    `The job's variables do not fit the input of the connector "Pay" (pay):\n- (root): is nested too deeply`,
    /^Fix: correct the input mappings of Pay, deploy the process and start the instance anew with restart\.$/,
  ],
  [
    'a job that failed otherwise, also with a list',
    'JOB_NO_RETRIES',
    'The shop is closed:\n- amount: 3',
    /^Fix: correct the cause, and run the job again with retry\. With --watch, a changed connector is loaded anew/,
  ],
  ['a failed job whose error says it itself', 'JOB_NO_RETRIES', 'The shop is closed. Fix: open it.', undefined],
  ['a message of another form', 'EXTRACT_VALUE_ERROR', 'Something else', undefined],
] as const) {
  test(`how to fix an incident: ${title}`, () => {
    const fix = fixOf(type, message);
    if (expected === undefined) assert.equal(fix, undefined);
    else assert.match(fix ?? '', expected);
    assert.doesNotMatch(fix ?? '', /"?20"?/);
  });
}

test('the variables of an instance and the processes are read once for all incidents, and only if one needs them', () => {
  const reads: string[] = [];
  const fixOfIncident = fixesOf({
    instance: (key) => {
      reads.push(`instance ${key}`);
      return { variables: { amount: 1 } } as never;
    },
    processes: () => {
      reads.push('processes');
      return [{ bpmnProcessId: 'shipping' }] as never;
    },
  });
  const incident = (processInstanceKey: string, type = 'CALLED_ELEMENT_ERROR') => ({
    ...{ type, processInstanceKey, elementId: 'Pay' },
    message: "Expected process with process id 'shiping' to be deployed, but not found.",
  });
  assert.match(fixOfIncident(incident('1', 'JOB_NO_RETRIES'))!, /^Fix: correct the cause/);
  assert.deepEqual(reads, []);
  for (const key of ['1', '1', '2', '1', '2']) assert.match(fixOfIncident(incident(key))!, /^Did you mean shipping\?/);
  assert.deepEqual(reads.toSorted(), ['instance 1', 'instance 2', 'processes']);
});
