/** What is done by commands is in the page's list of steps back, and the console says that the page has gone back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chain, end, other, process as processFile, start } from '../../../engine/support/bpmn.ts';
import { folderWith, moduleOf, runCommand } from '../../support/running.ts';

const userTask = other('userTask', 'Approve', { extensions: '<zeebe:userTask />' });

test('the page goes back to the state before a command, and the console says so', async (t) => {
  const ask = processFile('ask', ...chain(start(), userTask, end()));
  const folder = folderWith(t, { 'a.mjs': moduleOf('A', 'a'), 'ask.bpmn': ask });
  const program = runCommand(t, ['dev', './a.mjs', '--resource', 'ask.bpmn'], { folder, input: true });
  const [, address = ''] = await program.prints(/Page: (http:\S+)/);
  const { origin } = new URL(address);
  const entry = await fetch(address, { redirect: 'manual' });
  const cookie = entry.headers.getSetCookie()[0]!.split(';')[0]!;
  const steps = async (): Promise<readonly { readonly id: number; readonly title: string }[]> =>
    (await (await fetch(`${origin}/data/steps`, { headers: { cookie } })).json()) as never;

  program.type('start ask\n');
  await program.prints(/Started ask: instance \d+\./);
  program.type('complete { "approved": true }\n');
  await program.prints(/Completed the user task Approve/);
  const saved = await steps();
  assert.deepEqual(
    saved.map(({ title }) => title),
    ['Complete a user task', 'Start an instance of ask'],
  );

  const answer = await fetch(`${origin}/do/stepBack`, {
    method: 'POST',
    headers: { cookie, origin, 'content-type': 'application/json' },
    body: JSON.stringify({ id: saved[0]!.id }),
  });
  assert.equal(answer.status, 200, await answer.text());
  await program.prints(/^The page has gone back to the state before the action: Complete a user task$/m);
  program.type('instances\n');
  await program.prints(/ask v1 {2}at Approve/);
  program.type('quit\n');
  assert.deepEqual(await program.ended(), { code: 0, signal: null });
});
