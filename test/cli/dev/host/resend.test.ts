/** Requests that are sent again: signed anew, and to the connectors that are loaded now. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { compiled } from '../../../../scripts/compiled.ts';
import { isRepeatable } from '../../../../src/cli/dev/actions/resend-call.ts';
import type { createThreadHost as Create, ThreadHost } from '../../../../src/cli/dev/host/thread-host.ts';
import type { DevRequest } from '../../../../src/cli/dev/options.ts';
import type { HostEvent, InboundRecord, RecordedCall, StoredRequest } from '../../../../src/cli/dev/session.ts';
import { recordInbound } from '../../../../src/cli/dev/webhooks/inbound-record.ts';
import { createEngine } from '../../../../src/engine/index.ts';
import { recordingLogger } from '../../../../src/testing/index.ts';
import { type CallOptions, call } from '../../../runtime/inbound/support/http.ts';
import { folderWith, library } from '../../support/running.ts';

const path = await compiled('src/cli/dev/host/thread-host.ts');
const { createThreadHost } = (await import(pathToFileURL(path).href)) as { readonly createThreadHost: typeof Create };

const secret = 'whsec_of_a_test';

/** Webhooks without a process: each answers with what it has received. */
const moduleWith = (body: string): string => `import { defineInbound, defineWebhook } from ${library};\n${body}`;

const stripe = (name: string, status: number): string => `
export const payments = defineWebhook({
  name: '${name}',
  path: '/hooks/payments',
  auth: { type: 'stripe', secret: '${secret}' },
  run: ({ body }) => ({ answer: { status: ${status}, body: body.id } }),
});
`;

interface Given {
  readonly host: ThreadHost;
  readonly inbound: InboundRecord;
  readonly write: (text: string) => void;
  /** Calls a path, and returns the status of the answer and the call. */
  readonly send: (path: string, options: CallOptions) => Promise<readonly [status: number, recorded: RecordedCall]>;
  /** Sends a call again, and returns the call that it has become. */
  readonly again: (recorded: RecordedCall) => Promise<RecordedCall>;
}

const given = async (t: TestContext, text: string): Promise<Given> => {
  const folder = folderWith(t, { 'a.mjs': text });
  const engine = await createEngine();
  const request = { modules: ['./a.mjs'], tenants: [] } as unknown as DevRequest;
  const logger = recordingLogger();
  const host = await createThreadHost({
    request,
    folder,
    engine,
    logger,
    server: () => ({ port: 0, callbackKeys: 'temporary' }),
  });
  const inbound = recordInbound({ host, engine, onRestore: () => {} });
  t.after(async () => {
    await host.stop();
    await host.end();
    await engine.stop();
    host.close();
  });
  assert.ok(await host.start(), 'the connectors work');
  const nextCall = (): Promise<RecordedCall> =>
    new Promise((resolve) => {
      const leave = host.on((event: HostEvent) => {
        if (event.kind !== 'call:ended') return;
        leave();
        resolve(inbound.calls().at(-1)!);
      });
    });
  return {
    ...{ host, inbound },
    write: (changed) => writeFileSync(join(folder, 'a.mjs'), changed),
    send: async (where, options) => {
      const recorded = nextCall();
      const { status } = await call(`${inbound.server()?.url}${where}`, options);
      return [status, await recorded];
    },
    again: async (recorded) => {
      assert.ok(isRepeatable(recorded), 'its request is known');
      const next = nextCall();
      const { status } = await host.resend(recorded.stored);
      const became = await next;
      assert.equal(became.call.status, status);
      return became;
    },
  };
};

/** A request as Stripe signs it, some seconds ago. */
const signed = (secondsAgo: number): CallOptions => {
  const body = '{ "id": "evt_1", "type":"example" }';
  const time = Math.floor(Date.now() / 1000) - secondsAgo;
  const signature = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
  const headers = { 'content-type': 'application/json', 'stripe-signature': `t=${time},v1=${signature}` };
  return { headers: { ...headers, 'x-more': ['one', 'two'] }, body };
};

test('135: a call of Stripe that is older than 300 s is signed anew, and everything else stays as it was', async (t) => {
  const { send, again } = await given(t, moduleWith(stripe('payments', 202)));
  const [status, recorded] = await send('/hooks/payments?a=%20b', signed(400));
  assert.equal(status, 401);
  assert.match(recorded.call.reason ?? '', /timestamp is outside the window/);
  const became = await again(recorded);
  assert.equal(became.call.status, 202);
  const sent = ({ stored }: RecordedCall) => {
    const { headers, body, ...rest } = stored!.request;
    const own = headers.filter(([name]) => !/^(?:connection|stripe-signature|content-length)$/i.test(name));
    return { ...rest, remoteAddress: '', headers: own, body: Buffer.from(body).toString() };
  };
  assert.deepEqual(sent(became), sent(recorded));
  assert.deepEqual(
    sent(became).headers.filter(([name]) => name === 'x-more'),
    [
      ['x-more', 'one'],
      ['x-more', 'two'],
    ],
  );
});

test('after a change, a call is sent to the changed webhook; without it, an error says so', async (t) => {
  const { send, again, write, host } = await given(t, moduleWith(stripe('payments', 500)));
  const [status, recorded] = await send('/hooks/payments', signed(0));
  assert.equal(status, 500);
  write(moduleWith(stripe('payments', 201)));
  assert.deepEqual(await host.reload(), { ok: true });
  assert.equal((await again(recorded)).call.status, 201);
  write(moduleWith(stripe('bills', 201)));
  assert.deepEqual(await host.reload(), { ok: true });
  const stored = recorded.stored!;
  await assert.rejects(
    host.resend(stored),
    /No loaded webhook has the name "payments"\.\nFix: send a call of a webhook that is loaded/,
  );
});

const others = moduleWith(`
export const open = defineWebhook({ name: 'open', path: '/open', method: 'PUT', auth: 'none', run: () => undefined });
export const token = defineWebhook({
  name: 'token',
  path: '/token',
  auth: { type: 'jwt', jwks: 'http://127.0.0.1:9/keys', issuer: 'a', audience: 'b' },
  run: () => undefined,
});
export const paid = defineInbound({ name: 'paid', webhook: {} });
`);

test('what needs no signature, and what only its sender can sign, is sent as it was', async (t) => {
  const { send, host } = await given(t, others);
  const json = { 'content-type': 'application/json' };
  for (const [where, options, signature, expected] of [
    ['/open', { method: 'PUT', headers: json, body: '{}' }, 'unchanged', 200],
    ['/token', { headers: json, body: '{}' }, 'sender', 401],
    ['/callbacks/cb1.k.forged', { headers: json, body: '{}' }, 'unchanged', 404],
    ['/callbacks/cb1.k.forged', { method: 'GET' }, 'unchanged', 404],
  ] as const) {
    const [status, recorded] = await send(where, options);
    assert.equal(status, expected, where);
    assert.deepEqual(await host.resend(recorded.stored!), { status: expected, signature }, where);
  }
});

test('a request that was too large is not kept', async (t) => {
  const { send } = await given(t, others);
  const headers = { 'content-type': 'application/json', expect: '100-continue', 'content-length': '99999999' };
  const [status, recorded] = await send('/open', { method: 'PUT', headers });
  assert.equal(status, 413);
  assert.ok(!isRepeatable(recorded), 'there is no request to send again');
});

test('without a webhook, and after the end, an error says so', async (t) => {
  const { host } = await given(t, moduleWith("export const seen = defineInbound({ name: 'seen', loop: () => null });"));
  const request = { method: 'POST', path: '/open', query: '', headers: [], body: new Uint8Array() };
  const stored: StoredRequest = { connector: 'open', request };
  await assert.rejects(host.resend(stored), /No webhook or callback is served\.\nFix: load a module/);
  await host.stop();
  await assert.rejects(host.resend(stored), /The connectors have stopped\.\nFix: /);
});
