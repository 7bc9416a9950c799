import assert from 'node:assert/strict';
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isFault } from '../../../../src/common/fault.ts';
import {
  type AddressKeys,
  parseAddressKeys,
  temporaryAddressKeys,
} from '../../../../src/runtime/inbound/addresses/keys.ts';
import {
  type AddressContent,
  openAddress,
  sealAddress,
  sealWith,
} from '../../../../src/runtime/inbound/addresses/seal.ts';
import { codePoint } from '../../../support/code-points.ts';

const bytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, index) => index);
const keyOf = (id: string, first: number) => ({ id, key: bytes(32).map((byte) => (byte + first) % 256) });
const keys: AddressKeys = [keyOf('k1', 0)];

const content: AddressContent = {
  messageName: 'payment-done',
  correlationKey: 'order-4711',
  tenantId: '<default>',
  expiresAt: 1_767_229_200,
  messageId: '2251799813685301',
};
const before = 1_767_225_600_000;

const sealed =
  'cb1.k1.AAECAwQFBgcICQoLPCC4Of_Hsnr0LPLlxcQcAu2zpRjSEH1GGgiX4XgbLYY2IZ_eg-Nmuk6GQ4nt4UlNgi1er3b0xvgFph0vL9HH18IM9lbxuARbPmaYW964N9EAu_pUTlZgWMzf4_C-tT4LayLX9b3C3r5qXdQ';

const reasonOf = (text: string, now = before, by: AddressKeys = keys): string => {
  const opened = openAddress(by, text, now);
  return opened.ok ? 'opened' : opened.reason;
};

const withLast = (last: string): string => sealed.slice(0, -1) + last;
const tampered = (change: (bytes: Uint8Array) => Uint8Array): string =>
  `cb1.k1.${Buffer.from(change(Buffer.from(sealed.slice('cb1.k1.'.length), 'base64url'))).toString('base64url')}`;
const flipped = (position: number): string =>
  tampered((all) => all.map((byte, index) => (index === (position + all.length) % all.length ? byte ^ 1 : byte)));

describe('sealed addresses', () => {
  test('95: an address has the form that it had in earlier versions', () => {
    assert.equal(sealWith(keys[0], content, bytes(12)), sealed);
    assert.deepEqual(openAddress(keys, sealed, before), { ok: true, content });
  });

  test('the connector is part of it if the message has another name', () => {
    const named = { ...content, connector: 'payment' };
    assert.deepEqual(openAddress(keys, sealAddress(keys, named), before), { ok: true, content: named });
    const same = sealAddress(keys, { ...content, connector: content.messageName });
    assert.deepEqual(openAddress(keys, same, before), { ok: true, content });
  });

  for (const [title, text] of [
    ['a padding', `${sealed}=`],
    ['another last character for the same bytes', withLast('R')],
    ['the other alphabet', sealed.replaceAll('-', '+').replaceAll('_', '/')],
    ['a line break', `${sealed}\n`],
    ['a line break inside', `${sealed.slice(0, 40)}\n${sealed.slice(40)}`],
    ['a foreign character', `${sealed.slice(0, 40)}!${sealed.slice(40)}`],
    ['one part', sealed.slice('cb1.'.length)],
    ['four parts', `${sealed}.x`],
    ['another version', sealed.replace('cb1', 'cb2')],
    ['an upper-case version', sealed.replace('cb1', 'CB1')],
    ['random text', 'hello'],
    ['nothing', ''],
    ['nothing to decrypt', 'cb1.k1.AAAA'],
  ] as const) {
    test(`96, 98: ${title} is refused as malformed`, () => {
      assert.equal(reasonOf(text), 'malformed');
    });
  }

  test('96: the altered spellings are spellings of the same bytes, so only their text can tell', () => {
    const decode = (text: string) => Buffer.from(text.slice('cb1.k1.'.length), 'base64url').toString('hex');
    for (const text of [`${sealed}=`, withLast('R'), `${sealed}\n`]) assert.equal(decode(text), decode(sealed));
  });

  for (const [title, text] of [
    ['a byte of the nonce', flipped(0)],
    ['a byte of the content', flipped(20)],
    ['a byte of the tag', flipped(-1)],
    ['12 bytes fewer', tampered((all) => all.subarray(0, -12))],
    ['an unknown key', sealed.replace('.k1.', '.k9.')],
    ['upper case', `cb1.k1.${sealed.slice('cb1.k1.'.length).replaceAll('z', 'Z')}`],
  ] as const) {
    test(`98: ${title} is refused as forged`, () => {
      assert.equal(reasonOf(text), 'forged');
    });
  }

  test('98: the id of another key of the runtime is refused as forged', () => {
    assert.equal(reasonOf(sealed.replace('.k1.', '.k2.'), before, [keyOf('k1', 0), { ...keyOf('k2', 0) }]), 'forged');
  });

  test('98: a tag of 4 bytes is refused, which Node.js accepts unless told its length', () => {
    const { key } = keys[0];
    const encrypt = createCipheriv('aes-256-gcm', key, bytes(12), { authTagLength: 4 });
    encrypt.setAAD(Buffer.from('cb1.k1'));
    const text = Buffer.concat([encrypt.update('{"n":"a","k":"b"}'.padEnd(60)), encrypt.final()]);
    const short = Buffer.concat([bytes(12), text, encrypt.getAuthTag()]);
    assert.equal(reasonOf(`cb1.k1.${short.toString('base64url')}`), 'forged');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes(12), { authTagLength: 16 });
    assert.throws(() => decipher.setAuthTag(encrypt.getAuthTag()), /tag/i);
  });

  test('98: an address expires in its second', () => {
    const end = content.expiresAt * 1000;
    assert.equal(reasonOf(sealed, end - 1), 'opened');
    assert.equal(reasonOf(sealed, end), 'expired');
    assert.equal(reasonOf(sealed, end + 1000), 'expired');
  });

  test('102: after a rotation, the newest key seals and all of them open', () => {
    const rotated: AddressKeys = [keyOf('k2', 7), ...keys];
    assert.equal(reasonOf(sealed, before, rotated), 'opened');
    const fresh = sealAddress(rotated, content);
    assert.match(fresh, /^cb1\.k2\./);
    assert.equal(reasonOf(fresh, before, rotated), 'opened');
    assert.equal(reasonOf(fresh), 'forged');
  });

  test('104: names and keys that are too long for a cluster or an address are refused', () => {
    assert.throws(
      () => sealAddress(keys, { ...content, correlationKey: 'x'.repeat(300) }),
      /The correlation key has 300 characters; at most 256 fit into an address[\s\S]*Fix: use a shorter/,
    );
    assert.throws(() => sealAddress(keys, { ...content, messageName: 'x'.repeat(257) }), /message name/);
    const long = 'ü'.repeat(256);
    assert.throws(
      () => sealAddress(keys, { ...content, correlationKey: long, messageName: long, connector: long.slice(1) }),
      (error) => isFault(error, 'input') && /The address would have \d+ characters/.test(error.message),
    );
  });

  test('two addresses with the same meaning are different', () => {
    assert.notEqual(sealAddress(keys, content), sealAddress(keys, content));
  });

  test('a key of this process opens what it sealed', () => {
    const own = temporaryAddressKeys();
    assert.equal(reasonOf(sealAddress(own, content), before, own), 'opened');
    assert.equal(reasonOf(sealAddress(own, content), before, temporaryAddressKeys()), 'forged');
  });

  test('what does not have the form of a meaning is refused, even with a right key', () => {
    const seal = (text: string): string => {
      const encrypt = createCipheriv('aes-256-gcm', keys[0].key, bytes(12), { authTagLength: 16 });
      encrypt.setAAD(Buffer.from('cb1.k1'));
      const all = Buffer.concat([bytes(12), encrypt.update(text, 'utf8'), encrypt.final(), encrypt.getAuthTag()]);
      return `cb1.k1.${all.toString('base64url')}`;
    };
    for (const text of ['[]', '{"n":"a"}', '{"n":"a","k":"b","t":"c","i":"d","e":"5"}', 'null', 'not JSON']) {
      assert.equal(reasonOf(seal(text)), 'forged', text);
    }
  });

  test('every meaning comes back, and no other text opens', () => {
    const text = fc.string({ unit: codePoint, maxLength: 80 });
    fc.assert(
      fc.property(
        text,
        text,
        text,
        text,
        fc.nat(),
        fc.string(),
        (messageName, correlationKey, tenantId, messageId, at, noise) => {
          const any = { messageName, correlationKey, tenantId, messageId, expiresAt: 1_767_229_200 };
          const good = sealAddress(keys, any);
          assert.deepEqual(openAddress(keys, good, before), { ok: true, content: any });
          const position = at % good.length;
          for (const changed of [
            good.slice(0, position),
            good.slice(0, position) + noise + good.slice(position),
            noise,
          ]) {
            if (changed !== good) assert.equal(openAddress(keys, changed, before).ok, false, changed);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

const hex = Buffer.from(bytes(32)).toString('hex');
const base64 = Buffer.from(bytes(32)).toString('base64');

describe('keys of addresses', () => {
  test('a key is hexadecimal, base64 or base64url, with or without an id', () => {
    const key = Buffer.from(bytes(32)).toString('hex');
    for (const text of [hex, hex.toUpperCase(), base64, base64.replace('=', ''), `\n${base64}\n`]) {
      const [{ id, key: read }] = parseAddressKeys(text, 'X');
      assert.equal(Buffer.from(read).toString('hex'), key, text);
      assert.match(id, /^[\w-]{8}$/);
    }
    const url = Buffer.alloc(32, 0xff).toString('base64url');
    assert.equal(
      parseAddressKeys(`new:${url}, old:${base64}`, 'X')
        .map(({ id }) => id)
        .join(),
      'new,old',
    );
  });

  test('the id of a key without a name is the same in every runtime', () => {
    assert.equal(parseAddressKeys(hex, 'X')[0].id, parseAddressKeys(base64, 'Y')[0].id);
    assert.notEqual(parseAddressKeys(hex, 'X')[0].id, parseAddressKeys('f'.repeat(64), 'X')[0].id);
  });

  for (const [title, text, expected] of [
    ['103: 31 bytes', Buffer.alloc(31, 7).toString('base64'), /key 1 has 31 bytes in base64; it must have 32 bytes/],
    ['103: a text', 'correct horse battery', /key 1 has \d+ bytes/],
    ['103: a text with other characters', 'Zürich', /key 1 is not base64 and not hexadecimal digits/],
    ['nothing', ' \n', /there is no key/],
    ['an id with a dot', `a.b:${hex}`, /the id of key 1 must have/],
    ['the same key twice', `${hex} ${base64}`, /two keys are the same/],
    ['the same id twice', `a:${hex} a:${'f'.repeat(64)}`, /the same id/],
    ['17 keys', Array.from({ length: 17 }, (_, index) => `k${index}:${hex}`).join(), /more than 16 keys/],
  ] as const) {
    test(`${title} is refused without quoting it`, () => {
      assert.throws(
        () => parseAddressKeys(text, 'KEYS'),
        (error) =>
          isFault(error, 'configuration') &&
          expected.test(error.message) &&
          /Where: KEYS\nFix: give each key as 32 random bytes/.test(error.message) &&
          (text.trim() === '' || !error.message.includes(text)),
      );
    });
  }
});
