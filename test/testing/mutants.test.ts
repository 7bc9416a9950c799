/**
 * Mutants of the example processes: copies with one mistake each. The tests of the examples fail with each of them; those that
 * survive are listed with the reason.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { runScenario, type Scenario, type ScenarioOptions } from 'camunda-connectors/testing';
import { lendBook, paths as lendBookPaths } from '../../examples/lend-book.ts';
import { log } from '../../examples/log.ts';
import { remind, paths as remindPaths } from '../../examples/remind.ts';
import { bpmnMutants, dmnMutants, type Mutant } from '../../scripts/mutate.ts';
import { placedCases } from '../../src/testing/cases/placed-cases.ts';
import { readTestCaseFiles } from '../../src/testing/cases/read/read-files.ts';
import { runTestCase } from '../../src/testing/cases/run.ts';
import type { TestCasesOptions } from '../../src/testing/cases/types.ts';

interface File {
  readonly name: string;
  readonly content: string;
}

/** Tests of an example: resolves with whether one of them fails with this file. */
type Fails = (file: File) => Promise<boolean>;

interface Example {
  readonly file: string;
  readonly fails: Fails;
  /** Mutants that no test notices, with the reason. */
  readonly survivors?: Readonly<Record<string, string>>;
}

const read = (file: string): string => readFileSync(`examples/${file}`, 'utf8');

const scenariosFail =
  (options: ScenarioOptions, table: Readonly<Record<string, Scenario>>): Fails =>
  async (file) => {
    for (const scenario of Object.values(table)) {
      try {
        await runScenario({ ...options, resources: file }, scenario);
      } catch {
        return true;
      }
    }
    return false;
  };

const casesFail =
  (cases: string, others: readonly string[], options: TestCasesOptions = {}): Fails =>
  async (file) => {
    const resources = [file, ...others.map((other) => ({ name: other, content: read(other) }))];
    for (const each of placedCases(readTestCaseFiles([`examples/cases/${cases}.json`]))) {
      try {
        if ((await runTestCase(each, { ...options, resources })).failure !== undefined) return true;
      } catch {
        // The file cannot be deployed.
        return true;
      }
    }
    return false;
  };

const anyFails =
  (...all: readonly Fails[]): Fails =>
  async (file) => {
    for (const fails of all) if (await fails(file)) return true;
    return false;
  };

const visible = 'the job sees the variable of the instance all the same';

const greets: Readonly<Record<string, Scenario>> = {
  'the process greets Ada': {
    given: { variables: { name: 'Ada' }, connectors: { outbound: [log] } },
    expect: { completed: { variables: { name: 'Ada', status: 'ok' } } },
  },
};

const examples: readonly Example[] = [
  { file: 'bpmn/hello.bpmn', fails: scenariosFail({ process: 'hello' }, greets) },
  {
    file: 'bpmn/remind.bpmn',
    fails: anyFails(scenariosFail(remind, remindPaths), casesFail('remind', [], { connectors: { outbound: [log] } })),
    survivors: { 'WatchFile: the input path is removed': visible },
  },
  {
    file: 'bpmn/lend-book.bpmn',
    fails: anyFails(scenariosFail(lendBook, lendBookPaths), casesFail('lend-book', [])),
    survivors: {
      'FindBook: the input isbn is removed': visible,
      'LendBook: the input isbn is removed': visible,
      'LendBook: the input reader is removed': visible,
    },
  },
  {
    file: 'bpmn/trip.bpmn',
    fails: casesFail('trip', ['dmn/trip-rule.dmn']),
    survivors: { 'BookTrip: there is one attempt less': 'no instruction of the format lets an attempt fail' },
  },
  { file: 'dmn/trip-rule.dmn', fails: casesFail('trip', ['bpmn/trip.bpmn']) },
];

for (const { file, fails, survivors = {} } of examples) {
  const original = read(file);
  const mutants: readonly Mutant[] = file.endsWith('.dmn') ? dmnMutants(original) : bpmnMutants(original);
  test(`the tests of ${file} pass`, async () => {
    assert.equal(await fails({ name: file, content: original }), false);
    const unknown = Object.keys(survivors).filter((name) => !mutants.some((mutant) => mutant.name === name));
    assert.deepEqual(unknown, [], 'every survivor is a mutant');
  });
  for (const { name, content } of mutants) {
    const reason = survivors[name];
    test(`a mutant of ${file} ${reason === undefined ? 'fails' : 'survives'}: ${name}`, async () => {
      assert.equal(await fails({ name: file, content }), reason === undefined, reason);
    });
  }
}
