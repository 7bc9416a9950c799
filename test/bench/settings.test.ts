/** What a run of the benchmark measures, and the laps that it keeps. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { promisify } from 'node:util';
import { createKeeper } from '../../bench/kept.ts';
import type { Lap } from '../../bench/race.ts';
import { readSettings } from '../../bench/settings.ts';

const choices = { sections: ['race', 'rest'], rows: ['bare', 'ours', 'worker', 'go'], decidingRows: ['bare', 'ours'] };

const read = (env: Readonly<Record<string, string>>, args: readonly string[] = []) => {
  const { hasRow, ...others } = readSettings(args, env, choices);
  return { ...others, rows: choices.rows.filter(hasRow) };
};

suite('the settings of a run', () => {
  test('a short run has the race with the rows that decide, five times', () => {
    assert.deepEqual(read({}), { rounds: 5, sections: ['race'], rows: ['bare', 'ours'], isLong: false });
  });

  test('a long run has everything', () => {
    const { sections, rows } = choices;
    assert.deepEqual(read({}, ['--long']), { rounds: 5, sections, rows, isLong: true });
  });

  test('variables select sections, rows, rounds and the file', () => {
    const env = { BENCH_ONLY: 'rest', BENCH_ROWS: 'go, bare', BENCH_ROUNDS: '2', BENCH_KEEP: 'laps.jsonl' };
    assert.deepEqual(read(env, ['--long']), {
      ...{ rounds: 2, sections: ['rest'], rows: ['bare', 'go'], keep: 'laps.jsonl', isLong: true },
    });
  });

  test('no rounds only report what is kept', () => {
    assert.equal(read({ BENCH_ROUNDS: '0', BENCH_KEEP: 'laps.jsonl' }).rounds, 0);
  });

  const wrong: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
    [{ BENCH_ONLY: 'rest,webhooks' }, 'BENCH_ONLY has unknown names: webhooks. Fix: use some of race, rest.'],
    [{ BENCH_ROWS: 'bare,rust' }, 'BENCH_ROWS has unknown names: rust. Fix: use some of bare, ours, worker, go.'],
    [{ BENCH_ROWS: 'ours' }, 'BENCH_ROWS must contain bare, because all ratios are relative to it. Fix: add it.'],
    [{ BENCH_ROUNDS: 'many' }, 'BENCH_ROUNDS must be a whole number, but it is many. Fix: set it to 5, for example.'],
    [
      { BENCH_ROUNDS: '0' },
      'BENCH_ROUNDS is 0, so there is nothing to report. Fix: set BENCH_KEEP to a file with laps as well.',
    ],
  ];
  for (const [env, message] of wrong) {
    test(message, () => {
      assert.throws(() => read(env), { message });
    });
  }
});

/** What the program offers where a name is unknown. */
const offered = async (variable: string): Promise<readonly string[]> => {
  const args = ['--import', 'tsx', 'bench/run.ts'];
  const error = await promisify(execFile)(process.execPath, args, {
    env: { ...process.env, [variable]: 'nothing' },
  }).then(
    () => assert.fail('The program must refuse the name.'),
    ({ stderr }: { readonly stderr: string }) => stderr,
  );
  const [, names = ''] = /Fix: use some of (.*)\.\n$/.exec(error) ?? assert.fail(error);
  return names.split(', ');
};

suite('bench/README.md', () => {
  const page = readFileSync('bench/README.md', 'utf8');
  for (const variable of ['BENCH_ONLY', 'BENCH_ROWS']) {
    test(`names all that ${variable} can select`, async () => {
      const [, list = ''] = new RegExp(`^\\| \`${variable}\` \\|.* All of them: (.*) \\|$`, 'm').exec(page) ?? [];
      assert.deepEqual(
        [...list.matchAll(/`([\w-]+)`/g)].map(([, name]) => name),
        await offered(variable),
      );
    });
  }
});

suite('kept laps', () => {
  const one = (round: number, section = 'race') => ({
    ...{ section, id: 'bare', name: 'bare grpc-js, stream' },
    lap: { round, jobsPerSecond: 8_000.5 } as Lap,
  });

  test('are there in the next run, by section', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'camunda-connectors-kept-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'laps.jsonl');
    const first = createKeeper(file, 'Node 20, 2 cores');
    assert.deepEqual(first.read('race'), []);
    first.add(one(1));
    first.add(one(1, 'rest'));
    const second = createKeeper(file, 'Node 20, 2 cores');
    second.add(one(2));
    assert.deepEqual(second.read('race'), [one(1), one(2)]);
    assert.deepEqual(createKeeper(file, 'Node 20, 2 cores').read('race'), [one(1), one(2)]);
    assert.throws(() => createKeeper(file, 'Node 22, 2 cores'), {
      message: `${file} has laps of Node 20, 2 cores, but this is Node 22, 2 cores. Fix: set BENCH_KEEP to another file.`,
    });
  });

  test('end with the process if there is no file', () => {
    const keeper = createKeeper(undefined, 'Node 20, 2 cores');
    keeper.add(one(1));
    assert.deepEqual(keeper.read('race'), [one(1)]);
  });
});
