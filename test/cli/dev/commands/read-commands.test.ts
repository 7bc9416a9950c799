/** Keys on a terminal, and lines on a pipe. */
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { createActionSteps } from '../../../../src/cli/dev/actions/action-steps.ts';
import { readCommands } from '../../../../src/cli/dev/commands/read-commands.ts';
import type { DevSession } from '../../../../src/cli/dev/session.ts';
import { createEngine } from '../../../../src/engine/index.ts';
import { catchEvent, chain, end, process as processFile, start } from '../../../engine/support/bpmn.ts';
import { folderWith, moduleOf, runCommand } from '../../support/running.ts';

const told = processFile(
  'told',
  ...chain(start(), catchEvent('Told', { message: { name: 'paid', correlationKey: '=id' } }), end()),
);

test('lines on a pipe start an instance, publish a message and end the session', async (t) => {
  const folder = folderWith(t, { 'a.mjs': moduleOf('A', 'a'), 'told.bpmn': told });
  const args = ['dev', './a.mjs', '--resource', 'told.bpmn', '--no-page', '--trace'];
  const program = runCommand(t, args, { folder, input: true });
  await program.prints(/Running, connected/);
  program.type('start told { "id": 7 }\n');
  await program.prints(/Started told: instance \d+\./);
  program.type('publish paid 7\n');
  await program.prints(/completed with \{ id: 7 \}/);
  program.type('quit\n');
  assert.deepEqual(await program.ended(), { code: 0, signal: null });
});

test('input that ends at once ends nothing', async (t) => {
  const folder = folderWith(t, { 'a.mjs': moduleOf('A', 'a') });
  const program = runCommand(t, ['dev', './a.mjs', '--no-page'], { folder });
  await program.prints(/Running, connected/);
  program.signal('SIGINT');
  assert.deepEqual(await program.ended(), { code: 0, signal: null });
});

interface Terminal {
  readonly press: (keys: string) => void;
  /** Resolves when the output matches. */
  readonly prints: (pattern: RegExp) => Promise<void>;
  readonly isRaw: () => boolean;
}

/** A session with a terminal of the test. */
const terminal = async (t: TestContext, stop = (): void => {}): Promise<Terminal> => {
  const engine = await createEngine();
  t.after(() => engine.stop());
  await engine.deploy({ name: 'told.bpmn', content: told });
  let isRaw = false;
  const input = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (value: boolean) => {
      isRaw = value;
    },
  });
  let text = '';
  let wake = (): void => {};
  const print = (more: string): void => {
    text += more;
    wake();
  };
  const part = await readCommands({
    ...{
      engine,
      steps: createActionSteps(),
      onRestore: () => {},
      request: { tenants: [] },
      env: {},
      host: { stop: async () => stop(), connectors: () => ({ outbound: [], inbound: [], webhooks: [] }) },
      inbound: { expected: () => [], calls: () => [] },
    },
    context: { folder: '.', print, printError: print, colours: false, input: () => input },
  } as unknown as DevSession);
  await part.ready?.();
  t.after(() => part.stop?.(0));
  return {
    press: (keys) => void input.write(keys),
    prints: async (pattern) => {
      while (!pattern.test(text)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    isRaw: () => isRaw,
  };
};

test('a key runs a command, and the keys are shown', async (t) => {
  const { press, prints, isRaw } = await terminal(t);
  await prints(/^Keys: s start, p publish, .* q quit, h help\.$/m);
  assert.ok(isRaw(), 'the terminal reports single keys');
  press('w');
  await prints(/No instance waits for anything\./);
  press('r');
  await prints(/No job has failed\./);
  press('k');
  await prints(/No webhook or callback has been called\./);
  press('e');
  await prints(/No call of a webhook or callback has arrived that can be sent again\.\nFix: /);
});

test('a key that needs more asks for the rest of the line', async (t) => {
  const { press, prints } = await terminal(t);
  press('s');
  // The question has been asked when the next turns of the event loop are over.
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  press('told { "id": 7 }\r');
  await prints(/Started told: instance \d+\./);
  press('w');
  await prints(/Told waits for the message "paid" with the key "7"/);
});

test('what is typed at once belongs to the question', async (t) => {
  const { press, prints } = await terminal(t);
  press('stold { "id": 8 }\r');
  await prints(/Started told: instance \d+\./);
  press('w');
  await prints(/the key "8"/);
});

test('q stops the session', async (t) => {
  let setStopped = (): void => {};
  const stopped = new Promise<void>((resolve) => {
    setStopped = resolve;
  });
  const { press } = await terminal(t, () => setStopped());
  press('q');
  await stopped;
});
