/** Elements of official inbound connectors in the files that `check --resource` searches. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inboundElementReport } from '../../../src/cli/check/inbound-elements.ts';
import { isFault } from '../../../src/common/fault.ts';

const process = (content: string): string =>
  `<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="x"><bpmn:process id="p" isExecutable="true">${content}</bpmn:process></bpmn:definitions>`;

const polling = process(
  '<bpmn:startEvent id="start"><bpmn:extensionElements><zeebe:properties><zeebe:property name="inbound.type" value="io.camunda:http-polling:1"/></zeebe:properties></bpmn:extensionElements></bpmn:startEvent>',
);

test('names each element, and each file that cannot be searched', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'check-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'a.bpmn'), polling);
  writeFileSync(join(folder, 'b.bpmn'), process('<bpmn:startEvent id="start"/>'));
  writeFileSync(join(folder, 'c.bpmn'), process('<bpmn:complexGateway id="g"/>'));
  const lines = await inboundElementReport(['.'], folder);
  assert.equal(lines.length, 2);
  assert.match(
    lines[0] ?? '',
    /^Warning: a\.bpmn: nobody serves the official inbound connector "io\.camunda:http-polling:1" of the element start/,
  );
  assert.match(lines[1] ?? '', /^Note: c\.bpmn was not searched/);
  assert.deepEqual(await inboundElementReport(['b.bpmn'], folder), []);
  await assert.rejects(
    inboundElementReport(['d.bpmn'], folder),
    (error) => isFault(error) && /d\.bpmn/.test(error.message),
  );
});
