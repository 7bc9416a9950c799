/** `dev` shows the addresses of callbacks with a command that calls them, and says that an instance waits for the call. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import * as v from 'valibot';
import type { CallbackAddress } from '../../../../src/cli/dev/session.ts';
import { callbackLines } from '../../../../src/cli/dev/webhooks/webhook-lines.ts';
import { connectorFacts } from '../../../../src/cli/modules/connector-facts.ts';
import { defineInbound } from '../../../../src/index.ts';
import { catchEvent, chain, end, process as processFile, serviceTask, start } from '../../../engine/support/bpmn.ts';
import { call } from '../../../runtime/inbound/support/http.ts';
import { folderWith, library, runCommand } from '../../support/running.ts';

const callback: CallbackAddress = {
  ...{ id: '1', connector: 'paid', messageName: 'paid', correlationKey: 'o-1', variable: 'callback_url' },
  ...{ address: 'http://127.0.0.1:8085/callbacks/cb1.a.b', expiresAt: 0 },
  ...{ processInstanceKey: '7', bpmnProcessId: 'order', elementId: 'Activate' },
};

const body = v.object({ status: v.picklist(['paid', 'declined']) });
const output = v.object({ paid: v.boolean() });

for (const [title, connector, example] of [
  [
    'the schema of the body',
    defineInbound({ name: 'paid', output, webhook: { body, run: () => ({ paid: true }) } }),
    '{\\"status\\":\\"paid\\"}',
  ],
  [
    'the schema of the message, which the body is',
    defineInbound({ name: 'paid', output, webhook: {} }),
    '{\\"paid\\":true}',
  ],
  [
    'any body, if nothing is known',
    defineInbound({ name: 'paid', output, webhook: { run: () => ({ paid: true }) } }),
    '{\\"hello\\":\\"world\\"}',
  ],
] as const) {
  test(`the command for the address of a callback has an example of ${title}`, () => {
    const [facts] = connectorFacts({ outbound: [], inbound: [connector] }).inbound;
    assert.equal(facts?.callback?.variable, 'callback_url');
    assert.deepEqual(callbackLines(callback, facts?.callback), [
      'Callback paid of order 7, for the key "o-1". A call of its address, which is a secret:',
      `  body="${example}"; curl -sS -i -X POST 'http://127.0.0.1:8085/callbacks/cb1.a.b' -H "content-type: application/json" --data-raw "$body"`,
      '  Edit the body: the command has an example.',
    ]);
  });
}

test('connectors with a loop have no address', () => {
  const loop = defineInbound({ name: 'seen', loop: () => ({}) });
  assert.ok(!('callback' in connectorFacts({ outbound: [], inbound: [loop] }).inbound[0]!), 'only callbacks have it');
});

/** A long key makes an address that a line of the trace has no place for. */
const key = 'order-'.padEnd(200, '4');

const module = `import { defineInbound } from ${library};
export const paid = defineInbound({ name: 'paid', webhook: { variable: 'pay_url' } });
export const seen = defineInbound({ name: 'seen', loop: () => undefined });
`;

const waiting = (name: string): string =>
  processFile(
    `p-${name}`,
    ...chain(
      start(),
      serviceTask('Activate', {
        type: '_activate_inbound_connector',
        inputs: { name, correlation_key: '=key' },
      }),
      catchEvent('Wait', { name: 'Order paid', message: { name, correlationKey: '=key' } }),
      end(),
    ),
  );

const hasCurl = spawnSync('sh', ['-c', 'command -v curl']).status === 0;

test('the command works as it is, the wait is said, and no line has a part of an address', {
  skip: hasCurl ? false : 'curl is not installed',
}, async (t) => {
  const folder = folderWith(t, { 'a.mjs': module, 'p.bpmn': waiting('paid') });
  const args = ['dev', './a.mjs', '--resource', 'p.bpmn', '--run', 'p-paid', '--trace'];
  const program = runCommand(t, [...args, '--variables', JSON.stringify({ key })], {
    folder,
    env: { CAMUNDA_CONNECTORS_PORT: '0' },
  });
  const [, command = ''] = await program.prints(
    /^Callback paid of p-paid \d+, for the key "order-4+"\. .*\n {2}(body=.*)$/m,
  );
  const [, address = ''] = /'(http[^']*)'/.exec(command) ?? [];
  await program.prints(
    /^p-paid \d+: Order paid waits for a call of its callback address \(variable pay_url\), which publishes the message "paid" with the key "order-4+"\.$/m,
  );
  const { stdout } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
  assert.match(stdout, /^HTTP\/1\.1 200 /);
  await program.prints(/^POST \/callbacks\/… -> 200, published: paid with the key "order-4+"$/m);
  assert.deepEqual(await program.ended(), { code: 0, signal: null });
  for (const [shown] of program.output().matchAll(/http:[^\s'"]*callbacks[^\s'"]*/g)) assert.equal(shown, address);
});

test('waits says which connector watches, and which address is waited for', async (t) => {
  const models = { 'paid.bpmn': waiting('paid'), 'seen.bpmn': waiting('seen') };
  const folder = folderWith(t, { 'a.mjs': module, ...models });
  const args = ['dev', './a.mjs', '--resource', 'paid.bpmn', '--resource', 'seen.bpmn', '--no-page', '--trace'];
  const program = runCommand(t, args, { folder, env: { CAMUNDA_CONNECTORS_PORT: '0' }, input: true });
  await program.prints(/Running, connected/);
  program.type('start p-paid { "key": 7 }\nstart p-seen { "key": 8 }\n');
  const [, address = ''] = await program.prints(/'(http[^']*callbacks[^']*)'/);
  await program.prints(/activated, will publish "seen"/);
  program.type('waits\n');
  await program.prints(
    /^p-paid \d+: Order paid waits for a call of its callback address \(variable pay_url\), which publishes the message "paid" with the key "7"\.$/m,
  );
  // The subscription is opened by a process of the runtime, after the activation.
  const isWatched =
    /^p-seen \d+: Order paid waits for the message "seen" with the key "8"\. The inbound connector "seen" watches, and is going to publish it\.$/m;
  const watched = program.prints(isWatched);
  const ask = (): void => {
    if (!isWatched.test(program.output())) program.type('waits\n');
  };
  const asking = setInterval(ask, 50);
  await watched.finally(() => clearInterval(asking));
  await call(address, { headers: { 'content-type': 'application/json' }, body: '{}' });
  await program.prints(/^POST \/callbacks\/… -> 200, published: paid with the key "7"$/m);
  program.type('quit\n');
  assert.deepEqual(await program.ended(), { code: 0, signal: null });
});
