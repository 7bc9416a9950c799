/** Files that wait for their deployment: with others that are broken, and after a step back; and what stays of files that are gone. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { deployedBy } from '../../../../src/cli/dev/watch/gone-files.ts';
import { createEngine } from '../../../../src/engine/index.ts';
import { chain, end, process as processFile, serviceTask, start } from '../../../engine/support/bpmn.ts';
import { folderWith, moduleOf, runCommand } from '../../support/running.ts';

const p = processFile('p', ...chain(start('Start'), serviceTask('Task', { type: 'a' }), end('End')));
const q = p.replaceAll('"p"', '"q"');

/** The next version of a model. */
const changed = (model: string): string => model.replaceAll('"End"', '"Over"');

const session = async (t: TestContext, page: readonly string[]) => {
  const folder = folderWith(t, {
    'package.json': '{ "type": "module" }',
    'a.mjs': moduleOf('A', 'a'),
    'models/p.bpmn': p,
    'models/q.bpmn': q,
  });
  const args = ['dev', './a.mjs', '--resource', 'models', '--watch', ...page];
  const program = runCommand(t, args, { folder });
  await program.prints(/Watching for changes\./);
  const path = (name: string): string => join(folder, 'models', name);
  return {
    ...program,
    write: (name: string, text: string) => writeFileSync(path(name), text),
    saveAgain: (name: string) => writeFileSync(path(name), readFileSync(path(name))),
  };
};

test('a changed file that could not be deployed because of another one is deployed with its correction', async (t) => {
  const program = await session(t, ['--no-page']);
  program.write('p.bpmn', changed(p));
  program.write('q.bpmn', '<nothing>');
  await program.prints(/What was deployed before stays\./);
  program.write('q.bpmn', changed(q));
  await program.prints(/Deployed q in version 2/);
  await program.prints(/Deployed p in version 2/);
});

test('a file with mistakes does not hold up the changes of others', async (t) => {
  const program = await session(t, ['--no-page']);
  program.write('p.bpmn', '<nothing>');
  await program.prints(/What was deployed before stays\./);
  program.write('q.bpmn', changed(q));
  await program.prints(
    /p\.bpmn[\s\S]*What has changed now is deployed\. Files with mistakes wait for their correction\.\s+Deployed q in version 2/,
  );
  program.write('p.bpmn', changed(p));
  await program.prints(/Deployed p in version 2/);
  assert.doesNotMatch(program.output(), /Deployed q in version 3/);
});

/** A session with a page, after a change of `p.bpmn` that a step back has taken back. */
const afterStepBack = async (t: TestContext) => {
  const program = await session(t, ['--page-port', '0']);
  const [url = ''] = await program.prints(/http:\/\/127\.0\.0\.1:\d+\/\?t=\S+/);
  const first = await fetch(url, { redirect: 'manual' });
  const cookie = first.headers.get('set-cookie')!.split(';')[0]!;
  const { origin } = new URL(url);
  const act = async (name: string, body: object): Promise<void> => {
    const headers = { cookie, origin, 'content-type': 'application/json' };
    const response = await fetch(`${origin}/do/${name}`, { method: 'POST', headers, body: JSON.stringify(body) });
    assert.equal(response.status, 200, await response.text());
  };
  await act('start', { processId: 'p', variables: {} });
  program.write('p.bpmn', changed(p));
  await program.prints(/Deployed p in version 2/);
  const steps = (await (await fetch(`${origin}/data/steps`, { headers: { cookie } })).json()) as { id: number }[];
  await act('stepBack', { id: steps[0]!.id });
  await program.prints(
    /takes back the deployment of models\/p\.bpmn, so the file is newer than what is deployed\. .*Fix: save it again to deploy it now\./,
  );
  return program;
};

const deployedTwice = /Deployed p in version 2[\s\S]*Deployed p in version 2/;

test('what a step back takes back is said, and deployed with the next change of another file', async (t) => {
  const program = await afterStepBack(t);
  program.write('q.bpmn', changed(q));
  await program.prints(/Deployed q in version 2/);
  await program.prints(deployedTwice);
});

test('what a step back takes back is deployed when it is saved again', async (t) => {
  const program = await afterStepBack(t);
  program.saveAgain('p.bpmn');
  await program.prints(deployedTwice);
});

const form = '{ "id": "ask", "type": "default", "components": [] }';

const decision = `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="dishes" name="Dishes" namespace="a">
  <decision id="dish" name="Dish"><literalExpression id="l"><text>"stew"</text></literalExpression></decision>
</definitions>`;

test('what the engine has of a file is what no other file has deployed since', async (t) => {
  const engine = await createEngine();
  t.after(() => engine.stop());
  for (const [name, content] of [
    ['p.bpmn', p],
    ['ask.form', form],
    ['dish.dmn', decision],
    ['notes.txt', 'a'],
    ['q.bpmn', q],
    ['more.bpmn', changed(q)],
  ] as const) {
    await engine.deploy({ name, content });
  }
  const of = (...names: readonly string[]): unknown => Object.fromEntries(deployedBy(engine, names));
  const all = ['p.bpmn', 'ask.form', 'dish.dmn', 'never.form'];
  assert.deepEqual(of(...all), { 'p.bpmn': ['p'], 'ask.form': ['ask'], 'dish.dmn': ['dish'], 'never.form': [] });
  assert.deepEqual(of('notes.txt', 'q.bpmn', 'more.bpmn'), {
    'notes.txt': [engine.files()[0]!.resourceId],
    'q.bpmn': [],
    'more.bpmn': ['q'],
  });

  await engine.deploy({ name: 'renamed.form', content: form });
  await engine.deploy({ name: 'renamed.dmn', content: decision });
  engine.deleteResource(engine.processes().find(({ bpmnProcessId }) => bpmnProcessId === 'p')!.processDefinitionKey);
  assert.deepEqual(of(...all), { 'p.bpmn': [], 'ask.form': [], 'dish.dmn': [], 'never.form': [] });
  assert.deepEqual(of('renamed.form', 'renamed.dmn'), { 'renamed.form': ['ask'], 'renamed.dmn': ['dish'] });

  // The version before is the latest one again.
  const latest = engine.processes().findLast(({ resourceName }) => resourceName === 'more.bpmn')!;
  engine.deleteResource(latest.processDefinitionKey);
  assert.deepEqual(of('q.bpmn', 'more.bpmn'), { 'q.bpmn': ['q'], 'more.bpmn': [] });
});
