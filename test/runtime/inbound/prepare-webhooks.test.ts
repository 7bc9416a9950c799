/** What a webhook says at its start whose secret does not exist. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WebhookAuth } from '../../../src/connector/webhooks/auth-types.ts';
import { resolveAuth } from '../../../src/runtime/inbound/prepare-webhooks.ts';
import type { SecretSettings } from '../../../src/runtime/secrets/provider.ts';
import { silentLogger } from '../../../src/runtime/shared/logger.ts';

const auth: WebhookAuth = { type: 'github', secret: '{{secrets.PREPARED_HOK_KEY}}' };

const textFor = async (settings: SecretSettings, of = auth): Promise<string> => {
  const services = { logger: silentLogger, signal: new AbortController().signal };
  try {
    await resolveAuth({ name: 'payments', auth: of }, settings, services);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

test('a missing secret is named with the nearest one of the environment, its place once, and the variable to set', async (t) => {
  process.env.SECRET_PREPARED_HOOK_KEY = 'value-of-it';
  t.after(() => {
    delete process.env.SECRET_PREPARED_HOOK_KEY;
  });
  assert.equal(
    await textFor({}),
    'The webhook "payments" cannot verify its requests: ' +
      "Secret with name 'PREPARED_HOK_KEY' is not available. Did you mean PREPARED_HOOK_KEY?\n" +
      'Where: auth.secret\n' +
      'Fix: add it to the secret provider of the runtime (by default: set the environment variable SECRET_PREPARED_HOK_KEY), or correct the reference.',
  );
});

test('a provider of its own gets no suggestion from the environment', async (t) => {
  process.env.SECRET_PREPARED_HOOK_KEY = 'value-of-it';
  t.after(() => {
    delete process.env.SECRET_PREPARED_HOOK_KEY;
  });
  assert.doesNotMatch(await textFor({ secrets: () => undefined }), /Did you mean/);
});

test('several missing secrets have a variable each', async () => {
  const text = await textFor({}, { type: 'github', secret: ['{{secrets.PREPARED_ONE}}', '{{secrets.PREPARED_TWO}}'] });
  assert.match(
    text,
    /add them to .* the environment variables SECRET_PREPARED_ONE, SECRET_PREPARED_TWO\), or correct the references\.$/,
  );
});
