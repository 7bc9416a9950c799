import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallbackAddress, DevSession, HostEvent } from '../../../../src/cli/dev/session.ts';
import { devServer } from '../../../../src/cli/dev/webhooks/dev-server.ts';
import { showWebhooks } from '../../../../src/cli/dev/webhooks/show-webhooks.ts';
import { callLine } from '../../../../src/cli/dev/webhooks/webhook-lines.ts';
import type { ConnectorFacts } from '../../../../src/cli/modules/connector-facts.ts';
import { type AddressKeys, parseAddressKeys } from '../../../../src/runtime/inbound/addresses/keys.ts';
import { openAddress, sealAddress } from '../../../../src/runtime/inbound/addresses/seal.ts';

test('a line about a call names its messages and its end', () => {
  const message = { messageName: 'paid', correlationKey: 'o-1', messageId: 'e', duplicate: false };
  const call = {
    ...({ connector: 'a', method: 'POST', route: '/a', took: 1, result: 'published', messages: [message] } as const),
    status: 200,
  };
  assert.equal(callLine(call), 'POST /a -> 200, published: paid with the key "o-1"');
  const { status: _, ...closed } = call;
  assert.equal(
    callLine({ ...closed, messages: [{ ...message, correlationKey: '' }] }),
    'POST /a -> closed before the answer, published: paid',
  );
});

test('a line about a call says why it was refused, on one line', () => {
  const refused = { connector: 'a', method: 'POST', route: '/a', took: 1, result: 'refused', messages: [] } as const;
  const reason = 'the header x-hub-signature-256\nis missing';
  assert.equal(
    callLine({ ...refused, status: 401, reason }),
    'POST /a -> 401, refused: the header x-hub-signature-256 | is missing',
  );
});

/** A key whose bytes are all the same. */
const keyOf = (byte: number): string => Buffer.alloc(32, byte).toString('base64');

const keysIn = ({ callbackKeys = '' }: { readonly callbackKeys?: string }): readonly string[] =>
  callbackKeys.split(',').map((key) => key.replace(/^[\w-]+:/, ''));

test('without keys in the environment, a session has a key of its own', () => {
  const serverFor = devServer();
  const [own] = keysIn(serverFor({}));
  assert.match(own!, /^[A-Za-z0-9+/]{43}=$/);
  assert.deepEqual(keysIn(serverFor({})), [own]);
  assert.notDeepEqual(keysIn(devServer()({})), [own]);
});

test('keys that come, change and go with reloads seal new addresses, and those from before still open theirs', () => {
  const serverFor = devServer();
  const named = (...keys: readonly string[]) => ({ CAMUNDA_CONNECTORS_CALLBACK_KEYS: keys.join() });
  const [own] = keysIn(serverFor({}));
  const [a, b] = [keyOf(1), keyOf(2)];
  assert.deepEqual(keysIn(serverFor(named(a))), [a, own]);
  assert.deepEqual(keysIn(serverFor(named(b, a))), [b, a, own]);
  assert.deepEqual(keysIn(serverFor({})), [own, b, a]);
  // The runtime says what is wrong with keys.
  assert.deepEqual(serverFor(named('k')), {});
  assert.deepEqual(keysIn(serverFor(named(b))), [b, own, a]);
  // A key with a name is another key than the same one without.
  assert.deepEqual(keysIn(serverFor(named(`x:${a}`))), [a, b, own, a]);
  for (let byte = 3; byte < 40; byte += 1) serverFor(named(keyOf(byte)));
  const many = keysIn(serverFor(named(keyOf(40))));
  assert.deepEqual([many.length, many[0], many[1]], [16, keyOf(40), keyOf(39)]);
});

test('a key that changes under the same id seals new addresses, and the earlier one still opens those with its id', () => {
  const serverFor = devServer();
  const named = (...keys: readonly string[]) => ({ CAMUNDA_CONNECTORS_CALLBACK_KEYS: keys.join() });
  const [a, b, c] = [keyOf(1), keyOf(2), keyOf(3)];
  const read = (...keys: readonly string[]) =>
    parseAddressKeys(serverFor(named(...keys)).callbackKeys as string, 'the test');
  const openable: string[] = [];
  const seals = (keys: AddressKeys): string => Buffer.from(keys[0].key).toString('base64');
  const content = { messageName: 'paid', messageId: '1', correlationKey: '7', tenantId: '<default>', expiresAt: 2 };
  for (const [keys, newest] of [
    [[`main:${a}`], a],
    [[`main:${b}`], b],
    [[`main:${b}`], b],
    [[`main:${c}`, `main2:${b}`], c],
    [[`main:${b}`, b], b],
    [[`main:${a}`], a],
  ] as const) {
    const current = read(...keys);
    assert.equal(seals(current), newest);
    openable.push(sealAddress(current, content));
    for (const address of openable) assert.ok(openAddress(current, address, 1).ok, address);
  }
});

test('while three addresses of a callback wait, further ones are not printed, and one line says so', () => {
  const texts: string[] = [];
  let emit = (_event: HostEvent): void => {};
  let waiting: readonly CallbackAddress[] = [];
  const facts: ConnectorFacts = { outbound: [], inbound: [], webhooks: [] };
  showWebhooks({
    host: {
      connectors: () => facts,
      on: (listener: (event: HostEvent) => void) => {
        emit = listener;
        return () => {};
      },
    },
    inbound: { addresses: () => waiting, server: () => undefined },
    request: { hasPage: true },
    context: { print: (text: string) => texts.push(text) },
  } as unknown as DevSession);
  const callback = (id: string): CallbackAddress => ({
    ...{ id, connector: 'paid', messageName: 'paid', correlationKey: id, variable: 'callback_url' },
    ...{ address: `http://a/callbacks/${id}`, expiresAt: 0 },
    ...{ processInstanceKey: '1', bpmnProcessId: 'p', elementId: 'a' },
  });
  const made = (id: string): void => {
    waiting = [...waiting, callback(id)];
    emit({ kind: 'callback:addressed', callback: callback(id) });
  };
  const heads = (): readonly string[] => texts.splice(0).filter((text) => text.startsWith('Callback'));
  for (const id of ['1', '2', '3']) made(id);
  assert.equal(heads().length, 3);
  for (const id of ['4', '5']) made(id);
  assert.deepEqual(heads(), [
    'Callback paid: more than 3 addresses wait for a call. Further ones are not printed; the page has them.\n',
  ]);
  waiting = [];
  made('6');
  assert.match(heads()[0]!, /^Callback paid of p 1, for the key "6"/);
  emit({ kind: 'callback:addressed', callback: callback('called') });
  assert.deepEqual(heads(), [], 'one that was called already waits for nothing');
});
