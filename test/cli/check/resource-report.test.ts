/** What `check --resource` finds in files: elements of official inbound connectors, and expressions with other results. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { changedResults } from '../../../src/cli/check/changed-results.ts';
import { resourceReport } from '../../../src/cli/check/resource-report.ts';
import { isFault } from '../../../src/common/fault.ts';

const process = (content: string): string =>
  `<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="x"><bpmn:process id="p" isExecutable="true">${content}</bpmn:process></bpmn:definitions>`;

/** The lines, those of errors first. */
const linesOf = async (...args: Parameters<typeof resourceReport>): Promise<readonly string[]> => {
  const { errors, lines } = await resourceReport(...args);
  return [...errors, ...lines];
};

const polling = process(
  '<bpmn:startEvent id="start"><bpmn:extensionElements><zeebe:properties><zeebe:property name="inbound.type" value="io.camunda:http-polling:1"/></zeebe:properties></bpmn:extensionElements></bpmn:startEvent>',
);

test('names each element, and each file that cannot be searched', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'check-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'a.bpmn'), polling);
  writeFileSync(join(folder, 'b.bpmn'), process('<bpmn:startEvent id="start"/>'));
  writeFileSync(join(folder, 'c.bpmn'), process('<bpmn:startEvent id="start"/><bpmn:complexGateway id="g"/>'));
  const lines = await linesOf(['.'], folder, true);
  assert.equal(lines.length, 2);
  assert.match(
    lines[1] ?? '',
    /^Warning: a\.bpmn: nobody serves the official inbound connector "io\.camunda:http-polling:1" of the element start/,
  );
  assert.match(
    lines[0] ?? '',
    /^Error: c\.bpmn cannot be deployed\. g: .* complex gateways, and neither does Camunda 8\./,
  );
  assert.deepEqual(await linesOf(['b.bpmn'], folder, true), []);
  await assert.rejects(
    resourceReport(['d.bpmn'], folder, true),
    (error) => isFault(error) && /d\.bpmn/.test(error.message),
  );
});

const task = (input: string): string =>
  process(
    `<bpmn:startEvent id="start"/><bpmn:serviceTask id="pay"><bpmn:extensionElements><zeebe:taskDefinition type="pay"/><zeebe:ioMapping><zeebe:input source="${input}" target="a"/></zeebe:ioMapping></bpmn:extensionElements></bpmn:serviceTask>`,
  );

const awaiting = process(
  '<bpmn:startEvent id="start"/><bpmn:intermediateCatchEvent id="told"><bpmn:messageEventDefinition messageRef="m"/></bpmn:intermediateCatchEvent>',
).replace(
  '</bpmn:definitions>',
  '<bpmn:message id="m" name="paid"><bpmn:extensionElements><zeebe:subscription correlationKey="order"/></bpmn:extensionElements></bpmn:message></bpmn:definitions>',
);

for (const [title, name, content, expected] of [
  [
    'an expression without its last brace',
    'a.bpmn',
    task('={a: 1'),
    /^Error: a\.bpmn cannot be deployed\. pay > .*line 1/,
  ],
  ['a correlation key without =', 'a.bpmn', awaiting, /^Error: a\.bpmn cannot be deployed\. .*=order/],
  ['a form that is not JSON', 'a.form', '{', /^Error: a\.form cannot be deployed\. /],
  ['a decision that is not XML', 'a.dmn', '<', /^Error: a\.dmn cannot be deployed\. /],
  [
    'what only a cluster may run',
    'a.bpmn',
    process(
      '<bpmn:startEvent id="start"/><bpmn:task id="t"><bpmn:extensionElements><zeebe:unheardOf/></bpmn:extensionElements></bpmn:task>',
    ),
    /^Warning: a\.bpmn was not checked further, because the embedded engine cannot run it\. .*a Camunda 8 cluster may\./,
  ],
] as const) {
  test(`says why a file cannot be deployed: ${title}`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'check-'));
    t.after(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, name), content);
    const lines = await linesOf(['.'], folder, true);
    assert.match(lines[0] ?? '', expected);
    assert.equal(lines.length, 1, lines.join('\n'));
  });
}

test('names forms, decisions and processes that neither the files nor their folder contain', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'check-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const ask = (id: string): string =>
    `<bpmn:userTask id="ask-${id}"><bpmn:extensionElements><zeebe:userTask/><zeebe:formDefinition formId="${id}"/></bpmn:extensionElements></bpmn:userTask>`;
  const flows = '<bpmn:startEvent id="start"/>';
  writeFileSync(join(folder, 'a.bpmn'), process(flows + ask('order') + ask('ordre') + ask('other')));
  writeFileSync(join(folder, 'order.form'), '{ "id": "order", "type": "default", "components": [] }');
  const expected = [
    /^Warning: a\.bpmn: ask-ordre \(process p\) shows the form "ordre", which none of these files contains, .* Did you mean "order"\? Fix: /,
    /^Note: a\.bpmn: ask-other \(process p\) shows the form "other", which none of these files contains, so it has to be on the cluster already\. Fix: /,
  ];
  for (const path of ['.', 'a.bpmn']) {
    const lines = await linesOf([path], folder, true);
    assert.equal(lines.length, expected.length, lines.join('\n'));
    for (const [index, line] of lines.entries()) assert.match(line, expected[index]!);
  }
});

test('a file that does not exist is named with the option', () =>
  assert.rejects(
    resourceReport(['nope.bpmn'], tmpdir(), true),
    /nope\.bpmn[\s\S]*\nWhere: --resource\nFix: correct the paths/,
  ));

test('names each expression whose result has changed', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'check-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const task =
    '<bpmn:serviceTask id="pay"><bpmn:extensionElements><zeebe:taskDefinition type="pay"/><zeebe:taskHeaders>' +
    '<zeebe:header key="resultExpression" value="={ok: is defined(response)}"/><zeebe:header key="note" value="=== no ="/>' +
    '</zeebe:taskHeaders><zeebe:ioMapping><zeebe:input source="=is defined(x)" target="a"/><zeebe:input source="=x" target="b"/>' +
    '</zeebe:ioMapping></bpmn:extensionElements></bpmn:serviceTask>';
  const flows =
    '<bpmn:startEvent id="start"/><bpmn:exclusiveGateway id="xor" default="no"/>' +
    '<bpmn:sequenceFlow id="in" sourceRef="start" targetRef="xor"/><bpmn:sequenceFlow id="no" sourceRef="xor" targetRef="pay"/>' +
    '<bpmn:sequenceFlow id="yes" sourceRef="xor" targetRef="pay"><bpmn:conditionExpression>=is(a, b)</bpmn:conditionExpression></bpmn:sequenceFlow>';
  writeFileSync(join(folder, 'a.bpmn'), process(flows + task));
  const note = (expression: string, element: string, change: string): string =>
    `Note: a.bpmn: the expression ${JSON.stringify(expression)} of ${element} (process p) has another result than before, as on a cluster: ${change}.`;
  const isDefined = 'is defined(…) is false for null; it was true';
  assert.deepEqual((await linesOf(['a.bpmn'], folder, true)).toSorted(), [
    note('=is defined(x)', 'pay', isDefined),
    note('=is(a, b)', 'yes', 'is(…) is null, because Camunda has no such function'),
    note('={ok: is defined(response)}', 'pay', isDefined),
  ]);
});

const changed: readonly (readonly [expression: string, change: RegExp])[] = [
  ['if not(is defined(a.b)) then 1 else 2', /^is defined\(…\) is false for null/],
  ['put({}, "a", 1)', /^put\(…\) has a result/],
  ['put all({}, {a: 1})', /^put all\(…\) has a result/],
  ['list replace([1], 1, 2)', /Camunda has no such function/],
  ['number(7)', /^number\(…\) of a number is null/],
  ['round up(5.2)', /^round up\(…\) without a scale is null/],
  ['years and months duration(a, b)', /has no days/],
  ['date and time(x, "Europe/Berlin")', /with a zone has a result/],
  ['string length("😀")', /counts UTF-16 units/],
  ['modulo(a, 0)', /fails; it was null/],
  ['log(0)', /fails; it was null/],
  ['string([1..2])', /of a range is a text/],
  ['context put(context: a, keys: ["b"], value: 1)', /with names of parameters has a result/],
  ['a.size()', /^size\(…\) of a value fails/],
  ['matches(a, "(?i)x")', /^the pattern of matches\(…\) has the meaning of Java/],
  ['replace(a, "x", "y", "x")', /^the pattern of replace/],
  ['split(a, "a\\-b")', /^the pattern of split/],
  ['{count: 1, r: count([1])}', /^the entry count no longer hides the function count/],
  ['for x in list, y in x.items return y', /does not see the variables of the same loop/],
  ['-duration("P1D")', /^the negative of a duration is null/],
  ['[1] < [2]', /^comparing two lists fails/],
  ['now() - created', /counts their offsets/],
  ['time("10:00:00Z") - time(x)', /counts their offsets/],
  ['@"2026-03-28T02:30:00@Europe/Berlin" + duration("P1D")', /change of the clock/],
  ['"\\u0041"', /stays as it is in a text/],
];
for (const [expression, change] of changed) {
  test(`the result of ${expression} has changed`, () => {
    const found = changedResults(expression);
    assert.equal(found.length, 1, found.join());
    assert.match(found[0]!, change);
  });
}

for (const expression of [
  'order.total > 100',
  'number("7")',
  'round up(5.2, 1)',
  'date and time(x)',
  'date("2026-01-02")',
  'string length("äöü")',
  'modulo(a, 2)',
  'matches(a, "[a-z]+", "i")',
  '{n: 1, r: count([n])}',
  'for x in list, y in other return y',
  'now() + duration("PT1H")',
  'now() - duration("PT1H")',
  '-1',
  'a - b',
  '[1, 2][1]',
]) {
  test(`the result of ${expression} has not changed`, () => assert.deepEqual(changedResults(expression), []));
}

test('warns of priorities of jobs where jobs come by streams', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'check-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const priority = '<zeebe:jobPriorityDefinition priority="=urgency"/>';
  const task = (id: string, more: string): string =>
    `<bpmn:serviceTask id="${id}"><bpmn:extensionElements><zeebe:taskDefinition type="t"/>${more}</bpmn:extensionElements></bpmn:serviceTask>`;
  const start = '<bpmn:startEvent id="start"/>';
  const whole = `<bpmn:extensionElements>${priority}</bpmn:extensionElements>`;
  writeFileSync(
    join(folder, 'own.bpmn'),
    process(start + task('first', priority) + task('second', '') + task('third', priority)),
  );
  writeFileSync(join(folder, 'process.bpmn'), process(whole + start + task('first', '')));
  writeFileSync(join(folder, 'none.bpmn'), process(start + task('first', '')));
  const lines = await linesOf(['.'], folder, true);
  assert.equal(lines.length, 2, lines.join('\n'));
  assert.match(
    lines[0]!,
    /^Warning: own\.bpmn: a priority of jobs is set by first, third \(process p\), .* Fix: poll, with createRuntime\(\{ streaming: false \}\)/,
  );
  assert.match(lines[1]!, /^Warning: process\.bpmn: a priority of jobs is set by the process p \(process p\)/);
  assert.deepEqual(await linesOf(['.'], folder, false), []);
});
