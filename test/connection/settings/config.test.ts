import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { isFault } from '../../../src/common/fault.ts';
import { checkConfig } from '../../../src/connection/settings/check-config.ts';
import type { ConfigurationFault, ConnectionInput, Environment } from '../../../src/connection/settings/config.ts';
import { connectionTypes, settings } from '../../../src/connection/settings/definitions.ts';
import { parseConfig } from '../../../src/connection/settings/environment.ts';
import type { Files } from '../../../src/connection/settings/pem.ts';
import { codePoint } from '../../support/code-points.ts';
import { createAuthority } from '../support/certificates.ts';
import { newKey } from '../support/keys.ts';

const authority = createAuthority('authority.test');
const client = authority.issue({ name: 'client' });
const other = authority.issue({ name: 'other' });
const lockedKey = createPrivateKey(newKey())
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' })
  .toString();

const withLineFeeds = (pem: string): string => pem.replaceAll('\r', '');

const contents: Readonly<Record<string, string>> = {
  './ca.pem': authority.certificate,
  './key.pem': client.privateKey,
  './client.pem': client.certificate,
  './readme.txt': 'nothing to see',
  './processes': '',
};
const files: Files = {
  read: (path) => {
    if (!Object.hasOwn(contents, path)) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return contents[path]!;
  },
  exists: (path) => Object.hasOwn(contents, path),
};

const faultOf = (run: () => unknown): ConfigurationFault => {
  try {
    run();
  } catch (error) {
    assert.ok(isFault(error, 'configuration'));
    return error as ConfigurationFault;
  }
  throw new Error('It threw no fault.');
};

const cloud = {
  CAMUNDA_CONNECTION_TYPE: 'CAMUNDA_CLOUD',
  CAMUNDA_CLUSTER_ID: 'c1',
  CAMUNDA_CLIENT_ID: 'me',
  CAMUNDA_CLIENT_SECRET: 'topsecret',
};
const secure = { CAMUNDA_CONNECTION_TYPE: 'SECURE', ZEBEE_HOSTNAME: 'zeebe.test' };

describe('environment variables become a configuration:', () => {
  const cases: readonly (readonly [string, Environment, object])[] = [
    [
      'Camunda SaaS with its defaults',
      cloud,
      {
        type: 'CAMUNDA_CLOUD',
        clusterId: 'c1',
        clientId: 'me',
        clientSecret: 'topsecret',
        region: 'bru-2',
        oauthUrl: 'https://login.cloud.camunda.io/oauth/token',
      },
    ],
    [
      'Camunda SaaS with other addresses',
      {
        ...cloud,
        CAMUNDA_REGION: 'syd-1',
        CAMUNDA_OAUTH_URL: 'http://127.0.0.1:8080/token',
        ZEEBE_GRPC_ADDRESS: 'https://zeebe.test',
      },
      {
        type: 'CAMUNDA_CLOUD',
        clusterId: 'c1',
        clientId: 'me',
        clientSecret: 'topsecret',
        region: 'syd-1',
        oauthUrl: 'http://127.0.0.1:8080/token',
        grpcAddress: 'grpcs://zeebe.test:443',
      },
    ],
    [
      'a gateway without TLS',
      { CAMUNDA_CONNECTION_TYPE: 'INSECURE', ZEBEE_HOSTNAME: 'localhost' },
      { type: 'INSECURE', hostname: 'localhost', port: 26500 },
    ],
    [
      'the correct spelling, which takes precedence',
      {
        CAMUNDA_CONNECTION_TYPE: 'INSECURE',
        ZEBEE_HOSTNAME: 'old',
        ZEEBE_HOSTNAME: 'new',
        ZEBEE_PORT: '1',
        ZEEBE_PORT: '2',
      },
      { type: 'INSECURE', hostname: 'new', port: 2 },
    ],
    [
      'the other spelling, if the correct one is empty',
      {
        CAMUNDA_CONNECTION_TYPE: 'INSECURE',
        ZEEBE_HOSTNAME: '',
        ZEBEE_HOSTNAME: 'old',
        ZEEBE_PORT: ' ',
        ZEBEE_PORT: '1',
      },
      { type: 'INSECURE', hostname: 'old', port: 1 },
    ],
    [
      'spaces around the values',
      { CAMUNDA_CONNECTION_TYPE: ' INSECURE ', ZEBEE_HOSTNAME: ' localhost\n', ZEBEE_PORT: ' 26501 ' },
      { type: 'INSECURE', hostname: 'localhost', port: 26501 },
    ],
    ['a gateway with TLS', secure, { type: 'SECURE', hostname: 'zeebe.test', port: 26500 }],
    [
      'certificates in files',
      { ...secure, SSL_ROOT_CA: './ca.pem', SSL_PRIVATE_KEY: './key.pem', SSL_CERTIFICATE_CHAIN: './client.pem' },
      {
        type: 'SECURE',
        hostname: 'zeebe.test',
        port: 26500,
        rootCa: withLineFeeds(authority.certificate),
        privateKey: client.privateKey,
        certificateChain: withLineFeeds(client.certificate),
      },
    ],
    [
      'a certificate on one line',
      { ...secure, SSL_ROOT_CA: authority.certificate.trim().replace(/\r?\n/g, '\\n') },
      {
        type: 'SECURE',
        hostname: 'zeebe.test',
        port: 26500,
        rootCa: withLineFeeds(authority.certificate),
      },
    ],
    ['the embedded engine', { CAMUNDA_CONNECTION_TYPE: 'EMBEDDED' }, { type: 'EMBEDDED', resources: [] }],
    [
      'the embedded engine with files',
      { CAMUNDA_CONNECTION_TYPE: 'EMBEDDED', CAMUNDA_RESOURCES: './processes, ./readme.txt,' },
      { type: 'EMBEDDED', resources: ['./processes', './readme.txt'] },
    ],
    [
      'variables of another connection type, which are ignored',
      { CAMUNDA_CONNECTION_TYPE: 'EMBEDDED', ZEBEE_PORT: 'nonsense', CAMUNDA_REGION: '!' },
      { type: 'EMBEDDED', resources: [] },
    ],
  ];
  for (const [title, env, config] of cases) {
    test(title, () => assert.deepEqual(parseConfig(env, files), config));
  }
});

describe('one error names', () => {
  const cases: readonly (readonly [string, Environment, readonly string[], readonly RegExp[]])[] = [
    [
      'the four types if none is set',
      {},
      ['CAMUNDA_CONNECTION_TYPE'],
      [/not set/, /CAMUNDA_CLOUD:/, /INSECURE:/, /SECURE:/, /EMBEDDED:/],
    ],
    [
      'the type that was probably meant',
      { CAMUNDA_CONNECTION_TYPE: 'CAMUNDA_CLUOD' },
      ['CAMUNDA_CONNECTION_TYPE'],
      [/Did you mean CAMUNDA_CLOUD\?/, /EMBEDDED:/],
    ],
    [
      'the type in upper case for one in lower case',
      { CAMUNDA_CONNECTION_TYPE: 'insecure' },
      ['CAMUNDA_CONNECTION_TYPE'],
      [/Did you mean INSECURE\?/],
    ],
    [
      'every setting that Camunda SaaS needs, with its purpose',
      { CAMUNDA_CONNECTION_TYPE: 'CAMUNDA_CLOUD', CAMUNDA_REGION: 'bru 2' },
      ['CAMUNDA_CLUSTER_ID', 'CAMUNDA_CLIENT_ID', 'CAMUNDA_CLIENT_SECRET', 'CAMUNDA_REGION'],
      [/CAMUNDA_CLUSTER_ID is not set\. CAMUNDA_CLOUD needs it: .*e\.g\. CAMUNDA_CLUSTER_ID=/],
    ],
    [
      'both spellings of a missing host name',
      { CAMUNDA_CONNECTION_TYPE: 'INSECURE' },
      ['ZEEBE_HOSTNAME (or ZEBEE_HOSTNAME)'],
      [/INSECURE needs it/],
    ],
    [
      'the spelling that was used',
      { CAMUNDA_CONNECTION_TYPE: 'INSECURE', ZEBEE_HOSTNAME: 'http://localhost', ZEBEE_PORT: '70000' },
      ['ZEBEE_HOSTNAME', 'ZEBEE_PORT'],
      [/omit the scheme/, /whole number from 1 to 65535/],
    ],
    [
      'a port in the host name',
      { CAMUNDA_CONNECTION_TYPE: 'INSECURE', ZEBEE_HOSTNAME: 'localhost:26500' },
      ['ZEBEE_HOSTNAME'],
      [/move it to the setting for the port/],
    ],
    [
      'a key without its certificate',
      { ...secure, SSL_PRIVATE_KEY: './key.pem' },
      ['SSL_CERTIFICATE_CHAIN'],
      [/both or neither/],
    ],
    [
      'a certificate without its key',
      { ...secure, SSL_CERTIFICATE_CHAIN: './client.pem' },
      ['SSL_PRIVATE_KEY'],
      [/both or neither/],
    ],
    [
      'a key that belongs to another certificate',
      { ...secure, SSL_PRIVATE_KEY: other.privateKey, SSL_CERTIFICATE_CHAIN: './client.pem' },
      ['SSL_PRIVATE_KEY'],
      [/not the key of the first certificate/],
    ],
    [
      'a key with a passphrase',
      { ...secure, SSL_PRIVATE_KEY: String(lockedKey), SSL_CERTIFICATE_CHAIN: './client.pem' },
      ['SSL_PRIVATE_KEY'],
      [/passphrase/],
    ],
    [
      'a file that does not exist',
      { ...secure, SSL_ROOT_CA: './nope.pem' },
      ['SSL_ROOT_CA'],
      [/\.\/nope\.pem, which does not exist/],
    ],
    [
      'a file without a certificate',
      { ...secure, SSL_ROOT_CA: './readme.txt' },
      ['SSL_ROOT_CA'],
      [/\.\/readme\.txt, which contains no certificate/],
    ],
    [
      'a file with the wrong kind of PEM text',
      { ...secure, SSL_ROOT_CA: './key.pem' },
      ['SSL_ROOT_CA'],
      [/contains no certificate/],
    ],
    [
      'a malformed certificate',
      { ...secure, SSL_ROOT_CA: '-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----' },
      ['SSL_ROOT_CA'],
      [/no readable certificate/],
    ],
    [
      'a token server without TLS',
      { ...cloud, CAMUNDA_OAUTH_URL: 'http://login.test/token' },
      ['CAMUNDA_OAUTH_URL'],
      [/would expose the client secret; use https/],
    ],
    [
      'a token server that is not a URL',
      { ...cloud, CAMUNDA_OAUTH_URL: 'login.test' },
      ['CAMUNDA_OAUTH_URL'],
      [/not a URL/],
    ],
    [
      'a token server with another scheme',
      { ...cloud, CAMUNDA_OAUTH_URL: 'ftp://login.test' },
      ['CAMUNDA_OAUTH_URL'],
      [/https/],
    ],
    [
      'a token server with a password in its URL',
      { ...cloud, CAMUNDA_OAUTH_URL: 'https://u:p4ssw0rd@login.test/token' },
      ['CAMUNDA_OAUTH_URL'],
      [/user name or a password/],
    ],
    [
      'a cloud gateway in plain text',
      { ...cloud, ZEEBE_GRPC_ADDRESS: 'grpc://zeebe.test:26500' },
      ['ZEEBE_GRPC_ADDRESS'],
      [/would expose the access token; use grpcs/],
    ],
    [
      'a cloud gateway that is not an address',
      { ...cloud, ZEEBE_GRPC_ADDRESS: 'zeebe test' },
      ['ZEEBE_GRPC_ADDRESS'],
      [/grpcs:\/\/host:443/],
    ],
    [
      'every resource that does not exist',
      { CAMUNDA_CONNECTION_TYPE: 'EMBEDDED', CAMUNDA_RESOURCES: 'a.bpmn,./processes,b' },
      ['CAMUNDA_RESOURCES'],
      [/lists paths that do not exist: a\.bpmn, b\./],
    ],
  ];
  for (const [title, env, named, texts] of cases) {
    test(title, () => {
      const fault = faultOf(() => parseConfig(env, files));
      assert.deepEqual(
        fault.problems.map(({ setting }) => setting),
        named,
      );
      for (const text of texts) assert.match(fault.message, text);
      assert.match(fault.message, /Where: the environment variables and the file \.env\nFix: /);
    });
  }
});

describe('a configuration written by hand', () => {
  test('gets the defaults', () => {
    assert.deepEqual(checkConfig({ type: 'INSECURE', hostname: 'h' }, files), {
      type: 'INSECURE',
      hostname: 'h',
      port: 26500,
    });
    assert.deepEqual(checkConfig({ type: 'EMBEDDED', resources: undefined }, files), {
      type: 'EMBEDDED',
      resources: [],
    });
  });

  test('stays unchanged if it has been checked before', () => {
    const config = parseConfig(
      { ...secure, SSL_ROOT_CA: './ca.pem', SSL_PRIVATE_KEY: './key.pem', SSL_CERTIFICATE_CHAIN: './client.pem' },
      files,
    );
    assert.deepEqual(checkConfig(config, files), config);
    const withAddress = parseConfig({ ...cloud, ZEEBE_GRPC_ADDRESS: 'h' }, files);
    assert.deepEqual(checkConfig(withAddress, files), withAddress);
  });

  const cases: readonly (readonly [string, unknown, readonly string[], RegExp])[] = [
    ['no settings', undefined, ['type'], /type is not set/],
    ['a misspelled property', { type: 'INSECURE', hostName: 'h' }, ['hostName', 'hostname'], /Did you mean hostname\?/],
    ['an abbreviated property', { type: 'INSECURE', host: 'h' }, ['host', 'hostname'], /Did you mean hostname\?/],
    [
      'the plural of a property',
      { type: 'INSECURE', hostname: 'h', tenants: ['a'] },
      ['tenants'],
      /Did you mean tenantIds\?/,
    ],
    [
      'a property of another type',
      { type: 'INSECURE', hostname: 'h', region: 'x' },
      ['region'],
      /It takes hostname, port, /,
    ],
    [
      'values of the wrong type',
      { type: 'INSECURE', hostname: 7, port: '70000' },
      ['hostname', 'port'],
      /hostname is not text/,
    ],
    ['paths that are not text', { type: 'EMBEDDED', resources: [1] }, ['resources'], /not a list of paths/],
    [
      'a missing secret',
      { type: 'CAMUNDA_CLOUD', clusterId: 'c', clientId: 'i', clientSecret: ' ' },
      ['clientSecret'],
      /CAMUNDA_CLOUD needs it/,
    ],
  ];
  for (const [title, input, named, text] of cases) {
    test(`is refused with ${title}`, () => {
      const fault = faultOf(() => checkConfig(input as ConnectionInput, files));
      assert.deepEqual(
        fault.problems.map(({ setting }) => setting),
        named,
      );
      assert.match(fault.message, text);
      assert.match(fault.message, /Where: the configuration given to createConnection/);
    });
  }
});

describe('variables that are not text', () => {
  const cases: readonly (readonly [title: string, env: object, named: readonly string[], text: RegExp])[] = [
    [
      'a host that is a number',
      { CAMUNDA_CONNECTION_TYPE: 'INSECURE', ZEEBE_HOSTNAME: 7 },
      ['ZEEBE_HOSTNAME'],
      /ZEEBE_HOSTNAME is not text/,
    ],
    [
      'a type that is a list',
      { CAMUNDA_CONNECTION_TYPE: ['SECURE'] },
      ['CAMUNDA_CONNECTION_TYPE'],
      /is not a connection type/,
    ],
    [
      'several at once',
      { ...cloud, CAMUNDA_CLIENT_SECRET: { a: 'hush' }, CAMUNDA_CLIENT_ID: true },
      ['CAMUNDA_CLIENT_ID', 'CAMUNDA_CLIENT_SECRET'],
      /CAMUNDA_CLIENT_SECRET is not text/,
    ],
  ];
  for (const [title, env, named, text] of cases) {
    test(`${title}: one fault, without the value`, () => {
      const fault = faultOf(() => parseConfig(env as Environment, files));
      assert.deepEqual(
        fault.problems.map(({ setting }) => setting),
        named,
      );
      assert.match(fault.message, text);
      assert.doesNotMatch(fault.message, /hush/);
    });
  }

  test('null counts as not set, and a port may be a number', () => {
    const env = { CAMUNDA_CONNECTION_TYPE: 'INSECURE', ZEEBE_HOSTNAME: 'h', ZEEBE_PORT: 1, ZEBEE_HOSTNAME: null };
    assert.deepEqual({ ...parseConfig(env as never, files) }, { type: 'INSECURE', hostname: 'h', port: 1 });
  });
});

describe('a configuration hides its secrets', () => {
  const config = parseConfig({ ...secure, SSL_PRIVATE_KEY: './key.pem', SSL_CERTIFICATE_CHAIN: './client.pem' }, files);
  const bare = client.privateKey.split('\n')[1]!.trim();
  const shown: readonly (readonly [string, () => string])[] = [
    [
      'when printed',
      () => inspect(config, { depth: 5, showHidden: true }) + inspect({ deep: { config } }, { depth: 5 }),
    ],
    ['in a template string', () => `${JSON.stringify(config)} ${String(config)}`],
    ['when printed, for SaaS', () => inspect(parseConfig(cloud, files)) + JSON.stringify([parseConfig(cloud, files)])],
  ];
  for (const [title, print] of shown) {
    test(title, () => {
      assert.ok(!print().includes(bare));
      assert.ok(!print().includes('topsecret'));
    });
  }

  test('but a copy contains them, and the configuration is frozen', () => {
    const copy = { ...parseConfig(cloud, files) };
    assert.equal('clientSecret' in copy && copy.clientSecret, 'topsecret');
    assert.ok(Object.isFrozen(config));
  });

  test('in its errors too, in whichever variable the secret is', () => {
    const secrets = ['hush-hush', client.privateKey, bare, 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIB/x+y='];
    const secretVariables = ['CAMUNDA_CLIENT_SECRET', 'SSL_PRIVATE_KEY', 'SSL_ROOT_CA', 'SSL_CERTIFICATE_CHAIN'];
    for (const type of Object.keys(connectionTypes)) {
      for (const secret of secrets) {
        const env = Object.fromEntries([
          ['CAMUNDA_CONNECTION_TYPE', type],
          ['CAMUNDA_CLIENT_ID', secret],
          ['CAMUNDA_OAUTH_URL', 'nonsense'],
          ...secretVariables.map((variable) => [variable, secret] as const),
        ]);
        if (type === 'EMBEDDED') continue;
        const fault = faultOf(() => parseConfig(env, files));
        const text = inspect(fault, { depth: 10, showHidden: true });
        assert.ok(!text.includes(secret) && !text.includes(bare), text);
      }
    }
  });
});

test('any variables give a configuration, or one configuration fault', () => {
  const variables = ['CAMUNDA_CONNECTION_TYPE', ...Object.values(settings).flatMap((setting) => setting.variables)];
  const value = fc.oneof(
    fc.constantFrom(...Object.keys(connectionTypes), '', 'localhost', '26500', './ca.pem', './key.pem', './client.pem'),
    fc.constantFrom(client.privateKey, client.certificate, other.privateKey, '-----BEGIN ', 'https://login.test'),
    fc.string({ unit: codePoint }),
  );
  const env = fc.record(Object.fromEntries(variables.map((name) => [name, value])), { requiredKeys: [] });
  const typed = fc.tuple(env, fc.constantFrom(...Object.keys(connectionTypes))).map(([given, type]) => ({
    ...given,
    CAMUNDA_CONNECTION_TYPE: type,
  }));
  fc.assert(
    fc.property(fc.oneof(env, typed), (given) => {
      try {
        const config = parseConfig(given, files);
        assert.ok(Object.hasOwn(connectionTypes, config.type));
      } catch (error) {
        assert.ok(isFault(error, 'configuration'), String(error));
        assert.ok((error as ConfigurationFault).problems.length > 0);
      }
    }),
    { numRuns: 500 },
  );
});
