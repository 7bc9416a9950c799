import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  addressText,
  type GatewayAddress,
  hostAndPort,
  isLoopback,
  parseGatewayAddress,
  parseHost,
} from '../../src/connection/address.ts';

describe("a gateway's address", () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['grpcs://zeebe.example.com:443', 'grpcs://zeebe.example.com:443'],
    ['grpcs://zeebe.example.com', 'grpcs://zeebe.example.com:443'],
    ['https://zeebe.example.com/', 'grpcs://zeebe.example.com:443'],
    ['zeebe.example.com:8443', 'grpcs://zeebe.example.com:8443'],
    ['zeebe.example.com', 'grpcs://zeebe.example.com:443'],
    ['grpc://127.0.0.1:1234', 'grpc://127.0.0.1:1234'],
    ['http://localhost', 'grpc://localhost:26500'],
    ['GRPC://[::1]:26500', 'grpc://[::1]:26500'],
    ['', undefined],
    ['ftp://host:1', undefined],
    ['grpcs://host:0', undefined],
    ['grpcs://host:65536', undefined],
    ['grpcs://user:password@host:443', undefined],
    ['grpcs://host:443/path', undefined],
    ['grpcs://ho st:443', undefined],
    ['grpcs://:443', undefined],
  ];
  for (const [text, address] of cases) {
    test(`"${text}" ${address === undefined ? 'is not an address' : `is ${address}`}`, () => {
      const parsed = parseGatewayAddress(text);
      assert.equal(parsed && addressText(parsed), address);
    });
  }

  test('stays the same when it is written and read', () => {
    const address: fc.Arbitrary<GatewayAddress> = fc.record({
      tls: fc.boolean(),
      host: fc.oneof(
        fc.domain(),
        fc.ipV4(),
        fc.ipV6().filter((ip) => parseHost(ip) !== undefined),
      ),
      port: fc.integer({ min: 1, max: 65535 }),
    });
    fc.assert(fc.property(address, (given) => assert.deepEqual(parseGatewayAddress(addressText(given)), { ...given })));
  });

  test('is read from any text without an error', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseGatewayAddress(text)));
  });
});

describe('a host', () => {
  const good = ['localhost', 'zeebe', 'a.b-c.example', 'zeebe_gateway', '10.0.0.1', '::1', 'example.com.'];
  const bad = ['', 'a b', 'http://a', 'a:1', '-a', 'a..b', 'a/b', 'ä.example', `${'a'.repeat(64)}.example`, '[::1'];
  for (const host of good) test(`"${host}" is valid`, () => assert.equal(parseHost(host), host));
  for (const host of bad) test(`"${host}" is not valid`, () => assert.equal(parseHost(host), undefined));
  test('loses its brackets, and gets them back in front of a port', () => {
    assert.equal(parseHost('[::1]'), '::1');
    assert.equal(hostAndPort({ host: '::1', port: 1 }), '[::1]:1');
  });
});

test('only addresses of this machine are loopback', () => {
  const hosts = [
    'localhost',
    'LOCALHOST',
    '127.0.0.1',
    '127.8.9.10',
    '::1',
    'localhost.example',
    '127.example',
    '10.0.0.1',
  ];
  assert.deepEqual(hosts.filter(isLoopback), ['localhost', 'LOCALHOST', '127.0.0.1', '127.8.9.10', '::1']);
});
