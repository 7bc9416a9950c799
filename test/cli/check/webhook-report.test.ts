import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { webhookReport } from '../../../src/cli/check/webhook-report.ts';
import { defineWebhook, type WebhookDefinition } from '../../../src/connector/definitions/define-webhook.ts';
import { serverSettings } from '../../../src/runtime/inbound/server/settings.ts';

const local = serverSettings({}, {});

const webhook = (changes: Partial<WebhookDefinition<string, undefined, undefined>>) =>
  defineWebhook({ name: 'w', path: '/w', auth: { type: 'github', secret: 's' }, run: () => undefined, ...changes });

test('case 133: the report has path, method, authentication, id, time to live and target of each webhook', () => {
  assert.equal(
    webhookReport([webhook({}), webhook({ name: 'other', path: '/other', method: 'PUT', correlates: true })], {
      ...local,
      publicUrl: 'https://hooks.example.org',
    }),
    [
      'Webhooks, at 127.0.0.1, port 8085, from outside https://hooks.example.org',
      '  w      POST /w     auth: github  id: the header X-GitHub-Delivery  messages kept for 3600 s  messages: decided by run',
      '  other  PUT /other  auth: github  id: the header X-GitHub-Delivery  messages kept for 3600 s  messages: decided by run, correlates',
      '',
    ].join('\n'),
  );
});

const cases: readonly (readonly [title: string, changes: Parameters<typeof webhook>[0], host: string, text: RegExp])[] =
  [
    ['no authentication', { auth: 'none' }, '127.0.0.1', /anyone who reaches the server can call it\. Fix: set auth/],
    [
      'case 137: no authentication on an open address',
      { auth: 'none' },
      '0.0.0.0',
      /anyone can call it, because the server listens on 0\.0\.0\.0/,
    ],
    ['no id', { auth: { type: 'meta', secret: 's' } }, '127.0.0.1', /no id.*Fix: let run return a messageId/],
    [
      'time to live 0 (86)',
      { messageTimeToLive: 0 },
      '127.0.0.1',
      /with messageTimeToLive 0, the cluster recognises no repetition, and loses a message .* for a key that has an active one/,
    ],
    [
      'a time to live below the repetitions of the sender',
      { auth: { type: 'stripe', secret: 's' } },
      '127.0.0.1',
      /repeats a request for up to 259200 s, but the cluster recognises a repetition for only 3600 s/,
    ],
    [
      'a timeout above the limit of the sender',
      { timeout: 10 },
      '127.0.0.1',
      /waits 10 s for an answer, but timeout is 10 s/,
    ],
  ];

for (const [title, changes, host, text] of cases) {
  test(`case 133: a warning: ${title}`, () =>
    assert.match(webhookReport([webhook(changes)], { ...local, host }), text));
}

test('a webhook whose settings fit its sender has no warning', () => {
  assert.doesNotMatch(webhookReport([webhook({})], local), /Warning/);
});

test('the report has the job type of the task that answers, and the process with which answers are passed on', () => {
  const waiting = defineWebhook({
    ...{ name: 'w', path: '/w', auth: { type: 'slack', secret: 's' }, run: () => undefined },
    waits: { input: v.object({ text: v.string() }), type: 'reply' },
  });
  const report = webhookReport([waiting, webhook({ name: 'x', path: '/x' })], local);
  assert.match(report, /messages: decided by run, answered by jobs of type reply\n {2}x .*messages: decided by run\n/);
  assert.match(
    report,
    /\nRuntimes on a cluster pass answers on to each other with the process _webhook_answer_1, which start deploys\n/,
  );
  assert.doesNotMatch(webhookReport([webhook({})], local), /_webhook_answer_1/);
});
