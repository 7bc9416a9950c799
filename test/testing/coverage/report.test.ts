import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { bpmnError } from '../../../src/index.ts';
import { coverageVariable } from '../../../src/testing/coverage/record.ts';
import { coverageLines, writeCoverageReport } from '../../../src/testing/coverage/report.ts';
import { createProcessTest } from '../../../src/testing/index.ts';
import type { ProcessTestOptions } from '../../../src/testing/types.ts';

const temporaryFolder = async (t: TestContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'camunda-connectors-coverage-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

/** Runs a process test that leaves its coverage in the folder. */
const cover = async (
  folder: string,
  options: ProcessTestOptions,
  act: (processes: Awaited<ReturnType<typeof createProcessTest>>) => Promise<void>,
): Promise<void> => {
  const before = process.env[coverageVariable];
  process.env[coverageVariable] = folder;
  try {
    const processes = await createProcessTest(options);
    await act(processes);
    await processes.stop();
  } finally {
    if (before === undefined) delete process.env[coverageVariable];
    else process.env[coverageVariable] = before;
  }
};

const lend: ProcessTestOptions = {
  resources: 'examples/bpmn/lend-book.bpmn',
  mocks: { jobs: { shelf: { copies: 1 } } },
};

test('a run of two tests has one report, with a page for each process', async (t) => {
  const data = await temporaryFolder(t);
  const target = await temporaryFolder(t);
  await cover(data, lend, async (processes) => {
    await (await processes.start('lend-book', { title: 'Emma' })).completed();
  });
  const half = await writeCoverageReport(data, target);
  assert.equal(half.entries.length, 1);
  const { figures } = half.entries[0]!;
  assert.ok(figures.all.used < figures.all.total, 'Some elements were missed.');
  assert.equal(figures.errorPaths.used, 0);
  assert.match(coverageLines(half, 100).join('\n'), /missed: Unknown "No such book"/);

  await cover(data, { ...lend, mocks: { jobs: { shelf: bpmnError('UNKNOWN_BOOK') } } }, async (processes) => {
    await (await processes.start('lend-book', { title: 'Emma' })).completed({ at: 'EndUnknown' });
  });
  const more = await writeCoverageReport(data, target);
  assert.ok(more.total.used > half.total.used, 'The tests are added up.');
  assert.ok(more.entries[0]!.figures.errorPaths.used > 0, 'The second test has taken an error path.');
  assert.deepEqual((await readdir(target)).sort(), ['coverage.json', 'index.html', 'lend-book.html']);
  const page = await readFile(join(target, 'lend-book.html'), 'utf8');
  assert.match(page, /<svg [\s\S]*<\/svg>/);
  assert.match(page, /<title>Find the book: entered 2 times/);
  const json = JSON.parse(await readFile(join(target, 'coverage.json'), 'utf8')) as { readonly percent: number };
  assert.equal(Math.round(json.percent), Math.round((100 * more.total.used) / more.total.total));
});

describe('a decision', () => {
  test('is covered by its rules, also if no test has evaluated it', async (t) => {
    const data = await temporaryFolder(t);
    const target = await temporaryFolder(t);
    await cover(data, { resources: 'examples/dmn' }, async () => {});
    const report = await writeCoverageReport(data, target);
    const dish = report.entries.find(({ id }) => id === 'dish');
    assert.ok(dish !== undefined && dish.figures.all.total > 1, 'The rules of the table count.');
    assert.equal(dish.figures.all.used, 0);
    await cover(data, { resources: 'examples/dmn' }, async ({ engine }) => {
      engine.evaluateDecision({ decisionId: 'dish', variables: { season: 'Winter', guests: 4 } });
    });
    const after = await writeCoverageReport(data, target);
    assert.equal(after.entries.find(({ id }) => id === 'dish')!.figures.all.used, 1);
  });
});

test('mocks of processes and decisions do not count', async (t) => {
  const data = await temporaryFolder(t);
  const mocks = { processes: { ship: { tracking: 'A-7' } }, decisions: { discount: 0.1 } };
  await cover(data, { resources: 'examples/bpmn/hello.bpmn', mocks }, async () => {});
  const { entries } = await writeCoverageReport(data, await temporaryFolder(t));
  assert.deepEqual(
    entries.map(({ id }) => id),
    ['hello'],
  );
});

test('names from a model are text on the pages, whatever they contain', async (t) => {
  const data = await temporaryFolder(t);
  const target = await temporaryFolder(t);
  const xml = (await readFile('examples/bpmn/hello.bpmn', 'utf8')).replaceAll(
    / name="[^"]*"/g,
    ' name="&lt;script&gt;alert(1)&lt;/script&gt;"',
  );
  await cover(data, { resources: { name: '<b>.bpmn', content: xml } }, async () => {});
  await writeCoverageReport(data, target);
  for (const name of ['index.html', 'hello.html']) {
    const page = await readFile(join(target, name), 'utf8');
    assert.doesNotMatch(page, /<script|<b>/);
    assert.match(page, /&lt;script&gt;/);
  }
});

test('a folder without coverage, and a file in another format, are refused with what to do', async (t) => {
  const data = await temporaryFolder(t);
  await assert.rejects(writeCoverageReport(data, data), /No process test has left coverage[\s\S]*Fix: run tests/);
  for (const content of ['{', 'null', '{"format":"camunda-connectors/coverage","version":2}']) {
    await writeFile(join(data, 'coverage-1-1.json'), content);
    await assert.rejects(
      writeCoverageReport(data, data),
      /not the coverage of a process test[\s\S]*coverage-1-1\.json[\s\S]*Fix:/,
    );
  }
});
