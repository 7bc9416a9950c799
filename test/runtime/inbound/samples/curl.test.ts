import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { RawRequest, WebhookAuth } from '../../../../src/connector/webhooks/auth-types.ts';
import { curlFor } from '../../../../src/runtime/inbound/samples/curl.ts';
import type { Verification } from '../../../../src/runtime/inbound/types.ts';
import { createVerifier } from '../../../../src/runtime/inbound/verify/verifier.ts';

/** A secret with everything that a shell could take for something else. */
const text = `a'b"c$HOME\`d\\e`;
const key = Buffer.alloc(32, 7).toString('base64');

type WithSecret = (secret: string) => WebhookAuth;
const withPlainText: Readonly<Record<string, WithSecret>> = {
  github: (secret) => ({ type: 'github', secret }),
  bitbucket: (secret) => ({ type: 'bitbucket', secret }),
  shopify: (secret) => ({ type: 'shopify', secret }),
  stripe: (secret) => ({ type: 'stripe', secret }),
  slack: (secret) => ({ type: 'slack', secret }),
  zoom: (secret) => ({ type: 'zoom', secret, window: 60 }),
  meta: (secret) => ({ type: 'meta', secret }),
  'gitlab with a token': (secret) => ({ type: 'gitlab', secret }),
  twilio: (secret) => ({ type: 'twilio', secret }),
  basic: (password) => ({ type: 'basic', username: 'Ada', password }),
  apiKey: (one) => ({ type: 'apiKey', key: one }),
  'apiKey with a prefix': (one) => ({ type: 'apiKey', key: one, header: 'Authorization', prefix: 'Bearer ' }),
  eventGrid: (one) => ({ type: 'eventGrid', auth: { type: 'apiKey', key: one } }),
  cloudEvents: (one) => ({ type: 'cloudEvents', auth: { type: 'apiKey', key: one }, origins: ['a'] }),
  'hmac of everything': (secret) => ({
    type: 'hmac',
    secret,
    header: 'X-Signature',
    algorithm: 'sha512',
    encoding: 'base64url',
    prefix: '$x"`',
    signedText: '{timestamp}$PATH"`\\ {method} {path} {url} {header:X-Id} {header:content-type} {body}',
    timestampHeader: 'X-Time',
  }),
};
const all: readonly (readonly [title: string, auth: WithSecret, secret: string])[] = [
  ...Object.entries(withPlainText).map(([title, auth]) => [title, auth, text] as const),
  ['apiKey in the query', (one) => ({ type: 'apiKey', key: one, query: 'code' }), 'k-1'],
  ['graph', (clientState) => ({ type: 'graph', clientState }), 'state-1'],
  ['gitlab, signed', (secret) => ({ type: 'gitlab', signed: true, secret }), `whsec_${key}`],
  ['standard', (secret) => ({ type: 'standard', secret }), key],
];

const hasCurl = spawnSync('sh', ['-c', 'command -v curl']).status === 0;

describe('commands for curl', { skip: hasCurl ? false : 'curl is not installed' }, () => {
  let verification: ((request: RawRequest) => Promise<Verification>) | undefined;
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const [path = '', query = ''] = request.url!.split('?');
    const headers = Array.from(
      { length: request.rawHeaders.length / 2 },
      (_, index) => [request.rawHeaders[index * 2]!, request.rawHeaders[index * 2 + 1]!] as const,
    );
    const result = await verification!({ method: request.method!, path, query, headers, body: Buffer.concat(parts) });
    response.setHeader('connection', 'close');
    response.end(result.kind === 'refused' ? result.reason : result.kind);
  });
  let address = '';
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/x`;
  });
  after(() => new Promise((resolve) => server.close(resolve)));

  const run = (command: string, variables: Readonly<Record<string, string>>): Promise<string> =>
    new Promise((resolve, reject) => {
      const env = { PATH: process.env.PATH, HOME: '/nowhere', ...variables };
      const shell = spawn('sh', ['-c', command], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      shell.stdout.on('data', (part) => {
        output += part;
      });
      shell.stderr.on('data', (part) => {
        output += part;
      });
      shell.on('error', reject);
      shell.on('close', () => resolve(output));
    });

  for (const [title, auth, secret] of all) {
    test(`134: signs when it runs: ${title}`, async () => {
      const { verify } = createVerifier({ webhook: 'x', auth: auth(secret), address });
      verification = verify;
      const { command, needs } = curlFor({ method: 'POST', auth: auth('{{secrets.MY-KEY}}') }, address)!;
      assert.deepEqual(needs, [{ name: 'SECRET_MY_KEY', value: 'the secret MY-KEY' }]);
      assert.match(await run(command, { SECRET_MY_KEY: secret }), /\nverified$/);
      assert.doesNotMatch(await run(command, { SECRET_MY_KEY: 'another' }), /\nverified$/);
    });

    test(`134: the secret is not in the command: ${title}`, () => {
      const { command, needs } = curlFor({ method: 'POST', auth: auth('marker') }, address)!;
      assert.equal(command.includes('marker'), false, command);
      assert.equal(command.includes('\n'), false, 'it is one line');
      assert.deepEqual(
        needs.map(({ name }) => name),
        ['WEBHOOK_SECRET'],
      );
    });
  }

  test('134: the time is not in the command', () => {
    const { command } = curlFor({ method: 'POST', auth: { type: 'stripe', secret: '{{secrets.A}}' } }, address)!;
    assert.match(command, /time=\$\(date \+%s\)/);
    assert.doesNotMatch(command, /\d{10}/);
  });

  test('a webhook with GET is called without a body, and one without authentication without a secret', async () => {
    for (const auth of ['none', { type: 'github', secret: text }, { type: 'twilio', secret: text }] as const) {
      const { verify } = createVerifier({ webhook: 'x', auth, address });
      verification = async (request) => {
        assert.deepEqual([request.method, request.body.length], ['GET', 0]);
        return verify(request);
      };
      const { command } = curlFor({ method: 'GET', auth }, address)!;
      assert.match(await run(command, { WEBHOOK_SECRET: text }), /\nverified$/);
    }
  });

  test('a user name can be a secret as well, and a token comes from the issuer', async () => {
    const auth: WebhookAuth = { type: 'basic', username: '{{secrets.USER}}', password: '{{secrets.PASS}}' };
    verification = createVerifier({ webhook: 'x', auth: { type: 'basic', username: 'Ada', password: text } }).verify;
    const { command } = curlFor({ method: 'POST', auth }, address)!;
    assert.match(await run(command, { SECRET_USER: 'Ada', SECRET_PASS: text }), /\nverified$/);
    const jwt = curlFor({ method: 'POST', auth: { type: 'jwt', jwks: 'https://a/keys' } }, address)!;
    assert.match(jwt.command, /-H "authorization: Bearer \$TOKEN"/);
    assert.deepEqual(jwt.needs, [{ name: 'TOKEN', value: 'a JWT of the issuer' }]);
  });

  test('there is no command where only the sender can sign', () => {
    assert.equal(curlFor({ method: 'POST', auth: { type: 'sns', topics: ['t'] } }, address), undefined);
    assert.equal(curlFor({ method: 'POST', auth: { type: 'standard', secret: 'whpk_A' } }, address), undefined);
  });
});
