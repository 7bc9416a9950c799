/** `dev` shows the webhooks, each with a command that calls it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as v from 'valibot';
import { changedWebhooks } from '../../../../src/cli/dev/webhooks/show-webhooks.ts';
import { webhookLines } from '../../../../src/cli/dev/webhooks/webhook-lines.ts';
import { connectorFacts, type WebhookFacts } from '../../../../src/cli/modules/connector-facts.ts';
import { defineWebhook } from '../../../../src/connector/definitions/define-webhook.ts';
import type { WebhookAuth } from '../../../../src/connector/webhooks/auth-types.ts';
import { folderWith, library, runCommand } from '../../support/running.ts';

const linesOf = (auth: WebhookAuth): readonly string[] => {
  const webhook = defineWebhook({ name: 'orders', path: '/orders', auth, body: v.unknown(), run: () => undefined });
  const { webhooks } = connectorFacts({ outbound: [], inbound: [webhook] });
  assert.doesNotMatch(JSON.stringify(webhooks), /hunter2/);
  return webhookLines(webhooks[0]!, 'http://127.0.0.1:8085');
};

test('134: the secret of a webhook is a variable of the shell, whether it is a reference or not', () => {
  const [head, needs, command] = linesOf({ type: 'stripe', secret: '{{secrets.STRIPE}}' });
  assert.equal(head, 'Webhook orders: POST http://127.0.0.1:8085/orders');
  assert.equal(needs, '  A shell in which SECRET_STRIPE (the secret STRIPE) is set can call it:');
  assert.match(
    command!,
    /^ {2}time=\$\(date \+%s\); body="\{.*curl -sS -i -X POST 'http:\/\/127\.0\.0\.1:8085\/orders'/,
  );
  const literal = linesOf({ type: 'github', secret: ['hunter2', '{{secrets.OLD}}'] });
  assert.match(literal[1]!, /WEBHOOK_SECRET \(the secret of the webhook\) is set/);
  const inside = linesOf({ type: 'eventGrid', auth: { type: 'apiKey', key: 'hunter2' } });
  assert.match(inside[1]!, /WEBHOOK_SECRET \(the API key\) is set/);
});

test('the body fits the schema of the webhook, and the sender names an event', () => {
  const body = v.object({ action: v.picklist(['opened', 'closed']), issue: v.object({ number: v.number() }) });
  const webhook = defineWebhook({ name: 'a', path: '/a', auth: 'none', body, run: () => undefined });
  const [facts] = connectorFacts({ outbound: [], inbound: [webhook] }).webhooks;
  const lines = (auth: WebhookAuth, method = 'POST') =>
    webhookLines({ ...facts!, auth, method }, 'http://127.0.0.1:8085');
  const github = lines({ type: 'github', secret: 'hunter2' });
  assert.ok(github[2]!.includes('body="{\\"action\\":\\"opened\\",\\"issue\\":{\\"number\\":1}}"; '), github[2]);
  assert.match(github[2]!, / -H "x-github-event: push" /);
  assert.equal(github[3], '  Edit the body and the header x-github-event: the command has an example.');
  assert.equal(lines('none').at(-1), '  Edit the body: the command has an example.');
  assert.match(lines('none', 'GET').at(-1)!, /^ {2}curl /);
  assert.match(lines({ type: 'gitlab', secret: 'hunter2' })[2]!, / -H "x-gitlab-event: Push Hook" /);
});

test('a webhook that can wait names the job type of the task that answers', () => {
  const input = v.object({ text: v.string() });
  const webhook = defineWebhook({ name: 'a', path: '/a', auth: 'none', waits: { input }, run: () => undefined });
  const { outbound, webhooks } = connectorFacts({ outbound: [], inbound: [webhook] });
  assert.equal(webhookLines(webhooks[0]!, 'http://x')[1], '  A call can wait for a job of the type answer-a.');
  assert.deepEqual(
    outbound.map(({ type, inputs, outputs }) => [type, inputs, outputs]),
    [['answer-a', ['text', 'caller'], ['answered']]],
    'so that hints know the task',
  );
});

test('a webhook that anyone can call needs nothing, and some only their sender can call', () => {
  assert.equal(linesOf('none').length, 3);
  assert.deepEqual(linesOf({ type: 'sns', topics: ['arn:aws:sns:eu-west-1:123456789012:orders'] }).slice(1), [
    '  Only its sender can sign a request.',
  ]);
});

const hasCurl = spawnSync('sh', ['-c', 'command -v curl']).status === 0;

const module = `import { defineWebhook } from ${library};
export const orders = defineWebhook({
  name: 'orders',
  path: '/orders',
  auth: { type: 'github', secret: '{{secrets.GITHUB}}' },
  run: () => ({ answer: { status: 202 } }),
});
`;

test('134: dev prints the command, which works as it is', {
  skip: hasCurl ? false : 'curl is not installed',
}, async (t) => {
  const folder = folderWith(t, { 'a.mjs': module });
  const env = { CAMUNDA_CONNECTORS_PORT: '0', SECRET_GITHUB: 'hunter2' };
  const program = runCommand(t, ['dev', './a.mjs'], { folder, env });
  const [, command = ''] = await program.prints(/^ {2}(time=.*curl .*)$/m);
  const { stdout } = spawnSync('sh', ['-c', command], { encoding: 'utf8', env: { ...process.env, ...env } });
  assert.match(stdout, /^HTTP\/1\.1 202 /);
  await program.prints(/^POST \/orders -> 202, answered$/m);
  program.signal('SIGINT');
  await program.ended();
  assert.doesNotMatch(program.output(), /hunter2/);
});

const named = (name: string, change: object = {}): WebhookFacts => ({
  ...{ name, method: 'POST', path: `/${name}`, auth: 'none', messages: undefined },
  ...change,
});

test('after a change, what is new or another one now is shown, and what is gone', () => {
  const shown = new Map();
  const url = 'http://127.0.0.1:8085';
  const heads = (webhooks: readonly WebhookFacts[], publicUrl = url): readonly string[] =>
    changedWebhooks(shown, webhooks, publicUrl).filter((line) => !line.startsWith(' '));
  assert.deepEqual(heads([named('a'), named('b')]), [`Webhook a: POST ${url}/a`, `Webhook b: POST ${url}/b`]);
  assert.deepEqual(heads([named('a'), named('b')]), []);
  assert.deepEqual(heads([named('a'), named('c')]), [
    'The webhook b is gone: POST /b is not served any more.',
    `Webhook c: POST ${url}/c`,
  ]);
  assert.deepEqual(heads([named('a', { method: 'PUT' }), named('c')]), [`Webhook a: PUT ${url}/a`]);
  const schema = { type: 'object', properties: { sum: { type: 'number' } }, required: ['sum'] };
  assert.deepEqual(heads([named('a', { method: 'PUT', schema }), named('c')]), [`Webhook a: PUT ${url}/a`]);
  assert.equal(heads([named('a'), named('c')], 'http://127.0.0.1:9').length, 2, 'another port');
});

test('dev shows the webhooks that a change of files brings, and says which are gone', async (t) => {
  const folder = folderWith(t, { 'package.json': '{ "type": "module" }', 'a.mjs': module });
  const env = { CAMUNDA_CONNECTORS_PORT: '0', SECRET_GITHUB: 'hunter2' };
  const program = runCommand(t, ['dev', './a.mjs', '--watch', '--no-page'], { folder, env });
  await program.prints(/^Webhook orders: POST /m);
  await program.prints(/Watching for changes\./);
  writeFileSync(join(folder, 'a.mjs'), module.replaceAll('orders', 'bills'));
  await program.prints(/^The webhook orders is gone: POST \/orders is not served any more\.$/m);
  await program.prints(/^Webhook bills: POST http:\/\/127\.0\.0\.1:\d+\/bills$/m);
  program.signal('SIGINT');
  await program.ended();
});
