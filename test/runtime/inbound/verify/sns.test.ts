import assert from 'node:assert/strict';
import { createHash, sign } from 'node:crypto';
import { describe, test } from 'node:test';
import type { SnsAuth } from '../../../../src/connector/webhooks/auth-types.ts';
import type { FetchText } from '../../../../src/runtime/inbound/types.ts';
import { isAmazonAddress, isCertificateAddress, snsText } from '../../../../src/runtime/inbound/verify/sns.ts';
import { createVerifier } from '../../../../src/runtime/inbound/verify/verifier.ts';
import { createAuthority } from '../../../connection/support/certificates.ts';
import { post } from '../support/requests.ts';

const certificateUrl =
  'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem';
const topic = 'arn:aws:sns:eu-west-1:123456789012:MyTopic';
const subscribeUrl = 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=tok';

const notification = {
  Type: 'Notification',
  MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
  TopicArn: topic,
  Subject: 'My Subject',
  Message: 'Zürich\nline 2',
  Timestamp: '2026-01-01T00:00:00.000Z',
};
const { Subject: _, ...withoutSubject } = notification;
const confirmation = { ...withoutSubject, Type: 'SubscriptionConfirmation', Token: 'tok', SubscribeURL: subscribeUrl };

const root = createAuthority('Amazon Root');
const authority = root.authorize({ name: 'Amazon' });
const other = createAuthority('Somebody');
/** With the name of an authority that is trusted, and another key. */
const forged = createAuthority('Amazon Root');
const { certificate, privateKey } = authority.issue({ name: 'sns.amazonaws.com' });
const expired = authority.issue({ name: 'sns.amazonaws.com', days: { from: -3, to: -1 } });
const foreign = authority.issue({ name: 'sns.amazonaws.com' });

type Message = Readonly<Record<string, unknown>>;

const signed = (message: Message, version: '1' | '2' = '2', key = privateKey): Message => ({
  SignatureVersion: version,
  SigningCertURL: certificateUrl,
  ...message,
  Signature: sign(version === '1' ? 'sha1' : 'sha256', Buffer.from(snsText(message) ?? ''), key).toString('base64'),
});

const auth: SnsAuth = { type: 'sns', topics: [topic] };

/** Verifies messages one after the other. Returns what became of them, and what was fetched. */
const verifyAll = async (
  messages: readonly (Message | string)[],
  fetchText: FetchText = async () => ({ status: 200, body: certificate }),
): Promise<{ readonly results: readonly string[]; readonly fetched: readonly string[] }> => {
  const fetched: string[] = [];
  const { verify } = createVerifier({
    webhook: 'x',
    auth,
    authorities: [root.certificate],
    fetchText: (url, signal) => {
      fetched.push(url);
      return fetchText(url, signal);
    },
  });
  const results: string[] = [];
  for (const message of messages) {
    const body = typeof message === 'string' ? message : JSON.stringify(message);
    const result = await verify(post({ 'content-type': 'text/plain; charset=UTF-8' }, body));
    results.push(result.kind === 'refused' ? String(result.status) : result.kind);
  }
  return { results, fetched };
};

describe('Amazon SNS', () => {
  for (const [title, message, hash] of [
    ['with a subject', notification, '652eec892023fcfecfd24f24974d42efcbd7687439c54a8b878cad86fc29cd09'],
    ['without a subject', withoutSubject, '58ff5ee9bf787ec355acf97fb0ac0192730b1e209962e1724ca39f1891f32e46'],
    [
      'with null',
      { ...notification, Subject: null },
      '58ff5ee9bf787ec355acf97fb0ac0192730b1e209962e1724ca39f1891f32e46',
    ],
    ['of a confirmation', confirmation, 'b19121d7c23eee4b5b0b1f6b29b0f4d89489a36363f59bf907c04e41ee94ca52'],
  ] as const) {
    test(`69: the text that is signed, ${title}`, () => {
      assert.equal(createHash('sha256').update(snsText(message)!).digest('hex'), hash);
    });
  }

  test('69: notifications of both versions are verified, and the certificate is fetched once', async () => {
    assert.deepEqual(await verifyAll([signed(notification, '1'), signed(notification), signed(withoutSubject)]), {
      results: ['verified', 'verified', 'verified'],
      fetched: [certificateUrl],
    });
  });

  test('69: a changed message, another version and another key are refused', async () => {
    const { results } = await verifyAll([
      { ...signed(notification), Message: 'other' },
      { ...signed(notification), Subject: undefined },
      { ...signed(notification), SignatureVersion: '1' },
      signed(notification, '2', foreign.privateKey),
      { ...signed(notification), Signature: '' },
    ]);
    assert.deepEqual(results, Array(5).fill('401'));
  });

  test('69: a certificate that has expired is refused', async () => {
    const old: FetchText = async () => ({ status: 200, body: expired.certificate });
    assert.deepEqual((await verifyAll([signed(notification, '2', expired.privateKey)], old)).results, ['401']);
  });

  test('69: what is not a message of SNS is refused, and nothing is fetched', async () => {
    const noSignature = { ...notification, SigningCertURL: certificateUrl, SignatureVersion: '2' };
    const messages = [
      ...['', '{', '[]', 'null', '{}'],
      noSignature,
      { ...signed(notification), Type: 'Other' },
      { ...signed(notification), Type: 'constructor' },
      { ...signed(notification), SignatureVersion: '3' },
      { ...signed(notification), SignatureVersion: 2 },
      { ...signed(notification), MessageId: undefined },
      { ...signed(notification), Message: { a: 1 } },
    ];
    assert.deepEqual(await verifyAll(messages), { results: Array(messages.length).fill('401'), fetched: [] });
  });

  test('67: a certificate is fetched from Amazon only', async () => {
    const name = 'SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem';
    const addresses = [
      `https://sns.eu-west-1.amazonaws.com.evil.org/${name}`,
      `http://sns.eu-west-1.amazonaws.com/${name}`,
      `https://user@sns.eu-west-1.amazonaws.com/${name}`,
      `https://sns.eu-west-1.amazonaws.com:8443/${name}`,
      `https://evil.org/sns.eu-west-1.amazonaws.com/${name}`,
      `https://sns.a.b.amazonaws.com/${name}`,
      `//sns.eu-west-1.amazonaws.com/${name}`,
      // Amazon's hosts also answer the calls of an API, with texts that a stranger chose.
      `https://sns.eu-west-1.amazonaws.com/${name}?Action=GetEndpointAttributes`,
      `https://sns.eu-west-1.amazonaws.com/${name}?`,
      `https://sns.eu-west-1.amazonaws.com/${name}#a`,
      `https://sns.eu-west-1.amazonaws.com/a/${name}`,
      `https://sns.eu-west-1.amazonaws.com/x.pem`,
      `https://sns.eu-west-1.amazonaws.com/x.pem?Action=GetEndpointAttributes&EndpointArn=a`,
      `https://sns.eu-west-1.amazonaws.com/?Action=GetEndpointAttributes&x=.pem`,
      'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem',
      `https://sns.eu-west-2.amazonaws.com/${name}`,
      '',
      7,
    ];
    const messages = addresses.map((SigningCertURL) => ({ ...signed(notification), SigningCertURL }));
    assert.deepEqual(await verifyAll(messages), { results: addresses.map(() => '401'), fetched: [] });
    assert.ok(isCertificateAddress(`https://sns.cn-north-1.amazonaws.com.cn/${name}`), 'an address in China');
    assert.ok(
      isAmazonAddress('https://sns.cn-north-1.amazonaws.com.cn/?Action=ConfirmSubscription'),
      'any path in China',
    );
  });

  for (const [title, body, expected] of [
    ['a certificate', certificate, 'verified'],
    ['a certificate with line breaks of Windows', certificate.replaceAll('\n', '\r\n'), 'verified'],
    ['a certificate inside XML', `<A>\n<Value>\n${certificate}\n</Value>\n</A>`, '503'],
    ['a certificate after other text', `hello\n${certificate}`, '503'],
    ['a certificate before other text', `${certificate}\nhello`, '503'],
    ['a key before a certificate', `${privateKey}\n${certificate}`, '503'],
  ] as const) {
    test(`67: a body with ${title}: ${expected}`, async () => {
      const { results } = await verifyAll([signed(notification)], async () => ({ status: 200, body }));
      assert.deepEqual(results, [expected]);
    });
  }

  /** A certificate that a chain ends with, and the outcome of a message that it has signed. */
  const outcomeWith = async (
    pair: { readonly certificate: string; readonly privateKey: string },
    others: readonly { readonly certificate: string }[] = [],
    url = certificateUrl,
  ): Promise<string> => {
    const arn = topic.replace('eu-west-1', new URL(url).host.split('.')[1]!);
    const { verify } = createVerifier({
      webhook: 'x',
      auth: { ...auth, topics: [topic, arn] },
      authorities: [other.certificate, root.certificate],
      fetchText: async () => ({ status: 200, body: [pair, ...others].map((one) => one.certificate).join('') }),
    });
    const message = signed({ ...notification, TopicArn: arn, SigningCertURL: url }, '2', pair.privateKey);
    const result = await verify(post({}, JSON.stringify(message)));
    return result.kind === 'refused' ? `${result.status} ${result.reason}` : result.kind;
  };

  const chains: readonly (readonly [title: string, outcome: () => Promise<string>, expected: RegExp])[] = [
    ['with its issuer', () => outcomeWith(authority.issue({ name: 'sns.amazonaws.com' }), [authority]), /^verified/],
    [
      'with its issuers up to the root',
      () => outcomeWith(authority.issue({ name: 'sns.amazonaws.com' }), [authority, root]),
      /^verified/,
    ],
    ['that the root has issued', () => outcomeWith(root.issue({ name: 'sns.amazonaws.com' })), /^verified/],
    [
      'of a root that only has the name of a known one',
      () => outcomeWith(forged.issue({ name: 'sns.amazonaws.com' })),
      /^503 .*no known authority has issued it/,
    ],
    [
      'with an issuer that has another key',
      () => outcomeWith(createAuthority('Unknown').issue({ name: 'sns.amazonaws.com' }), [createAuthority('Unknown')]),
      /^503 .*the certificates that come with it have not issued it/,
    ],
    [
      'up to a root that is not known',
      () => {
        const unknown = createAuthority('Unknown');
        return outcomeWith(unknown.issue({ name: 'sns.amazonaws.com' }), [unknown]);
      },
      /^503 .*no known authority has issued it/,
    ],
    [
      'with an issuer that is no authority',
      () => outcomeWith(authority.issue({ name: 'sns.amazonaws.com' }), [root.issue({ name: 'Amazon' }), root]),
      /^503 .*the certificates that come with it have not issued it/,
    ],
    [
      'with the certificates in another order',
      () => outcomeWith(authority.issue({ name: 'sns.amazonaws.com' }), [root, authority]),
      /^503 .*have not issued it/,
    ],
    [
      'whose issuer has expired',
      () => {
        const old = root.authorize({ name: 'Amazon', days: { from: -3, to: -1 } });
        return outcomeWith(old.issue({ name: 'sns.amazonaws.com' }), [old]);
      },
      /^401 .*valid certificate/,
    ],
    [
      'that is not valid yet',
      () => outcomeWith(authority.issue({ name: 'sns.amazonaws.com', days: { from: 1, to: 3 } })),
      /^401 .*valid certificate/,
    ],
    [
      'that is not that of SNS',
      () => outcomeWith(authority.issue({ name: 's3.amazonaws.com' })),
      /^503 .*its name is not that of Amazon SNS/,
    ],
    [
      'whose host name is not that of SNS, although its subject is',
      () => outcomeWith(authority.issue({ name: 'sns.amazonaws.com', dns: ['evil.example.org'] })),
      /^503 .*its name is not/,
    ],
    [
      'with a wildcard',
      () => outcomeWith(authority.issue({ name: 'a', dns: ['*.amazonaws.com'] })),
      /^503 .*its name is not/,
    ],
    ...[
      ['af-south-1.amazonaws.com', 'sns.af-south-1.amazonaws.com', /^verified/],
      ['af-south-1.amazonaws.com', 'sns-signing.af-south-1.amazonaws.com', /^verified/],
      ['cn-north-1.amazonaws.com.cn', 'sns-cn-north-1.amazonaws.com.cn', /^verified/],
      ['us-gov-east-1.amazonaws.com', 'sns-us-gov-west-1.amazonaws.com', /^verified/],
      ['eu-west-1.amazonaws.com', 'sns-signing.af-south-1.amazonaws.com', /^503 .*its name is not/],
    ].map(([host, name, expected]): (typeof chains)[number] => [
      `named ${name} from sns.${host}`,
      () =>
        outcomeWith(
          authority.issue({ name: 'a', dns: [name as string] }),
          [],
          certificateUrl.replace('eu-west-1.amazonaws.com', host as string),
        ),
      expected as RegExp,
    ]),
  ];
  for (const [title, result, expected] of chains) {
    const verdict = expected.test('verified') ? 'is accepted' : 'is not accepted';
    test(`67: a certificate ${title} ${verdict}`, async () => assert.match(await result(), expected));
  }

  test('67: without other authorities, those of Node.js count', async () => {
    const { verify } = createVerifier({
      webhook: 'x',
      auth,
      fetchText: async () => ({ status: 200, body: `${certificate}${authority.certificate}` }),
    });
    const result = await verify(post({}, JSON.stringify(signed(notification))));
    assert.equal(result.kind === 'refused' ? result.status : result.kind, 503);
  });

  for (const [title, fetchText] of [
    ['68: redirects', async () => ({ status: 302, body: '' })],
    ['answers with an error', async () => ({ status: 500, body: '' })],
    ['has no certificate', async () => ({ status: 200, body: 'hello' })],
    ['is down', async () => Promise.reject(new Error('down'))],
  ] as const satisfies readonly (readonly [string, FetchText])[]) {
    test(`${title}: the message is repeatable, and the certificate is fetched again`, async () => {
      const { results, fetched } = await verifyAll([signed(notification), signed(notification)], fetchText);
      assert.deepEqual([results, fetched.length], [['503', '503'], 2]);
    });
  }

  test('140: messages that name ever new certificates cause a few requests at once, and do not push out the right one', async () => {
    let open = 0;
    let most = 0;
    let fetches = 0;
    const finish: (() => void)[] = [];
    const { verify } = createVerifier({
      webhook: 'x',
      auth,
      authorities: [root.certificate],
      fetchText: async (url) => {
        if (url === certificateUrl) {
          fetches++;
          return { status: 200, body: certificate };
        }
        most = Math.max(most, ++open);
        await new Promise<void>((resolve) => finish.push(resolve));
        open--;
        return { status: 404, body: '' };
      },
    });
    const send = (message: Message) => verify(post({}, JSON.stringify(message)));
    assert.equal((await send(signed(notification))).kind, 'verified');
    const strangers = Array.from({ length: 100 }, (_, index) =>
      send({
        ...signed(notification),
        SigningCertURL: certificateUrl.replace(
          'f3ecfb7224c7233fe7bb5f59f96de52f',
          index.toString(16).padStart(32, '0'),
        ),
      }),
    );
    assert.equal((await send(signed(notification))).kind, 'verified', 'meanwhile');
    while (open > 0) {
      finish.shift()?.();
      await new Promise(setImmediate);
    }
    const results = await Promise.all(strangers);
    assert.deepEqual([...new Set(results.map((one) => one.kind === 'refused' && one.status))], [503]);
    assert.equal((await send(signed(notification))).kind, 'verified', 'afterwards');
    assert.deepEqual([most, fetches], [4, 1]);
  });

  test('70: a message of another topic is refused, although it is signed', async () => {
    const other = { ...notification, TopicArn: `${topic}2` };
    assert.deepEqual((await verifyAll([signed(other)])).results, ['403']);
  });

  test('a subscription to a known topic is confirmed, at an address of Amazon only', async () => {
    const { results, fetched } = await verifyAll([signed(confirmation)]);
    assert.deepEqual([results, fetched], [['handshake'], [certificateUrl, subscribeUrl]]);
    const elsewhere = await verifyAll([
      signed({ ...confirmation, SubscribeURL: 'http://169.254.169.254/' }),
      signed({ ...confirmation, TopicArn: `${topic}2` }),
    ]);
    assert.deepEqual(elsewhere, { results: ['401', '403'], fetched: [certificateUrl] });
  });

  test('a subscription that cannot be confirmed is repeatable', async () => {
    for (const confirm of [async () => ({ status: 500, body: '' }), () => Promise.reject(new Error('down'))]) {
      const { results } = await verifyAll([signed(confirmation)], async (url) =>
        url === certificateUrl ? { status: 200, body: certificate } : confirm(),
      );
      assert.deepEqual(results, ['503']);
    }
  });

  test('the end of a subscription is answered, and nothing else happens', async () => {
    const end = signed({ ...confirmation, Type: 'UnsubscribeConfirmation' });
    assert.deepEqual(await verifyAll([end]), { results: ['handshake'], fetched: [certificateUrl] });
  });
});
