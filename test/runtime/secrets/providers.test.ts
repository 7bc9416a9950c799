import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isFault } from '../../../src/common/fault.ts';
import { envSecrets } from '../../../src/runtime/secrets/environment-provider.ts';
import { fileSecrets } from '../../../src/runtime/secrets/file-provider.ts';
import type { SecretContext, SecretProvider } from '../../../src/runtime/secrets/provider.ts';
import { cachedSecrets } from '../../../src/runtime/secrets/provider-cache.ts';
import { chainSecrets } from '../../../src/runtime/secrets/provider-chain.ts';
import { silentLogger } from '../../../src/runtime/shared/logger.ts';
import { createManualClock } from '../support/clock.ts';

const context = (parts: Partial<SecretContext> = {}): SecretContext => ({
  tenantId: '<default>',
  bpmnProcessId: 'p',
  logger: silentLogger,
  signal: new AbortController().signal,
  ...parts,
});

const folder = mkdtempSync(join(tmpdir(), 'camunda-connectors-secrets-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const ask = (provider: SecretProvider, name: string): Promise<string | null | undefined> =>
  Promise.resolve(provider(name, context()));

test('by default, process.env is read at the time of the call', async () => {
  const provider = envSecrets();
  assert.equal(await ask(provider, 'PROVIDERS_TEST'), undefined);
  process.env.SECRET_PROVIDERS_TEST = 'x';
  try {
    assert.equal(await ask(provider, 'PROVIDERS_TEST'), 'x');
  } finally {
    delete process.env.SECRET_PROVIDERS_TEST;
  }
});

test('properties that every object has are not secrets', async () => {
  const provider = envSecrets({ prefix: '', env: {} });
  assert.equal(await ask(provider, 'constructor'), undefined);
});

test('a folder has one secret per file, without the line break at its end', async () => {
  const mounted = join(folder, 'mounted');
  mkdirSync(mounted);
  writeFileSync(join(mounted, 'TOKEN'), 'abc\n');
  writeFileSync(join(mounted, 'CERT'), 'one\ntwo\r\n');
  writeFileSync(join(folder, 'OUTSIDE'), 'never');
  const provider = fileSecrets(mounted);
  assert.equal(await ask(provider, 'TOKEN'), 'abc');
  assert.equal(await ask(provider, 'CERT'), 'one\ntwo');
  assert.equal(await ask(provider, 'NONE'), undefined);
  writeFileSync(join(mounted, 'TOKEN'), 'new');
  assert.equal(await ask(provider, 'TOKEN'), 'new');
});

for (const name of ['../OUTSIDE', '..', '.', 'mounted/TOKEN', '..\\OUTSIDE', 'TOKEN\0', '/etc/hostname', 'c:x']) {
  test(`a name cannot lead out of the folder: ${JSON.stringify(name)}`, async () => {
    const inner = join(folder, 'inner');
    mkdirSync(inner, { recursive: true });
    writeFileSync(join(folder, 'OUTSIDE'), 'never');
    assert.equal(await ask(fileSecrets(inner), name), undefined);
  });
}

const files: readonly [file: string, text: string, values: Readonly<Record<string, string | undefined>>][] = [
  [
    's.json',
    '{"A":"a","N":12345678901234567890,"O":{"x":1},"Z":null,"E":""}',
    { A: 'a', N: '12345678901234567890', O: '{"x":1}', Z: undefined, E: '', toString: undefined },
  ],
  ['s.env', 'A=a\n# note\nB="two words"\n', { A: 'a', B: 'two words', C: undefined }],
];

for (const [file, text, values] of files) {
  test(`a file of secrets: ${file}`, async () => {
    writeFileSync(join(folder, file), text);
    const provider = fileSecrets(join(folder, file));
    for (const [name, value] of Object.entries(values)) assert.equal(await ask(provider, name), value, name);
  });
}

test('the error for an invalid or missing file quotes no secret', async () => {
  writeFileSync(join(folder, 'broken.json'), '{"A":"hunter2",}');
  for (const [file, pattern] of [
    ['broken.json', /not JSON/],
    ['nowhere', /cannot be read \(ENOENT\)/],
  ] as const) {
    await assert.rejects(ask(fileSecrets(join(folder, file)), 'A'), (error: Error) => {
      assert.ok(isFault(error));
      assert.match(error.message, pattern);
      assert.doesNotMatch(String(error.stack), /hunter2/);
      return true;
    });
  }
});

test('a file of secrets that is too long is not read, whatever its form', async () => {
  const long = join(folder, 'long');
  mkdirSync(long);
  for (const name of ['TOKEN', 's.json', 's.env']) writeFileSync(join(long, name), 'x'.repeat(1024 * 1024 + 1));
  for (const [path, name] of [
    [long, 'TOKEN'],
    [join(long, 's.json'), 'A'],
    [join(long, 's.env'), 'A'],
  ] as const) {
    await assert.rejects(ask(fileSecrets(path), name), (error: Error) => {
      assert.ok(isFault(error, 'secret'), String(error));
      assert.match(error.message, /cannot be read \(it is longer than 1 MB\)\./);
      return true;
    });
  }
});

test('a file of secrets may have a megabyte of blank lines', async () => {
  writeFileSync(join(folder, 'blank.env'), `${'\n'.repeat(1_000_000)}A=a\n`);
  assert.equal(await ask(fileSecrets(join(folder, 'blank.env')), 'A'), 'a');
});

test('a file of secrets that is nested too deeply is an error', async () => {
  writeFileSync(join(folder, 'deep.json'), `{"A":${'['.repeat(400_000)}`);
  await assert.rejects(ask(fileSecrets(join(folder, 'deep.json')), 'A'), (error: Error) => isFault(error));
});

test('a chain ends at a provider that fails', async () => {
  const broken: SecretProvider = async () => {
    throw new Error('sealed');
  };
  await assert.rejects(
    ask(
      chainSecrets(broken, () => 'old'),
      'A',
    ),
    /sealed/,
  );
  assert.equal(
    await ask(
      chainSecrets(() => '', broken),
      'A',
    ),
    '',
  );
  assert.equal(await ask(chainSecrets(), 'A'), undefined);
});

/** A provider whose answers the test controls. */
const scripted = () => {
  const calls: {
    readonly name: string;
    readonly signal: AbortSignal;
    readonly answer: (value: string | undefined | Error) => void;
  }[] = [];
  const provider: SecretProvider = (name, { signal }) =>
    new Promise((resolve, reject) => {
      calls.push({ name, signal, answer: (value) => (value instanceof Error ? reject(value) : resolve(value)) });
    });
  return { calls, provider };
};

test('a cached secret is fetched once for simultaneous jobs, and again when its time is over', async () => {
  const clock = createManualClock();
  const { calls, provider } = scripted();
  const cached = cachedSecrets(provider, { ttl: 60, clock });
  const answers = [ask(cached, 'A'), ask(cached, 'A')];
  assert.equal(calls.length, 1);
  calls[0]!.answer('one');
  assert.deepEqual(await Promise.all(answers), ['one', 'one']);
  clock.advance(59_999);
  assert.equal(await ask(cached, 'A'), 'one');
  assert.equal(calls.length, 1);
  clock.advance(1);
  const again = ask(cached, 'A');
  calls[1]!.answer('two');
  assert.equal(await again, 'two');
  assert.deepEqual(clock.timers(), []);
});

test('the cache distinguishes names, tenants and processes', async () => {
  const asked: string[] = [];
  const provider: SecretProvider = (name, { tenantId, bpmnProcessId }) => {
    asked.push([name, tenantId, bpmnProcessId].join(' '));
    return asked.at(-1);
  };
  const cached = cachedSecrets(provider, { clock: createManualClock() });
  const scopes = [{}, { tenantId: 't' }, { bpmnProcessId: 'q' }, {}];
  const values = [];
  for (const scope of scopes) values.push(await cached('A', context(scope)));
  assert.deepEqual(values, ['A <default> p', 'A t p', 'A <default> q', 'A <default> p']);
  assert.equal(asked.length, 3);
});

test('neither failures nor missing secrets are cached', async () => {
  const { calls, provider } = scripted();
  const cached = cachedSecrets(provider, { clock: createManualClock() });
  const failed = ask(cached, 'A');
  calls[0]!.answer(new Error('sealed'));
  await assert.rejects(failed, /sealed/);
  const missing = ask(cached, 'A');
  calls[1]!.answer(undefined);
  assert.equal(await missing, undefined);
  const there = ask(cached, 'A');
  calls[2]!.answer('now');
  assert.equal(await there, 'now');
});

test('a provider that throws synchronously causes a rejection', async () => {
  const cached = cachedSecrets(
    () => {
      throw new Error('sealed');
    },
    { clock: createManualClock() },
  );
  await assert.rejects(ask(cached, 'A'), /sealed/);
});

test('while the provider fails, an old value is used for the stale time and no longer', async () => {
  const clock = createManualClock();
  let answer: string | Error = 'old';
  const provider: SecretProvider = async () => {
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const cached = cachedSecrets(provider, { ttl: 10, stale: 20, clock });
  assert.equal(await ask(cached, 'A'), 'old');
  answer = new Error('sealed');
  clock.advance(29_999);
  assert.equal(await ask(cached, 'A'), 'old');
  clock.advance(1);
  await assert.rejects(ask(cached, 'A'), /sealed/);
});

test('a call that hangs ends after the timeout, and the next one calls the provider again', async () => {
  const clock = createManualClock();
  const { calls, provider } = scripted();
  const cached = cachedSecrets(provider, { timeout: 5, clock });
  const hanging = ask(cached, 'A');
  clock.advance(5_000);
  await assert.rejects(hanging, /did not answer within 5 s/);
  assert.ok(calls[0]!.signal.aborted);
  const next = ask(cached, 'A');
  calls[1]!.answer('x');
  assert.equal(await next, 'x');
});

test('the end of one job does not cancel the call for the others', async () => {
  const { calls, provider } = scripted();
  const cached = cachedSecrets(provider, { clock: createManualClock() });
  const job = new AbortController();
  const first = Promise.resolve(cached('A', context({ signal: job.signal })));
  const second = ask(cached, 'A');
  job.abort();
  assert.equal(calls[0]!.signal.aborted, false);
  calls[0]!.answer('x');
  assert.deepEqual(await Promise.all([first, second]), ['x', 'x']);
});
