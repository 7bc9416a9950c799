import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { parse } from 'dotenv';
import fc from 'fast-check';
import { isFault } from '../../../src/common/fault.ts';
import { grpcAddressOf, restAddressOf } from '../../../src/connection/settings/addresses.ts';
import { checkConfig } from '../../../src/connection/settings/check-config.ts';
import type { ConfigurationFault, ConnectionConfig, Environment } from '../../../src/connection/settings/config.ts';
import { settings } from '../../../src/connection/settings/definitions.ts';
import { mergeEnvironments, parseConfig } from '../../../src/connection/settings/environment.ts';
import { descriptive } from '../../../src/connection/settings/official-names.ts';
import type { Files } from '../../../src/connection/settings/pem.ts';
import { understandingOf } from '../../../src/connection/settings/understanding.ts';
import { createAuthority } from '../support/certificates.ts';
import { newKey } from '../support/keys.ts';

const authority = createAuthority('authority.test');
const client = authority.issue({ name: 'client' });
const contents: Readonly<Record<string, string>> = {
  './ca.pem': authority.certificate,
  './key.pem': client.privateKey,
  './client.pem': client.certificate,
};
const files: Files = {
  read: (path) => {
    if (!Object.hasOwn(contents, path)) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return contents[path]!;
  },
  exists: () => false,
};

const read = (env: Environment): ConnectionConfig => parseConfig(env, files);
const warningsOf = (env: Environment): readonly string[] => understandingOf(read(env))!.warnings;
const plain = (config: ConnectionConfig): object => ({ ...config });

const refusal = (run: () => unknown): ConfigurationFault => {
  try {
    run();
  } catch (error) {
    assert.ok(isFault(error, 'configuration'), String(error));
    const text = inspect(error, { depth: 10, showHidden: true });
    assert.doesNotMatch(text, /topsecret|p4ssw0rd/);
    return error as ConfigurationFault;
  }
  throw new Error('It was not refused.');
};
const refuses = (env: Environment, ...texts: readonly RegExp[]): void => {
  const fault = refusal(() => read(env));
  for (const text of texts) assert.match(fault.message, text);
};

const uuid = '8f0e3c1a-5b7d-4c1e-9a52-6d1f0b7c2e43';
const credentials = { CAMUNDA_CLIENT_ID: 'me', CAMUNDA_CLIENT_SECRET: 'topsecret' };
const oldCredentials = { ZEEBE_CLIENT_ID: 'me', ZEEBE_CLIENT_SECRET: 'topsecret' };
const tokenServer = { CAMUNDA_OAUTH_URL: 'https://keycloak.test/token' };
const secure = { CAMUNDA_CONNECTION_TYPE: 'SECURE', ZEEBE_HOSTNAME: 'zeebe.test' };
const basic = { CAMUNDA_BASIC_AUTH_USERNAME: 'demo', CAMUNDA_BASIC_AUTH_PASSWORD: 'p4ssw0rd' };

/** The file that the Console offers, in its older form. */
const consoleFile = {
  ZEEBE_ADDRESS: `${uuid}.syd-1.zeebe.camunda.io:443`,
  ...oldCredentials,
  ZEEBE_AUTHORIZATION_SERVER_URL: 'https://login.cloud.camunda.io/oauth/token',
  ZEEBE_TOKEN_AUDIENCE: 'zeebe.camunda.io',
  CAMUNDA_CLUSTER_ID: uuid,
  CAMUNDA_CLUSTER_REGION: 'syd-1',
  CAMUNDA_CREDENTIALS_SCOPES: 'Zeebe,Tasklist',
  CAMUNDA_OAUTH_URL: 'https://login.cloud.camunda.io/oauth/token',
};
const newerConsoleFile = {
  ...consoleFile,
  ZEEBE_REST_ADDRESS: `https://syd-1.zeebe.camunda.io/${uuid}`,
  ZEEBE_GRPC_ADDRESS: `grpcs://${uuid}.syd-1.zeebe.camunda.io:443`,
  ...credentials,
  CAMUNDA_CLIENT_MODE: 'saas',
  CAMUNDA_CLIENT_AUTH_CLIENTID: 'me',
  CAMUNDA_CLIENT_AUTH_CLIENTSECRET: 'topsecret',
};
const consoleConfig = {
  type: 'CAMUNDA_CLOUD',
  clusterId: uuid,
  clientId: 'me',
  clientSecret: 'topsecret',
  region: 'syd-1',
  oauthUrl: 'https://login.cloud.camunda.io/oauth/token',
};

describe('the addresses tell the type of the connection', () => {
  test('A1: nothing is refused with the types, and says that no official name was seen', () => {
    refuses({}, /CAMUNDA_CONNECTION_TYPE is not set/, /SECURE:/, /No setting that determines the type is set either/);
    refuses({ ZEEBE_HOSTNAME: 'h' }, /These settings do not determine the type: ZEEBE_HOSTNAME/);
  });

  test('A2: an http:// REST address is INSECURE without authentication', () => {
    assert.deepEqual(plain(read({ CAMUNDA_REST_ADDRESS: 'http://localhost:8080' })), {
      type: 'INSECURE',
      restAddress: 'http://localhost:8080/v2',
    });
  });

  for (const end of ['', '/', '/v2', '/v2/']) {
    test(`A3: a REST address that ends in "${end}" has the same base`, () => {
      const config = read({ ZEEBE_REST_ADDRESS: `http://localhost:8080${end}` });
      assert.equal('restAddress' in config && config.restAddress, 'http://localhost:8080/v2');
    });
  }

  test('A4: an https:// REST address is SECURE and keeps its path', () => {
    assert.deepEqual(plain(read({ CAMUNDA_REST_ADDRESS: 'https://host/cluster-a' })), {
      type: 'SECURE',
      restAddress: 'https://host/cluster-a/v2',
    });
  });

  for (const scheme of ['grpc', 'http']) {
    test(`A5: a ${scheme}:// gateway is INSECURE`, () => {
      const config = read({ CAMUNDA_GRPC_ADDRESS: `${scheme}://localhost:26500` });
      assert.deepEqual(plain(config), { type: 'INSECURE', hostname: 'localhost', port: 26500 });
    });
  }

  for (const [scheme, type, port] of [
    ['grpcs', 'SECURE', 443],
    ['https', 'SECURE', 443],
    ['grpc', 'INSECURE', 26500],
    ['http', 'INSECURE', 26500],
  ] as const) {
    test(`A6: a ${scheme}:// gateway without a port has the port ${port}`, () => {
      assert.deepEqual(plain(read({ CAMUNDA_GRPC_ADDRESS: `${scheme}://zeebe` })), { type, hostname: 'zeebe', port });
    });
  }

  test('A7: a gateway without a scheme is refused with both schemes', () => {
    refuses({ CAMUNDA_GRPC_ADDRESS: 'zeebe:26500' }, /CAMUNDA_GRPC_ADDRESS/, /grpcs:\/\//, /grpc:\/\//);
  });

  test('A8: the older name of the gateway counts, and a different value gets one warning', () => {
    const name = 'grpc://localhost:26500';
    const expected = { type: 'INSECURE', hostname: 'localhost', port: 26500 };
    assert.deepEqual(plain(read({ ZEEBE_GRPC_ADDRESS: name })), expected);
    assert.deepEqual(warningsOf({ ZEEBE_GRPC_ADDRESS: name, CAMUNDA_GRPC_ADDRESS: `${name}/` }), []);
    const both = { ZEEBE_GRPC_ADDRESS: 'grpc://other:1', CAMUNDA_GRPC_ADDRESS: name };
    assert.deepEqual(plain(read(both)), expected);
    assert.equal(warningsOf(both).length, 1);
    assert.match(warningsOf(both)[0]!, /^ZEEBE_GRPC_ADDRESS and CAMUNDA_GRPC_ADDRESS/);
    assert.doesNotMatch(warningsOf(both)[0]!, /other/);
  });

  test('A9: two addresses with TLS are SECURE; REST is spoken only if it is preferred', () => {
    const env = { CAMUNDA_GRPC_ADDRESS: 'grpcs://zeebe.test', CAMUNDA_REST_ADDRESS: 'https://zeebe.test' };
    const config = { type: 'SECURE', hostname: 'zeebe.test', port: 443, restAddress: 'https://zeebe.test/v2' };
    assert.deepEqual(plain(read(env)), config);
    assert.deepEqual(plain(read({ ...env, CAMUNDA_PREFER_REST: 'true' })), { ...config, preferRest: true });
    assert.deepEqual(plain(read({ ...env, ZEEBE_PREFER_REST: 'false' })), config);
  });

  test('A10: addresses of which one has TLS are refused', () => {
    const env = { CAMUNDA_GRPC_ADDRESS: 'grpc://zeebe.test', CAMUNDA_REST_ADDRESS: 'https://zeebe.test' };
    refuses(env, /CAMUNDA_GRPC_ADDRESS has no TLS, but CAMUNDA_REST_ADDRESS has/);
  });

  test('A11: ZEEBE_ADDRESS alone is refused, since it does not show whether to use TLS', () => {
    refuses({ ZEEBE_ADDRESS: 'localhost:26500' }, /ZEEBE_ADDRESS does not show whether the gateway uses TLS/);
    const insecure = read({ ZEEBE_ADDRESS: 'localhost:26500', ZEEBE_INSECURE_CONNECTION: 'true' });
    assert.deepEqual(plain(insecure), { type: 'INSECURE', hostname: 'localhost', port: 26500 });
    const withTls = read({ ZEEBE_ADDRESS: 'zeebe.test:26500', CAMUNDA_SECURE_CONNECTION: 'true' });
    assert.deepEqual(plain(withTls), { type: 'SECURE', hostname: 'zeebe.test', port: 26500 });
  });

  test('A45: a REST address keeps /v2 in the middle, must have a scheme, and may be exact', () => {
    const address = (env: Environment): unknown => (plain(read(env)) as { restAddress?: string }).restAddress;
    assert.equal(address({ CAMUNDA_REST_ADDRESS: 'https://host/v2/proxy' }), 'https://host/v2/proxy/v2');
    const exact = { CAMUNDA_REST_ADDRESS: 'https://host/api', CAMUNDA_REST_ADDRESS_EXACT: 'true' };
    assert.equal(address(exact), 'https://host/api');
    assert.equal(
      (checkConfig({ ...read(exact) } as never, files) as { restAddress?: string }).restAddress,
      'https://host/api',
    );
    refuses({ CAMUNDA_REST_ADDRESS: 'ftp://host' }, /https:\/\/ \(TLS\) or http:\/\//);
    refuses({ CAMUNDA_REST_ADDRESS: 'localhost:8080' }, /https:\/\/ \(TLS\) or http:\/\//);
  });

  test('an address that contradicts a given type is refused', () => {
    refuses(
      { ...secure, ZEEBE_HOSTNAME: '', CAMUNDA_GRPC_ADDRESS: 'grpc://h' },
      /contradicts the connection type SECURE/,
    );
    const insecure = { CAMUNDA_CONNECTION_TYPE: 'INSECURE', CAMUNDA_REST_ADDRESS: 'https://h' };
    refuses(insecure, /CAMUNDA_REST_ADDRESS has TLS, which contradicts the connection type INSECURE/);
  });
});

describe('the file that the Console offers', () => {
  test('A12: connects as it is, in its old and in its new form', () => {
    assert.deepEqual(plain(read(consoleFile)), consoleConfig);
    assert.deepEqual(warningsOf(consoleFile), []);
    assert.deepEqual(plain(read(newerConsoleFile)), consoleConfig);
    assert.deepEqual(warningsOf(newerConsoleFile), []);
  });

  test('A13: connects with the type as well, in its region', () => {
    const typed = { ...consoleFile, CAMUNDA_CONNECTION_TYPE: 'CAMUNDA_CLOUD' };
    assert.deepEqual(plain(read(typed)), consoleConfig);
    assert.deepEqual(warningsOf(typed), []);
  });

  test('A14: the region has a default, and two names of it get one warning', () => {
    const cluster = { CAMUNDA_CLUSTER_ID: uuid, ...credentials };
    assert.deepEqual(plain(read(cluster)), { ...consoleConfig, region: 'bru-2' });
    const two = { ...cluster, CAMUNDA_REGION: 'dsm-1', CAMUNDA_CLUSTER_REGION: 'syd-1' };
    assert.deepEqual(plain(read(two)), { ...consoleConfig, region: 'dsm-1' });
    assert.deepEqual(warningsOf(two), [
      'CAMUNDA_CLUSTER_REGION and CAMUNDA_REGION set the same setting to different values; CAMUNDA_REGION takes precedence.',
    ]);
  });

  test('A15: both addresses follow from cluster and region', () => {
    const config = read(consoleFile) as Exclude<ConnectionConfig, { type: 'EMBEDDED' }>;
    assert.equal(restAddressOf(config), `https://syd-1.zeebe.camunda.io/${uuid}/v2`);
    assert.deepEqual(grpcAddressOf(config), { tls: true, host: `${uuid}.syd-1.zeebe.camunda.io`, port: 443 });
  });

  test('A16: may be written with export, quotes, CRLF', () => {
    const lines = Object.entries(consoleFile).map(([name, value]) => `export ${name}='${value}'`);
    assert.deepEqual(plain(read(parse(lines.join('\r\n')))), consoleConfig);
  });

  test('the addresses alone tell cluster and region', () => {
    const grpc = { ZEEBE_GRPC_ADDRESS: newerConsoleFile.ZEEBE_GRPC_ADDRESS, ...credentials };
    const rest = { CAMUNDA_REST_ADDRESS: newerConsoleFile.ZEEBE_REST_ADDRESS, ...credentials };
    assert.deepEqual(plain(read(grpc)), consoleConfig);
    assert.deepEqual(plain(read(rest)), consoleConfig);
  });

  test('A30: the names of Spring count as well', () => {
    const spring = {
      CAMUNDA_CLIENT_MODE: 'saas',
      CAMUNDA_CLIENT_CLOUD_CLUSTERID: uuid,
      CAMUNDA_CLIENT_CLOUD_REGION: 'syd-1',
      CAMUNDA_CLIENT_AUTH_CLIENTID: 'me',
      CAMUNDA_CLIENT_AUTH_CLIENTSECRET: 'topsecret',
    };
    assert.deepEqual(plain(read(spring)), consoleConfig);
    assert.deepEqual(warningsOf(spring), []);
  });
});

describe('the settings tell the authentication', () => {
  test('A17: an id and a secret of different families are refused with the partners', () => {
    const env = { ...secure, ...tokenServer, CAMUNDA_CLIENT_ID: 'me', ZEEBE_CLIENT_SECRET: 'topsecret' };
    refuses(env, /CAMUNDA_CLIENT_SECRET for CAMUNDA_CLIENT_ID, or ZEEBE_CLIENT_ID for ZEEBE_CLIENT_SECRET/);
  });

  test('a complete family wins over an incomplete one, with a warning', () => {
    const env = { ...secure, ...tokenServer, CAMUNDA_CLIENT_ID: 'other', ...oldCredentials };
    assert.equal((plain(read(env)) as { clientId?: string }).clientId, 'me');
    assert.match(warningsOf(env).join(), /CAMUNDA_CLIENT_ID/);
  });

  test('A18: id, secret and the URL of a token server mean OAUTH', () => {
    assert.deepEqual(plain(read({ ...secure, ...credentials, ...tokenServer })), {
      type: 'SECURE',
      hostname: 'zeebe.test',
      port: 26500,
      authStrategy: 'OAUTH',
      clientId: 'me',
      clientSecret: 'topsecret',
      oauthUrl: 'https://keycloak.test/token',
    });
  });

  test('A19: an id and a secret without a token server are refused with its names', () => {
    refuses(
      { ...secure, ...credentials },
      /CAMUNDA_OAUTH_URL is not set/,
      /ZEEBE_AUTHORIZATION_SERVER_URL/,
      /CAMUNDA_AUTHORIZATION_SERVER_URL/,
    );
  });

  test('A21: BASIC needs a password and a user name without a colon', () => {
    const env = { ...secure, CAMUNDA_AUTH_STRATEGY: 'BASIC', CAMUNDA_BASIC_AUTH_USERNAME: 'demo' };
    refuses(env, /CAMUNDA_BASIC_AUTH_PASSWORD is not set/);
    refuses(
      { ...secure, ...basic, CAMUNDA_BASIC_AUTH_USERNAME: 'a:b' },
      /CAMUNDA_BASIC_AUTH_USERNAME contains a colon/,
    );
  });

  test('A22: a user name and a password mean BASIC; with id and secret the strategy is asked for', () => {
    const config = { type: 'SECURE', hostname: 'zeebe.test', port: 26500, authStrategy: 'BASIC' };
    assert.deepEqual(plain(read({ ...secure, ...basic })), { ...config, username: 'demo', password: 'p4ssw0rd' });
    refuses(
      { ...secure, ...basic, ...credentials, ...tokenServer },
      /CAMUNDA_AUTH_STRATEGY is not set/,
      /OAUTH and BASIC/,
    );
  });

  test('A23: the strategy may be in lower case; an unknown one is refused with the four', () => {
    const env = { ...secure, ...credentials, ...tokenServer };
    assert.equal(
      (plain(read({ ...env, CAMUNDA_AUTH_STRATEGY: 'oauth' })) as { authStrategy?: string }).authStrategy,
      'OAUTH',
    );
    refuses({ ...env, CAMUNDA_AUTH_STRATEGY: 'KERBEROS' }, /NONE, BASIC, OAUTH or BEARER/);
  });

  for (const off of [{ CAMUNDA_AUTH_STRATEGY: 'NONE' }, { CAMUNDA_OAUTH_DISABLED: 'true' }]) {
    const [name] = Object.keys(off);
    test(`A${name === 'CAMUNDA_AUTH_STRATEGY' ? 24 : 25}: ${name} turns it off, with one warning`, () => {
      const env = { ...secure, ...credentials, ...tokenServer, ...off };
      assert.deepEqual(plain(read(env)), { type: 'SECURE', hostname: 'zeebe.test', port: 26500 });
      assert.equal(warningsOf(env).length, 1);
      assert.match(warningsOf(env)[0]!, /^CAMUNDA_CLIENT_ID, CAMUNDA_CLIENT_SECRET, CAMUNDA_OAUTH_URL have no effect/);
    });
  }

  test('A26: BEARER needs a token, and COOKIE is refused with what to use', () => {
    const env = { ...secure, CAMUNDA_AUTH_STRATEGY: 'BEARER' };
    assert.equal((plain(read({ ...env, CAMUNDA_OAUTH_TOKEN: 'abc' })) as { token?: string }).token, 'abc');
    refuses(env, /CAMUNDA_OAUTH_TOKEN is not set/);
    refuses({ ...secure, CAMUNDA_AUTH_STRATEGY: 'COOKIE' }, /COOKIE, which is not supported; use BASIC/);
  });

  test('A28: two names of the scope are one setting', () => {
    const env = { ...secure, ...credentials, ...tokenServer, CAMUNDA_OAUTH_SCOPE: 'a' };
    assert.equal((plain(read(env)) as { scope?: string }).scope, 'a');
    assert.deepEqual(warningsOf(env), []);
    assert.equal(warningsOf({ ...env, CAMUNDA_TOKEN_SCOPE: 'b' }).length, 1);
  });

  test('an explicit INSECURE goes on without credentials, and warns about those in the environment', () => {
    const env = { CAMUNDA_CONNECTION_TYPE: 'INSECURE', ZEEBE_HOSTNAME: 'zeebe', ...credentials };
    assert.deepEqual(plain(read(env)), { type: 'INSECURE', hostname: 'zeebe', port: 26500 });
    assert.match(
      warningsOf(env).join('\n'),
      /^CAMUNDA_CLIENT_ID, CAMUNDA_CLIENT_SECRET have no effect: .*CAMUNDA_AUTH_STRATEGY=OAUTH/,
    );
  });
});

describe('TLS and plain text', () => {
  test('A27: a certificate without any TLS gets a warning; it serves a token server with TLS', () => {
    const insecure = { CAMUNDA_CONNECTION_TYPE: 'INSECURE', ZEEBE_HOSTNAME: 'localhost', SSL_ROOT_CA: './ca.pem' };
    assert.deepEqual(plain(read(insecure)), { type: 'INSECURE', hostname: 'localhost', port: 26500 });
    assert.match(
      warningsOf(insecure).join(),
      /SSL_ROOT_CA has no effect: neither the gateway nor a token server uses TLS/,
    );
    const served = { ...insecure, ...credentials, ...tokenServer, CAMUNDA_AUTH_STRATEGY: 'OAUTH' };
    assert.deepEqual(warningsOf(served), []);
    assert.ok('rootCa' in read(served));
  });

  test('A29: a switch beside an address with a scheme gets one warning', () => {
    const env = {
      CAMUNDA_GRPC_ADDRESS: 'grpcs://h',
      CAMUNDA_SECURE_CONNECTION: 'true',
      ZEEBE_INSECURE_CONNECTION: 'true',
    };
    assert.equal(read(env).type, 'SECURE');
    assert.equal(warningsOf(env).length, 1);
    assert.match(warningsOf(env)[0]!, /CAMUNDA_SECURE_CONNECTION, ZEEBE_INSECURE_CONNECTION/);
  });

  test('A31: names that only Java understands get one warning', () => {
    const env = { ...secure, CAMUNDA_SSL_CLIENT_KEYSTORE_PATH: 'x', CAMUNDA_SSL_CLIENT_TRUSTSTORE_PATH: 'y' };
    assert.equal(warningsOf(env).length, 1);
    assert.match(warningsOf(env)[0]!, /use PEM files/);
    assert.match(warningsOf({ ...secure, CAMUNDA_CLIENT_CONFIG_PATH: 'x' }).join(), /CAMUNDA_CLIENT_CONFIG_PATH/);
  });

  const linked = { CAMUNDA_CONNECTION_TYPE: 'INSECURE', ZEEBE_HOSTNAME: 'zeebe', ZEEBE_PORT: 'tcp://10.0.0.1:26500' };
  for (const [title, more, port] of [
    ['A32: a service link of Kubernetes is not a port', {}, 26500],
    ['A33: the other name counts beside a service link', { ZEBEE_PORT: '26600' }, 26600],
    ['A35: other service links have no effect', { ZEEBE_SERVICE_HOST: 'x', ZEEBE_PORT_26500_TCP_ADDR: 'y' }, 26500],
  ] as const) {
    test(title, () => {
      assert.deepEqual(plain(read({ ...linked, ...more })), { type: 'INSECURE', hostname: 'zeebe', port });
      assert.deepEqual(warningsOf({ ...linked, ...more }), []);
    });
  }

  test('A34: another value that is not a port is refused', () => {
    refuses({ ...linked, ZEEBE_PORT: 'abc' }, /ZEEBE_PORT is not a whole number/);
  });

  const allow = { CAMUNDA_ALLOW_PLAINTEXT_CREDENTIALS: 'true' };
  const inCluster = { ...secure, ...credentials, CAMUNDA_OAUTH_URL: 'http://keycloak:18080/token' };
  test('A36: a token server without TLS is refused with the name of the permission', () => {
    refuses(inCluster, /CAMUNDA_OAUTH_URL is an http:\/\/ URL/, /CAMUNDA_ALLOW_PLAINTEXT_CREDENTIALS=true/);
  });

  test('A37: with the permission it is used, with one line', () => {
    assert.equal(warningsOf({ ...inCluster, ...allow }).length, 1);
    assert.match(warningsOf({ ...inCluster, ...allow })[0]!, /in plain text to keycloak/);
  });

  test('A38: a gateway without TLS is refused with OAUTH, and accepted without credentials', () => {
    const env = { CAMUNDA_GRPC_ADDRESS: 'grpc://zeebe:26500', ...credentials, ...tokenServer };
    refuses(env, /CAMUNDA_GRPC_ADDRESS has no TLS/, /CAMUNDA_ALLOW_PLAINTEXT_CREDENTIALS=true/);
    assert.match(warningsOf({ ...env, ...allow }).join(), /in plain text to zeebe/);
    assert.deepEqual(warningsOf({ CAMUNDA_GRPC_ADDRESS: 'grpc://zeebe:26500' }), []);
  });

  test('A39: the permission says nothing where everything has TLS', () => {
    assert.deepEqual(warningsOf({ ...secure, ...credentials, ...tokenServer, ...allow }), []);
  });

  for (const host of ['127.0.0.1', '[::1]', 'localhost']) {
    test(`A40: a token server on this machine (${host}) needs no permission`, () => {
      assert.deepEqual(warningsOf({ ...inCluster, CAMUNDA_OAUTH_URL: `http://${host}:18080/token` }), []);
    });
  }

  test('A41: a URL with a user name and a password is refused without showing them', () => {
    for (const name of ['CAMUNDA_OAUTH_URL', 'CAMUNDA_ISSUER_URL', 'CAMUNDA_REST_ADDRESS', 'CAMUNDA_GRPC_ADDRESS']) {
      const env = { ...secure, ...credentials, ZEEBE_HOSTNAME: '', [name]: 'https://adam:p4ssw0rd@host/x' };
      const { message } = refusal(() => read(env));
      assert.match(message, new RegExp(name));
      assert.doesNotMatch(message, /adam/);
    }
  });

  test('A47: a certificate needs its key, text wins over a path, and PEM text may be on one line', () => {
    refuses(
      { ...secure, CAMUNDA_MTLS_CERT_PATH: './client.pem' },
      /SSL_PRIVATE_KEY is not set, but CAMUNDA_MTLS_CERT_PATH is/,
    );
    const config = read({
      ...secure,
      CAMUNDA_MTLS_CERT: client.certificate.trim().replace(/\r?\n/g, '\\n'),
      CAMUNDA_MTLS_CERT_PATH: './client.pem',
      CAMUNDA_MTLS_KEY_PATH: './key.pem',
      CAMUNDA_MTLS_CA_PATH: './ca.pem',
    });
    assert.equal('certificateChain' in config && config.certificateChain, client.certificate.replaceAll('\r', ''));
    assert.deepEqual(understandingOf(config)!.warnings, []);
  });

  test('A48: an encrypted key needs its passphrase', () => {
    const passphrase = 'open p4ssw0rd ';
    const privateKey = createPrivateKey(newKey())
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase })
      .toString();
    const env = { ...secure, SSL_PRIVATE_KEY: privateKey };
    refuses(env, /protected by a passphrase; set it \(CAMUNDA_MTLS_KEY_PASSPHRASE/);
    const { problems } = refusal(() => read({ ...env, CAMUNDA_MTLS_KEY_PASSPHRASE: passphrase }));
    // Only the certificate is missing now.
    assert.deepEqual(
      problems.map(({ setting }) => setting),
      ['SSL_CERTIFICATE_CHAIN'],
    );
  });
});

describe('all sources of settings are alike', () => {
  const pairs: readonly (readonly [string, Environment, object])[] = [
    ['2', { CAMUNDA_REST_ADDRESS: 'http://localhost:8080' }, { restAddress: 'http://localhost:8080' }],
    ['12', consoleFile, { ...consoleConfig }],
    [
      '18',
      { ...secure, ...credentials, ...tokenServer },
      {
        type: 'SECURE',
        hostname: 'zeebe.test',
        clientId: 'me',
        clientSecret: 'topsecret',
        oauthUrl: tokenServer.CAMUNDA_OAUTH_URL,
      },
    ],
    [
      '20',
      { ...secure, ...basic, CAMUNDA_AUTH_STRATEGY: 'BASIC' },
      { type: 'SECURE', hostname: 'zeebe.test', authStrategy: 'BASIC', username: 'demo', password: 'p4ssw0rd' },
    ],
  ];
  for (const [number, env, input] of pairs) {
    test(`A42: an object gives the same configuration as the variables of case ${number}`, () => {
      assert.deepEqual(plain(checkConfig(input as never, files)), plain(read(env)));
      assert.deepEqual(plain(checkConfig(plain(read(env)) as never, files)), plain(read(env)));
    });
  }

  test('A42: an unknown property is refused with a guess, and one without effect as well', () => {
    const { message } = refusal(() =>
      checkConfig({ grpcAdress: 'grpc://h', type: 'SECURE', hostname: 'h' } as never, files),
    );
    assert.match(message, /Did you mean grpcAddress\?/);
    const input = { type: 'SECURE', hostname: 'h', scope: 'x' } as const;
    assert.match(refusal(() => checkConfig(input, files)).message, /scope has no effect/);
  });

  test('A43: a printed configuration hides secrets and the query of a URL', () => {
    const config = read({
      ...secure,
      ...credentials,
      CAMUNDA_OAUTH_URL: 'https://keycloak.test/token?key=p4ssw0rd',
      SSL_PRIVATE_KEY: './key.pem',
      SSL_CERTIFICATE_CHAIN: './client.pem',
    });
    const bearer = checkConfig({ type: 'SECURE', hostname: 'h', token: 'topsecret' }, files);
    for (const shown of [config, read({ ...secure, ...basic }), bearer]) {
      const text = `${inspect(shown, { depth: 5, showHidden: true })} ${JSON.stringify(shown)} ${inspect(understandingOf(shown), { depth: 5 })}`;
      assert.doesNotMatch(text, /topsecret|p4ssw0rd|PRIVATE KEY/);
    }
  });

  test('A44: the process wins over .env, also under another name; spaces stay in passwords', () => {
    const merged = mergeEnvironments({ CAMUNDA_GRPC_ADDRESS: 'grpc://file' }, { ZEEBE_GRPC_ADDRESS: 'grpc://process' });
    assert.deepEqual(plain(read(merged)), { type: 'INSECURE', hostname: 'process', port: 26500 });
    const config = read({
      ...secure,
      ...basic,
      CAMUNDA_BASIC_AUTH_USERNAME: ' demo ',
      CAMUNDA_BASIC_AUTH_PASSWORD: ' a ',
    });
    assert.deepEqual(
      [(config as { username?: string }).username, (config as { password?: string }).password],
      ['demo', ' a '],
    );
    assert.equal(read({ ...secure, CAMUNDA_AUTH_STRATEGY: ' ' }).type, 'SECURE');
  });

  test('A46: EMBEDDED stays embedded, with one line about the settings that it does not use', () => {
    const env = { CAMUNDA_CONNECTION_TYPE: 'EMBEDDED', ...newerConsoleFile, CAMUNDA_CLIENT_MODE: '' };
    assert.deepEqual(plain(read(env)), { type: 'EMBEDDED', resources: [] });
    assert.equal(warningsOf(env).length, 1);
    assert.match(warningsOf(env)[0]!, /CAMUNDA_CLUSTER_ID.*have no effect: the connection type EMBEDDED/);
  });

  const tenantsIn = (env: Environment): unknown => {
    const { tenantId, tenantIds, tenantFilter } = plain(read({ ...secure, ...env })) as Record<string, unknown>;
    return { tenantId, tenantIds, tenantFilter };
  };

  test('G174, G175: a tenant has one setting with several names, and a form', () => {
    const none = { tenantIds: undefined, tenantFilter: undefined };
    for (const name of ['CAMUNDA_TENANT_ID', 'CAMUNDA_DEFAULT_TENANT_ID', 'ZEEBE_DEFAULT_TENANT_ID']) {
      assert.deepEqual(tenantsIn({ [name]: 'finance' }), { tenantId: 'finance', ...none });
    }
    assert.deepEqual(tenantsIn({ CAMUNDA_TENANT_ID: '<default>' }), { tenantId: '<default>', ...none });
    refuses({ ...secure, CAMUNDA_TENANT_ID: 'a b' }, /not the id of a tenant/);
    refuses({ ...secure, CAMUNDA_TENANT_ID: 'x'.repeat(32) }, /not the id of a tenant/);
    refuses({ ...secure, CAMUNDA_TENANT_ID: 'a,b' }, /names several tenants.*CAMUNDA_TENANT_IDS/);
  });

  test('G174, G175: the tenants of jobs are another setting with several names', () => {
    const none = { tenantId: undefined, tenantFilter: undefined };
    for (const name of settings.tenantIds.variables) {
      assert.deepEqual(tenantsIn({ [name]: 'finance, sales,finance,' }), { tenantIds: ['finance', 'sales'], ...none });
    }
    const same = { ...secure, CAMUNDA_TENANT_IDS: 'a,b', CAMUNDA_DEFAULT_JOB_WORKER_TENANT_IDS: 'a, b' };
    assert.deepEqual(warningsOf(same), []);
    assert.match(
      String(warningsOf({ ...same, CAMUNDA_DEFAULT_JOB_WORKER_TENANT_IDS: 'c' })),
      /CAMUNDA_DEFAULT_JOB_WORKER_TENANT_IDS and CAMUNDA_TENANT_IDS set the same setting to different values/,
    );
    refuses({ ...secure, CAMUNDA_TENANT_IDS: 'a,b c' }, /contains what is not the id of a tenant: b c/);
    refuses({ ...secure, CAMUNDA_TENANT_IDS: ',' }, /contains no tenant/);
    refuses({ ...secure, CAMUNDA_TENANT_IDS: `a,${'x'.repeat(32)}` }, /not the id of a tenant/);
    const given = { type: 'INSECURE', hostname: 'localhost' } as const;
    assert.throws(() => checkConfig({ ...given, tenantIds: [7 as never] }, files), /tenantIds is not a list of ids/);
    assert.throws(() => checkConfig({ ...given, tenantIds: [] }, files), /tenantIds contains no tenant/);
  });

  test('94: the tenant filter is PROVIDED or ASSIGNED, and ASSIGNED stands alone', () => {
    const name = 'CAMUNDA_DEFAULT_JOB_WORKER_TENANT_FILTER_MODE';
    assert.deepEqual(tenantsIn({ [name]: 'assigned' }), {
      ...{ tenantId: undefined, tenantIds: undefined, tenantFilter: 'ASSIGNED' },
    });
    refuses({ ...secure, [name]: 'ALL' }, /is not a tenant filter.*PROVIDED.*ASSIGNED/);
    assert.match(
      String(warningsOf({ ...secure, [name]: 'ASSIGNED', CAMUNDA_TENANT_IDS: 'a' })),
      /CAMUNDA_TENANT_IDS has no effect: the tenant filter is ASSIGNED/,
    );
    const both = { type: 'EMBEDDED', tenantFilter: 'ASSIGNED', tenantIds: ['a'] } as const;
    assert.throws(() => checkConfig(both, files), /tenantIds has no effect: the tenant filter is ASSIGNED/);
  });
});

describe('no setting that is given is silently without effect', () => {
  const samples: Readonly<Record<string, readonly string[]>> = {
    clusterId: [uuid, 'c1'],
    region: ['bru-2', 'syd-1'],
    oauthUrl: ['https://login.cloud.camunda.io/oauth/token', 'https://keycloak.test/token', 'http://keycloak/token'],
    issuerUrl: ['https://keycloak.test/realm', 'http://localhost/realm'],
    authStrategy: ['NONE', 'basic', 'OAUTH', 'oidc', 'BEARER', 'COOKIE'],
    grpcAddress: [
      'grpcs://zeebe.test',
      'grpc://zeebe.test:1',
      'zeebe.test:26500',
      `grpcs://${uuid}.syd-1.zeebe.camunda.io:443`,
    ],
    hostname: ['zeebe.test', 'localhost'],
    port: ['26500', '443', 'tcp://10.0.0.1:26500'],
    restAddress: ['https://zeebe.test', 'http://zeebe.test/v2'],
    restAddressExact: ['true', 'false'],
    preferRest: ['true', 'false'],
    allowPlaintextCredentials: ['true', 'false'],
    rootCa: ['./ca.pem'],
    privateKey: ['./key.pem'],
    certificateChain: ['./client.pem'],
    assertionKey: ['./key.pem'],
    assertionCertificate: ['./client.pem'],
    resources: [''],
    serverName: ['zeebe.test'],
    tenantIds: ['one', 'one,other'],
    tenantFilter: ['PROVIDED', 'assigned'],
  };
  const anySetting = Object.fromEntries(
    Object.entries(settings).flatMap(([name, { variables }]) =>
      variables.map((variable) => [variable, fc.constantFrom(...(samples[name] ?? ['one', 'other']))]),
    ),
  );
  const otherNames = {
    CAMUNDA_OAUTH_DISABLED: fc.constantFrom('true', 'false', 'maybe'),
    CAMUNDA_OAUTH_GRANT_TYPE: fc.constantFrom('client_credentials', 'password'),
    CAMUNDA_SECURE_CONNECTION: fc.constantFrom('true', 'false'),
    ZEEBE_INSECURE_CONNECTION: fc.constantFrom('true', 'false'),
    CAMUNDA_CLIENT_MODE: fc.constantFrom('saas', 'self-managed'),
    CAMUNDA_SSL_CLIENT_KEYSTORE_PATH: fc.constant('x'),
    CAMUNDA_CLIENT_CONFIG_PATH: fc.constant('x'),
  };
  // What these say is expressed by the configuration itself, and nothing else was asked for.
  const isHeeded = (name: string, value: string, config: ConnectionConfig): boolean => {
    if (name === 'CAMUNDA_CLIENT_MODE') return (value === 'saas') === (config.type === 'CAMUNDA_CLOUD');
    if (name === 'CAMUNDA_OAUTH_GRANT_TYPE') return value === 'client_credentials' || config.type === 'EMBEDDED';
    const hasTls = config.type === 'SECURE' || config.type === 'CAMUNDA_CLOUD';
    if (name === 'CAMUNDA_SECURE_CONNECTION') return hasTls === (value === 'true');
    if (name === 'ZEEBE_INSECURE_CONNECTION') return hasTls !== (value === 'true');
    if (name === 'CAMUNDA_OAUTH_DISABLED' || descriptive.includes(name)) return true;
    return name.endsWith('_PORT') && value.startsWith('tcp://');
  };
  const plainValue = (value: string): string =>
    value
      // CAMUNDA_OAUTH_DISABLED=true says the same as CAMUNDA_AUTH_STRATEGY=NONE.
      .replace(/^true$/, 'none')
      .toLowerCase()
      .replace(/^grpcs?:\/\/|\/v2$|\/+$/g, '')
      .replace('oidc', 'oauth');

  const check = (env: Environment): void => {
    let config: ConnectionConfig;
    let understanding: ReturnType<typeof understandingOf>;
    try {
      config = read(env);
      understanding = understandingOf(config);
    } catch (error) {
      assert.ok(isFault(error, 'configuration'), String(error));
      return;
    }
    const warnings = understanding!.warnings.join('\n');
    const used = new Map(understanding!.settings.map(({ name, from }) => [name, from]));
    for (const [name, value] of Object.entries(env)) {
      if (name === 'CAMUNDA_CONNECTION_TYPE' || value === undefined || value === '') continue;
      const setting = Object.entries(settings).find(([, { variables }]) => variables.includes(name))?.[0];
      const from = used.get(setting as never);
      const isUsed = from !== undefined && (from === name || plainValue(env[from] ?? '') === plainValue(value));
      const isNamed = new RegExp(`\\b${name}\\b`).test(warnings);
      assert.ok(
        isUsed || isNamed || isHeeded(name, value, config),
        `${name}=${value} in ${JSON.stringify(env)}\n${warnings}`,
      );
    }
  };

  const type = fc.option(fc.constantFrom('CAMUNDA_CLOUD', 'INSECURE', 'SECURE', 'EMBEDDED'), { nil: undefined });
  const subset = fc
    .subarray(Object.entries({ ...anySetting, ...otherNames }), { minLength: 0, maxLength: 9 })
    .chain((chosen) => fc.record(Object.fromEntries(chosen)));
  const bases = fc.constantFrom<Environment>(
    {},
    consoleFile,
    newerConsoleFile,
    secure,
    { ...secure, ...credentials, ...tokenServer },
    { ...secure, ...basic },
    { CAMUNDA_GRPC_ADDRESS: 'grpc://localhost' },
    { CAMUNDA_REST_ADDRESS: 'https://zeebe.test' },
    { CAMUNDA_CONNECTION_TYPE: 'INSECURE', ZEEBE_HOSTNAME: 'localhost' },
    { ZEEBE_ADDRESS: 'zeebe.test:26500', ...oldCredentials, ...tokenServer },
  );

  test('whatever variables are set: each is used, refused or warned of', () => {
    fc.assert(
      fc.property(bases, type, subset, (base, given, more) => {
        check({ ...base, ...more, ...(given === undefined ? {} : { CAMUNDA_CONNECTION_TYPE: given }) });
      }),
      { numRuns: 1_500 },
    );
  });

  test('every variable of every setting alone, in each base', () => {
    for (const [name, values] of Object.entries(samples)) {
      for (const variable of settings[name as 'port'].variables) {
        for (const value of values) {
          for (const base of [
            secure,
            consoleFile,
            { CAMUNDA_CONNECTION_TYPE: 'INSECURE', ZEEBE_HOSTNAME: 'localhost' },
          ]) {
            check({ ...base, [variable]: value });
          }
        }
      }
    }
  });
});
