/** What a call is answered when the cluster or `run` fails. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { connectionFault } from '../../../src/connection/faults.ts';
import type { Command, Connection, ConnectionFault, StatusName } from '../../../src/connection/port.ts';
import { defineWebhook, type WebhookDefinition } from '../../../src/connector/definitions/define-webhook.ts';
import type { RawRequest } from '../../../src/connector/webhooks/auth-types.ts';
import { callWebhook } from '../../../src/runtime/inbound/calls/webhook-call.ts';
import { deliveryIdFor } from '../../../src/runtime/inbound/delivery-id.ts';
import { createVerifier } from '../../../src/runtime/inbound/verify/verifier.ts';
import { createRuntime } from '../../../src/runtime/runtime.ts';
import { createConnectionState } from '../../../src/runtime/send/connection-state.ts';
import { createSender } from '../../../src/runtime/send/sender.ts';
import { silentLogger } from '../../../src/runtime/shared/logger.ts';
import { createManualClock, settle } from '../support/clock.ts';

type Definition = WebhookDefinition<string, undefined, undefined>;

const faultOf = (status: StatusName, reason: ConnectionFault['reason'] = 'transient'): ConnectionFault =>
  connectionFault(reason, status, { what: status });

/**
 * Calls a webhook whose cluster answers one command after the other like this; the last answer is repeated. Time passes while
 * nothing else happens.
 */
const callWith = async (
  definition: Partial<Definition>,
  answers: readonly (ConnectionFault | undefined)[],
  id: string | undefined = 'id-1',
  correlateMessage?: Connection['correlateMessage'],
) => {
  const webhook = defineWebhook({
    name: 'w',
    path: '/w',
    auth: 'none',
    timeout: 5,
    run: () => ({ publish: { messageName: 'm', correlationKey: 'k' }, answer: { status: 202 } }),
    ...definition,
  });
  const sent: Command[] = [];
  const send = async (command: Command): Promise<void> => {
    const answer = answers[Math.min(sent.length, answers.length - 1)];
    sent.push(command);
    if (answer !== undefined) throw answer;
  };
  const emit = (): void => {};
  const clock = createManualClock();
  const link = createConnectionState('grpc://test', clock, emit);
  const connection = { send, ...(correlateMessage === undefined ? {} : { correlateMessage }) };
  const request: RawRequest = {
    method: 'POST',
    path: '/w',
    query: '',
    headers: [['content-type', 'application/json'], ...(id === undefined ? [] : [['Idempotency-Key', id] as const])],
    body: Buffer.from('{}'),
  };
  let isOver = false;
  const ending = callWebhook(
    webhook,
    request,
    { onGone: () => () => {} },
    {
      connection,
      sender: createSender(connection, clock, link, emit),
      link,
      clock,
      verifier: createVerifier({ webhook: 'w', auth: 'none' }),
      deliveryIdOf: deliveryIdFor('none'),
      logger: silentLogger,
      force: new AbortController().signal,
    },
  ).finally(() => {
    isOver = true;
  });
  for (await settle(); !isOver; await settle()) clock.advance(10);
  return { end: await ending, sent };
};

const away = faultOf('UNAVAILABLE');
const known = faultOf('ALREADY_EXISTS', 'rejected');

test('case 76: while the cluster is away, the call is held within its timeout and then answered with 503 and Retry-After', async () => {
  const { end, sent } = await callWith({}, [away]);
  assert.deepEqual([end.answer.status, end.answer.headers['retry-after'], end.result], [503, '5', 'unavailable']);
  assert.ok(sent.length > 1, 'the message was sent again');
  const back = await callWith({}, [away, undefined]);
  assert.deepEqual([back.end.answer.status, back.end.result, back.sent.length], [202, 'published', 2]);
});

test('cases 77 and 78: a message that the cluster knows is answered like the first, also after an unknown outcome', async () => {
  const repeated = await callWith({}, [known]);
  assert.deepEqual([repeated.end.answer.status, repeated.end.result], [202, 'duplicate']);
  const unknown = await callWith({}, [faultOf('DEADLINE_EXCEEDED'), known]);
  assert.deepEqual([unknown.end.answer.status, unknown.end.result, unknown.sent.length], [202, 'duplicate', 2]);
});

test('case 79: a message without an id, or with time to live 0, is sent once: an unknown outcome is answered with 503', async () => {
  const withoutId = await callWith({}, [faultOf('DEADLINE_EXCEEDED')], '');
  assert.deepEqual([withoutId.end.answer.status, withoutId.sent.length], [503, 1]);
  const withoutTime = await callWith({ messageTimeToLive: 0 }, [faultOf('DEADLINE_EXCEEDED')]);
  assert.deepEqual([withoutTime.end.answer.status, withoutTime.sent.length], [503, 1]);
});

test('case 80: a busy cluster is answered with 503 and Retry-After', async () => {
  const { end } = await callWith({}, [faultOf('RESOURCE_EXHAUSTED')]);
  assert.deepEqual([end.answer.status, end.answer.headers['retry-after']], [503, '5']);
});

test('case 81: a message that the cluster refuses is our mistake: 500, and never a 4xx', async () => {
  const { end } = await callWith({}, [faultOf('INVALID_ARGUMENT', 'rejected')]);
  assert.deepEqual([end.answer.status, end.result], [500, 'failed']);
});

test('case 82: the same id with another key is another message', async () => {
  const { sent } = await callWith(
    {
      run: () => ({
        publish: [
          { messageName: 'm', correlationKey: 'a', messageId: 'i' },
          { messageName: 'm', correlationKey: 'b', messageId: 'i' },
        ],
      }),
    },
    [undefined],
  );
  assert.deepEqual(
    sent.map((one) => one.kind === 'publishMessage' && [one.correlationKey, one.messageId]),
    [
      ['a', 'i'],
      ['b', 'i'],
    ],
  );
});

test('case 91: correlate is answered with the instance; if nobody waits, as the webhook says', async () => {
  const run: Definition['run'] = () => ({
    correlate: { messageName: 'm', correlationKey: 'k' },
    unmatched: { status: 409 },
  });
  const found = await callWith({ correlates: true, run }, [], 'i', async () => ({
    messageKey: '1',
    processInstanceKey: '2',
  }));
  assert.deepEqual(
    [found.end.answer.status, found.end.answer.body, found.end.result],
    [200, '{"processInstanceKey":"2"}\n', 'correlated'],
  );
  const nobody = await callWith({ correlates: true, run }, [], 'i', async () => {
    throw faultOf('NOT_FOUND', 'rejected');
  });
  assert.deepEqual([nobody.end.answer.status, nobody.end.result], [409, 'unmatched']);
  const late = await callWith({ correlates: true, run }, [], 'i', async () => {
    throw faultOf('DEADLINE_EXCEEDED');
  });
  assert.equal(late.end.answer.status, 503);
});

test('case 92: a webhook that correlates does not start without the REST API', async (t) => {
  const { createEngine } = await import('../../../src/engine/index.ts');
  const engine = await createEngine();
  t.after(() => engine.stop());
  const webhook = defineWebhook({ name: 'w', path: '/w', auth: 'none', correlates: true, run: () => undefined });
  const runtime = createRuntime({
    inbound: [webhook],
    connection: { type: 'INSECURE', hostname: '127.0.0.1', port: engine.port },
    server: { port: 0 },
    logger: silentLogger,
    signals: false,
  });
  await assert.rejects(runtime.start(), /needs the REST API of the cluster[\s\S]*Fix: set CAMUNDA_REST_ADDRESS/);
});

test('case 123: run throws, rejects, or never settles', async () => {
  const secret = 'the password is 1234';
  const thrown = await callWith(
    {
      run: () => {
        throw new Error(secret);
      },
    },
    [],
  );
  const rejected = await callWith(
    {
      run: async () => {
        throw new Error(secret);
      },
    },
    [],
  );
  const endless = await callWith({ run: () => new Promise<undefined>(() => {}) }, []);
  assert.deepEqual(
    [thrown, rejected, endless].map(({ end }) => end.answer.status),
    [500, 500, 503],
  );
  for (const { end } of [thrown, rejected, endless]) assert.doesNotMatch(String(end.answer.body), /password/);
});

const badResults: readonly (readonly [title: string, result: unknown, text: RegExp])[] = [
  [
    'case 124: a header with a line break',
    { answer: { headers: { 'x-a': 'b\r\nSet-Cookie: c' } } },
    /header "x-a" of an answer is not valid/,
  ],
  [
    'case 124: Transfer-Encoding',
    { answer: { headers: { 'Transfer-Encoding': 'chunked' } } },
    /cannot set the header "Transfer-Encoding"/,
  ],
  ['a status of 100', { answer: { status: 100 } }, /from 200 to 599/],
  [
    'a key that is missing',
    { publish: { messageName: 'm' } },
    /publish\.correlationKey must be text or a number, but is undefined/,
  ],
  [
    'a key of 257 characters',
    { publish: { messageName: 'm', correlationKey: 'k'.repeat(257) } },
    /longer than 256 characters/,
  ],
  ['a name that is empty', { publish: { messageName: '', correlationKey: '' } }, /publish\.messageName must be text/],
  [
    'variables that are a list',
    { publish: [{ messageName: 'm', correlationKey: '', variables: [1] }] },
    /publish\[0\]\.variables must be an object/,
  ],
  [
    'a negative time to live',
    { publish: { messageName: 'm', correlationKey: '', timeToLive: -1 } },
    /timeToLive must be a number of seconds/,
  ],
  ['publish and correlate', { publish: [], correlate: {} }, /both publish and correlate/],
  ['correlate without correlates', { correlate: { messageName: 'm', correlationKey: '' } }, /add correlates: true/],
  ['a misspelt property', { publsh: {} }, /unknown property "publsh"/],
  ['text', 'ok', /must return an object or nothing, but returned a string/],
  ['wait without waits', { publish: [], wait: true }, /returned wait, but the webhook does not wait.*add waits/s],
  ['wait that is no flag', { publish: [], wait: 'yes' }, /wait must be true or false/],
];

const badWaits: typeof badResults = [
  ['wait and answer', { publish: [], wait: true, answer: {} }, /both wait and answer.*waits\.late/s],
  ['wait alone', { wait: true }, /wait without a message to publish or correlate/],
  ['wait without a message', { publish: [], wait: true }, /wait without a message to publish or correlate/],
  [
    'a variable with the name of the one that says whom to answer',
    { publish: { messageName: 'm', correlationKey: '', variables: { caller: 'Ada' } }, wait: true },
    /publish\.variables must not have "caller".*waits\.variable/s,
  ],
];

for (const [title, result, text] of badWaits) {
  test(`a result that cannot wait is answered with 500: ${title}`, async () => {
    const waits = { input: v.object({ text: v.string() }) } as never;
    const { end, sent } = await callWith({ waits, run: () => result as never }, [undefined]);
    assert.deepEqual([end.answer.status, end.result, sent.length], [500, 'failed', 0]);
    assert.match(String(end.error), text);
    assert.match(String(end.error), /Fix: /);
  });
}

for (const [title, result, text] of badResults) {
  test(`a result that cannot be carried out is answered with 500: ${title}`, async () => {
    const { end, sent } = await callWith({ run: () => result as never }, [undefined]);
    assert.deepEqual([end.answer.status, end.result, sent.length], [500, 'failed', 0]);
    assert.match(String(end.error), text);
    assert.match(String(end.error), /Fix: /);
  });
}

test('an id of more than 256 characters becomes its hash, which a repetition shares', async () => {
  const idOf = async (id: string): Promise<string> => {
    const [command] = (await callWith({}, [undefined], id)).sent;
    return command?.kind === 'publishMessage' ? command.messageId : '';
  };
  assert.equal(await idOf('short'), 'short');
  assert.match(await idOf('x'.repeat(257)), /^[0-9a-f]{64}$/);
  assert.equal(await idOf('x'.repeat(257)), await idOf('x'.repeat(257)));
});

for (const [title, fault, isUnknown] of [
  ['did not answer in time', faultOf('DEADLINE_EXCEEDED'), true],
  ['lost the connection', faultOf('UNAVAILABLE'), true],
  ['is busy', faultOf('RESOURCE_EXHAUSTED'), false],
  ['does not accept the credentials', faultOf('UNAUTHENTICATED', 'credentials'), false],
] as const) {
  test(`what is sent once, to a cluster that ${title}: the caller learns ${isUnknown ? 'that a repetition counts anew' : 'to repeat the request'}`, async () => {
    const run: Definition['run'] = () => ({ correlate: { messageName: 'm', correlationKey: 'k' } });
    const correlated = await callWith({ correlates: true, run }, [], 'i', async () => {
      throw fault;
    });
    const published = await callWith({}, [fault], '');
    const detailOf = ({ end }: typeof published): readonly unknown[] => [
      end.answer.status,
      end.answer.headers['retry-after'],
      JSON.parse(String(end.answer.body)).detail,
    ];
    assert.deepEqual(
      [detailOf(correlated), detailOf(published)],
      isUnknown
        ? [
            [503, '5', 'Whether the message was correlated is unknown. A repetition of the request counts anew.'],
            [503, '5', 'Whether the message was published is unknown. A repetition of the request counts anew.'],
          ]
        : [
            [503, '5', 'The message could not be correlated. Repeat the request.'],
            [503, '5', 'The message could not be published yet. Repeat the request.'],
          ],
    );
  });
}

test('what has an id is to be repeated by the caller, because the cluster recognises the repetition', async () => {
  const { end } = await callWith({}, [faultOf('DEADLINE_EXCEEDED')]);
  assert.match(String(end.answer.body), /"The message could not be published yet\. Repeat the request\."/);
});
