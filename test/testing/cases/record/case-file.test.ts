/** The file that recorded test cases are added to: what others write into it meanwhile stays. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openCaseFile } from '../../../../src/testing/cases/record/case-file.ts';

const newPath = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'case-file-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'cases.json');
};

const caseNamed = (name: string) => ({ name, instructions: [] });

const namesIn = (path: string): readonly string[] =>
  JSON.parse(readFileSync(path, 'utf8')).testCases.map(({ name }: { readonly name: string }) => name);

test('a file that does not exist is created', async (t) => {
  const path = newPath(t);
  await (await openCaseFile(path, 'cases.json')).add(caseNamed('one'));
  assert.deepEqual(namesIn(path), ['one']);
});

test('test cases that were written meanwhile stay, and the file may be added to several times', async (t) => {
  const path = newPath(t);
  const [first, second] = [await openCaseFile(path, 'cases.json'), await openCaseFile(path, 'cases.json')];
  writeFileSync(path, JSON.stringify({ testCases: [caseNamed('by hand')] }));
  await first.add(caseNamed('one'));
  await second.add(caseNamed('two'));
  await first.add(caseNamed('three'));
  assert.deepEqual(namesIn(path), ['by hand', 'one', 'two', 'three']);
});

test('a file that is broken by then is refused and stays as it is', async (t) => {
  const path = newPath(t);
  const file = await openCaseFile(path, 'cases.json');
  writeFileSync(path, '{ "testCases": [');
  await assert.rejects(file.add(caseNamed('one')), /cases\.json/);
  assert.equal(readFileSync(path, 'utf8'), '{ "testCases": [');
});
