/** The cases of section 3.8 of the runtime's reference, by number. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as v from 'valibot';
import { defineOutbound } from '../../../src/connector/define.ts';
import { jobError } from '../../../src/connector/errors.ts';
import type { AnyOutboundConnector, Logger, OutboundContext, Outcome } from '../../../src/connector/types.ts';
import { executeOutbound } from '../../../src/runtime/execute/execute-outbound.ts';
import type { JobInput } from '../../../src/runtime/execute/job.ts';
import type { ExecuteServices } from '../../../src/runtime/execute/job-execution.ts';
import { envSecrets } from '../../../src/runtime/secrets/environment-provider.ts';
import type { SecretProvider } from '../../../src/runtime/secrets/provider.ts';
import { chainSecrets } from '../../../src/runtime/secrets/provider-chain.ts';
import { silentLogger } from '../../../src/runtime/shared/logger.ts';

const known: Readonly<Record<string, string>> = {
  FOO: 'bar',
  A: '1',
  Q: 'say "hi"\nbye',
  'A-B': 'ab',
  'A/B': 'a/b',
  A_B: 'a_b',
};

/** A provider with the secrets of the reference, which records the names that it is called with. */
const recording = (
  secrets: Readonly<Record<string, string>> = known,
): SecretProvider & { readonly asked: string[] } => {
  const asked: string[] = [];
  const provider: SecretProvider = (name) => {
    asked.push(name);
    return Object.hasOwn(secrets, name) ? secrets[name] : undefined;
  };
  return Object.assign(provider, { asked });
};

/** Executes a job and records its input. */
const read = async (variables: JobInput['variables'], services: ExecuteServices = {}) => {
  const provider = recording();
  let input: unknown;
  const connector = defineOutbound({
    name: 'Read',
    type: 'read',
    input: v.looseObject({}),
    run: (given) => {
      input = given;
      return {};
    },
  });
  const outcome = await executeOutbound(connector, { variables: variables! }, { secrets: provider, ...services });
  return { input, outcome, asked: provider.asked };
};

const inputs: readonly [id: string, variables: Record<string, unknown>, input: object][] = [
  ['3.1', { k: '{{secrets.FOO}}' }, { k: 'bar' }],
  ['3.2', { k: '{{ secrets.FOO }}' }, { k: 'bar' }],
  ['3.3', { k: 'secrets.FOO' }, { k: 'bar' }],
  ['3.4', { k: { l: ['x', 'y {{secrets.FOO}} secrets.A'] } }, { k: { l: ['x', 'y bar 1'] } }],
  ['3.5', { '{{secrets.FOO}}': 'v' }, { bar: 'v' }],
  ['3.6', { k: '{{secrets.Q}}' }, { k: 'say "hi"\nbye' }],
  ['3.8 dash', { k: 'secrets.A-B' }, { k: 'ab' }],
  ['3.8 slash', { k: 'secrets.A/B' }, { k: 'a/b' }],
  ['3.8 underscore', { k: 'secrets.A_B' }, { k: 'a_b' }],
  ['3.9', { k: 'secrets._A' }, { k: 'secrets._A' }],
];

for (const [id, variables, input] of inputs) {
  test(`case ${id}: ${JSON.stringify(variables)} is read as ${JSON.stringify(input)}`, async () => {
    assert.deepEqual((await read(variables)).input, input);
    assert.deepEqual((await read(JSON.stringify(variables))).input, input);
  });
}

test('case 3.9: text that is not a reference calls no provider', async () => {
  assert.deepEqual((await read({ k: 'secrets._A' })).asked, []);
});

test('an escape in the JSON text does not hide a reference', async () => {
  assert.deepEqual((await read('{"k":"{{\\u0073ecrets.FOO}}"}')).input, { k: 'bar' });
});

test('the provider is called once per job and secret, and not at all without a reference', async () => {
  assert.deepEqual((await read({ a: 'secrets.FOO', b: '{{secrets.FOO}} {{secrets.A}}' })).asked, ['FOO', 'A']);
  assert.deepEqual((await read({ a: 'nothing' })).asked, []);
});

const failure = (outcome: Outcome): Extract<Outcome, { kind: 'fail' }> => {
  assert.ok(outcome.kind === 'fail', `expected a failure, but got ${JSON.stringify(outcome)}`);
  return outcome;
};

for (const [id, text, name] of [
  ['3.7', 'secrets.A.B', 'A.B'],
  ['3.10', '{{secrets.nope}}', 'nope'],
] as const) {
  test(`case ${id}: the missing secret of ${text} is an incident at once`, async () => {
    const { outcome, input } = await read({ k: text });
    const { message, retries } = failure(outcome);
    assert.ok(message.startsWith(`Secret with name '${name}' is not available`), message);
    assert.match(message, /Where: k\nFix: /);
    assert.equal(retries, 0);
    assert.equal(input, undefined);
  });
}

test('all missing secrets are named; those of braced references come first', async () => {
  const { message } = failure((await read({ a: 'secrets.Y', b: ['{{secrets.X}} {{secrets.FOO}}'] })).outcome);
  assert.match(
    message,
    /^Secret with name 'X' is not available\nSecret with name 'Y' is not available\nWhere: b\[0\], a\n/,
  );
});

test('case 3.11: a connector that does not read the variable does not fail on its secret', async () => {
  const input = v.object({ other: v.optional(v.string()) });
  const connector = defineOutbound({ name: 'Other', type: 'other', input, resultVariable: false, run: () => 1 });
  const provider = recording();
  const outcome = await executeOutbound(connector, { variables: { k: '{{secrets.nope}}' } }, { secrets: provider });
  assert.deepEqual(outcome, { kind: 'complete', variables: {} });
  assert.deepEqual(provider.asked, []);
});

test('case 3.12: a missing secret is reported before a variable of the wrong type', async () => {
  const connector = defineOutbound({
    name: 'N',
    type: 'n',
    input: v.object({ n: v.number(), k: v.string() }),
    run: () => ({}),
  });
  const outcome = await executeOutbound(
    connector,
    { variables: { n: 'abc', k: '{{secrets.nope}}' } },
    { secrets: recording() },
  );
  assert.ok(failure(outcome).message.startsWith("Secret with name 'nope' is not available"));
});

const throwing = (thrown: unknown): AnyOutboundConnector =>
  defineOutbound({
    name: 'T',
    type: 't',
    input: v.looseObject({}),
    run: () => {
      throw thrown;
    },
  });

const fail = async (thrown: unknown, variables: Readonly<Record<string, unknown>>) =>
  failure(await executeOutbound(throwing(thrown), { variables }, { secrets: recording() }));

const errorOf = ({ variables }: { readonly variables?: Readonly<Record<string, unknown>> }): Record<string, unknown> =>
  variables?.error as Record<string, unknown>;

test('case 3.13: a secret in the message of an error is masked', async () => {
  const outcome = await fail(new Error('pw bar wrong'), { k: '{{secrets.FOO}}' });
  assert.equal(outcome.message, 'pw *** wrong');
  assert.equal(errorOf(outcome).message, 'pw *** wrong');
});

test('case 3.14: in the variables of an error, only the secret is masked', async () => {
  const variables = { body: { echo: ['bar!'] }, status: 401, ok: false, n: null };
  const thrown = Object.assign(new Error('refused'), { code: 'REFUSED', variables });
  const outcome = await fail(thrown, { k: 'secrets.FOO' });
  const masked = { body: { echo: ['***!'] }, status: 401, ok: false, n: null };
  assert.deepEqual(errorOf(outcome).variables, masked);
  const own = await fail(jobError('refused', { variables }), { k: 'secrets.FOO' });
  assert.deepEqual({ ...own.variables, error: undefined }, { ...masked, error: undefined });
  assert.deepEqual(variables.body.echo, ['bar!'], 'the error itself stays as it is');
});

test('case 3.15: the code of an error is not masked, because events compare it', async () => {
  const outcome = await fail(Object.assign(new Error('x bar'), { code: 'bar' }), { k: '{{secrets.FOO}}' });
  assert.equal(errorOf(outcome).code, 'bar');
  assert.equal(outcome.message, 'x ***');
});

test('case 3.16: without a reference nothing is masked', async () => {
  assert.equal((await fail(new Error('bar'), {})).message, 'bar');
});

test('case 3.17: expressions in task headers are not resolved', async () => {
  const connector = defineOutbound({ name: 'H', type: 'h', input: v.looseObject({}), run: () => ({}) });
  const customHeaders = { resultExpression: '={x: "{{secrets.FOO}}"}' };
  const outcome = await executeOutbound(connector, { variables: {}, customHeaders }, { secrets: recording() });
  assert.deepEqual(outcome, { kind: 'complete', variables: { x: '{{secrets.FOO}}' } });
});

test('case 3.18: the next provider is called for a secret that the first does not have', async () => {
  const secrets = chainSecrets(() => null, recording());
  assert.deepEqual((await read({ k: '{{secrets.FOO}}' }, { secrets })).input, { k: 'bar' });
});

test('case 3.19: of two providers the first wins', async () => {
  const second = recording();
  const secrets = chainSecrets(() => 'first', second);
  assert.deepEqual((await read({ k: '{{secrets.FOO}}' }, { secrets })).input, { k: 'first' });
  assert.deepEqual(second.asked, []);
});

const lines = (): Logger & { readonly all: string[] } => {
  const all: string[] = [];
  const line = (level: string) => (message: string) => void all.push(`${level} ${message}`);
  return { all, debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
};

const environment: readonly [
  id: string,
  options: Parameters<typeof envSecrets>[0],
  env: Readonly<Record<string, string>>,
  expected: string | undefined,
  warning?: RegExp,
][] = [
  ['3.20', {}, { SECRET_FOO: 'bar' }, 'bar'],
  ['3.21', {}, { FOO: 'bar' }, undefined, /^warn .*FOO.*SECRET_FOO/],
  ['3.22', { prefix: '' }, { FOO: 'bar' }, 'bar', /^warn The prefix .* is empty/],
  ['3.23', { scope: ['tenant'] }, { SECRET_t1_FOO: 'bar' }, 'bar'],
  [
    '3.24',
    { scope: ['process', 'tenant'] },
    { SECRET_t1_p_FOO: 'bar', SECRET_FOO: 'no', SECRET_p_t1_FOO: 'no' },
    'bar',
  ],
  ['3.25', { scope: ['engine'] }, { SECRET_default_FOO: 'bar', SECRET_FOO: 'no' }, 'bar'],
  ['3.25 without a fallback', { scope: ['engine'] }, { SECRET_FOO: 'no' }, undefined],
  [
    '7.11: the official setting of the prefix',
    {},
    { CAMUNDA_CONNECTOR_SECRETPROVIDER_ENVIRONMENT_PREFIX: 'S_', S_FOO: 'bar', SECRET_FOO: 'no' },
    'bar',
  ],
  [
    '3.23 by the official setting',
    {},
    { CAMUNDA_CONNECTOR_SECRETPROVIDER_ENVIRONMENT_TENANTAWARE: 'true', SECRET_t1_FOO: 'bar' },
    'bar',
  ],
];

for (const [id, options, env, expected, warning] of environment) {
  test(`case ${id}: from the environment ${JSON.stringify(env)}`, async () => {
    const logger = lines();
    const secrets = envSecrets({ ...options, env });
    const context = { tenantId: 't1', bpmnProcessId: 'p', logger, signal: new AbortController().signal };
    assert.equal(await secrets('FOO', context), expected);
    assert.equal(await secrets('FOO', context), expected);
    if (warning === undefined) assert.deepEqual(logger.all, []);
    else assert.match(logger.all.join('\n'), warning);
    assert.doesNotMatch(logger.all.join('\n'), /bar/);
  });
}

test('case 3.22: the warning about an empty prefix is logged once', async () => {
  const logger = lines();
  const secrets = envSecrets({ prefix: '', env: {} });
  const context = { tenantId: 't1', bpmnProcessId: 'p', logger, signal: new AbortController().signal };
  for (const name of ['FOO', 'A']) await secrets(name, context);
  assert.equal(logger.all.length, 1);
});

test('case 3.26: a reference that the filter rejects stays in the text', async () => {
  const { input, asked } = await read(
    { a: '{{secrets.FOO}}', b: '{{secrets.A}}' },
    { secretFilter: (name) => name === 'FOO' },
  );
  assert.deepEqual(input, { a: 'bar', b: '{{secrets.A}}' });
  assert.deepEqual(asked, ['FOO']);
});

test('case 3.27: a filter that catches its own errors allows all', async () => {
  const unreadable = async (): Promise<boolean> => {
    throw new Error('no model');
  };
  const { input } = await read({ k: '{{secrets.FOO}}' }, { secretFilter: () => unreadable().catch(() => true) });
  assert.deepEqual(input, { k: 'bar' });
});

test('case 3.28: a filter that fails costs an attempt', async () => {
  const secretFilter = (): boolean => {
    throw new Error('no model');
  };
  const { message, retries } = failure((await read({ k: '{{secrets.FOO}}' }, { secretFilter })).outcome);
  assert.match(message, /^Fetching secrets failed: no model/);
  assert.equal(retries, 2);
});

test('case 2.34: a provider that fails costs an attempt, and the connector does not run', async () => {
  const secrets: SecretProvider = (name) => {
    // After the other answer, like a client that logs what it has received so far.
    if (name === 'FOO') throw new Error('the vault is sealed after value-of-a');
    return 'value-of-a';
  };
  const { outcome, input } = await read({ k: '{{secrets.FOO}} {{secrets.A}}' }, { secrets });
  const { message, retries } = failure(outcome);
  assert.match(message, /^Fetching secrets failed: the vault is sealed after \*\*\*\nWhere: the secret 'FOO' in k$/);
  assert.equal(retries, 2);
  assert.equal(input, undefined);
});

test('case 4.9: a secret that violates the schema is not in the message, not even in one of the author', async () => {
  const input = v.object({
    k: v.pipe(
      v.string(),
      v.check(
        (text) => text.length > 9,
        ({ input: text }) => `not ${text.slice(0, 2)}…`,
      ),
    ),
  });
  const connector = defineOutbound({ name: 'V', type: 'v', input, run: () => ({}) });
  const outcome = await executeOutbound(connector, { variables: { k: '{{secrets.S}}' } }, { secrets: () => 'ab' });
  const { message, retries } = failure(outcome);
  assert.match(message, /k: not \*\*\*…/);
  assert.equal(retries, 0);
});

test('a value that is not text is rejected', async () => {
  const { message, retries } = failure((await read({ k: '{{secrets.FOO}}' }, { secrets: (() => 7) as never })).outcome);
  assert.match(message, /^Fetching secrets failed: .*number.*'FOO'/);
  assert.equal(retries, 2);
});

test('with secrets: false, references are ordinary text', async () => {
  assert.deepEqual((await read({ k: '{{secrets.nope}}' }, { secrets: false })).input, { k: '{{secrets.nope}}' });
});

test('an empty secret is a value', async () => {
  assert.deepEqual((await read({ k: '[{{secrets.FOO}}]' }, { secrets: () => '' })).input, { k: '[]' });
});

test('the job in the context keeps its references', async () => {
  let seen: OutboundContext | undefined;
  const connector = defineOutbound({
    name: 'J',
    type: 'j',
    input: v.object({ k: v.string() }),
    run: (_, context) => {
      seen = context;
      return {};
    },
  });
  await executeOutbound(connector, { variables: { k: '{{secrets.FOO}}' } }, { secrets: recording() });
  assert.deepEqual(seen?.job.variables, { k: '{{secrets.FOO}}' });
});

test('a provider receives the tenant and the process', async () => {
  const calls: unknown[] = [];
  const connector = defineOutbound({ name: 'C', type: 'c', input: v.object({ k: v.string() }), run: () => ({}) });
  const job = { variables: { k: 'secrets.X' }, tenantId: 't', bpmnProcessId: 'p' };
  const secrets: SecretProvider = (name, { tenantId, bpmnProcessId, signal }) => {
    calls.push([name, tenantId, bpmnProcessId, signal.aborted]);
    return 'x';
  };
  await executeOutbound(connector, job, { secrets });
  assert.deepEqual(calls, [['X', 't', 'p', false]]);
});

test('what an error expression derives from a result is masked, even if results are not', async () => {
  const echo = defineOutbound({ name: 'E', type: 'e', input: v.object({ k: v.string() }), run: ({ k }) => ({ k }) });
  const customHeaders = { errorExpression: '=bpmnError("ECHO", "got " + k, {k: response.k})' };
  for (const [secret, redactResults] of [
    ['hunter2', false],
    // Too short to be masked in results.
    ['§1', true],
  ] as const) {
    const job = { variables: { k: '{{secrets.S}}' }, customHeaders };
    const outcome = await executeOutbound(echo, job, { secrets: () => secret, redactResults });
    assert.deepEqual(outcome, { kind: 'bpmnError', code: 'ECHO', message: 'got ***', variables: { k: '***' } });
  }
});

/** Asks for a secret of a process, with the variables of all. */
const scoped = async (bpmnProcessId: string, name: string, env: Record<string, string>) => {
  const lines: string[] = [];
  const logger = { ...silentLogger, warn: (line: string) => void lines.push(line) };
  const context = { tenantId: 't_1', bpmnProcessId, logger, signal: new AbortController().signal };
  const value = await envSecrets({ scope: ['process'], env })(name, context);
  return { value, lines };
};

test('a process cannot read the secrets of another whose id begins with its own', async () => {
  const env = { SECRET_pay__prod_KEY: 'of pay_prod', SECRET_pay_prod_KEY: 'of pay', SECRET_pay_KEY: 'short' };
  assert.equal((await scoped('pay_prod', 'KEY', env)).value, 'of pay_prod');
  assert.equal((await scoped('pay', 'prod_KEY', env)).value, 'of pay');
  assert.equal((await scoped('pay', 'KEY', env)).value, 'short');
  for (const [process, name] of [
    ['pay', '_prod_KEY'],
    ['pay_', 'prod_KEY'],
    ['pay_', 'KEY'],
    ['', 'pay__prod_KEY'],
  ] as const) {
    const { value, lines } = await scoped(process, name, { ...env, SECRET_pay___KEY: 'x', SECRET__pay__prod_KEY: 'x' });
    assert.equal(value, undefined, `${process} ${name}`);
    assert.match(lines[0]!, /^The secret .* is not read, because .* could belong to another scope/);
  }
});

test('no two scoped secrets have the same variable', () => {
  const part = fc.string({ unit: fc.constantFrom('a', '_', 'b'), minLength: 1, maxLength: 5 });
  const asked = fc.tuple(part, part, part);
  fc.assert(
    fc.property(asked, asked, (one, other) => {
      fc.pre(one.join(' ') !== other.join(' '));
      const variables = [one, other].map(([tenantId, bpmnProcessId, name]) => {
        const read: string[] = [];
        const env = new Proxy({}, { getOwnPropertyDescriptor: (_, key) => void read.push(String(key)) });
        const signal = new AbortController().signal;
        envSecrets({ prefix: 'P_', scope: ['tenant', 'process'], env })(name, {
          tenantId,
          bpmnProcessId,
          logger: silentLogger,
          signal,
        });
        return read[0];
      });
      assert.ok(variables[0] === undefined || variables[0] !== variables[1], String(variables));
    }),
    { numRuns: 2_000 },
  );
});

test('a variable that is named with a single _ is not read, and the log says how to rename it', async () => {
  const { value, lines } = await scoped('pay_prod', 'KEY', { SECRET_pay_prod_KEY: 'x' });
  assert.equal(value, undefined);
  assert.match(
    lines[0]!,
    /SECRET_pay_prod_KEY is set, but .* read from SECRET_pay__prod_KEY\. Fix: rename the variable/,
  );
});
