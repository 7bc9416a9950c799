import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  decisionFigures,
  percentOf,
  percentText,
  processFigures,
  totalOf,
} from '../../../src/testing/coverage/figures.ts';
import { mergeCoverage } from '../../../src/testing/coverage/merge.ts';
import type { Coverage, DecisionCoverage, ProcessCoverage } from '../../../src/testing/coverage/types.ts';

const element = (id: string, type: string, entered: number) => ({
  ...{ id, name: id, type, entered, completed: entered, terminated: 0 },
});
const flow = (id: string, source: string, target: string, taken: number) => ({ id, source, target, taken });

const order: ProcessCoverage = {
  ...{ bpmnProcessId: 'order', name: 'Order', resourceName: 'order.bpmn', model: 'a.bpmn' },
  elements: [
    element('Start', 'START_EVENT', 2),
    element('Charge', 'SERVICE_TASK', 2),
    element('Declined', 'BOUNDARY_EVENT', 0),
    element('End', 'END_EVENT', 1),
    element('EndError', 'END_EVENT', 0),
  ],
  flows: [flow('f1', 'Start', 'Charge', 2), flow('f2', 'Charge', 'End', 1), flow('f3', 'Declined', 'EndError', 0)],
};

const discount: DecisionCoverage = {
  ...{ decisionId: 'discount', name: 'Discount', resourceName: 'd.dmn', model: 'd.dmn', evaluated: 3 },
  rules: [
    { id: 'r1', matched: 2 },
    { id: 'r2', matched: 0 },
    { id: 'r3', matched: 1 },
    { id: 'r4', matched: 0 },
  ],
};

const coverageOf = (processes: readonly ProcessCoverage[], decisions: readonly DecisionCoverage[] = []): Coverage => ({
  ...{ format: 'camunda-connectors/coverage', version: 1, processes, decisions },
});

describe('a process', () => {
  const figures = processFigures(order, (id) => id === 'EndError');

  test('counts the elements that were entered and the flows that were taken, however often', () => {
    assert.deepEqual(figures.elements, { used: 3, total: 5 });
    assert.deepEqual(figures.flows, { used: 2, total: 3 });
    assert.deepEqual(figures.all, { used: 5, total: 8 });
  });

  test('counts its error paths apart: boundary events, the flows behind them, and ends that throw', () => {
    assert.deepEqual(figures.errorPaths, { used: 0, total: 3 });
  });

  test('names what was missed', () => {
    assert.deepEqual(
      figures.missed.map(({ text }) => text),
      ['Declined', 'EndError', 'f3, from Declined to EndError'],
    );
  });
});

describe('a decision', () => {
  test('counts the rules that matched', () => {
    const { all, missed } = decisionFigures(discount);
    assert.deepEqual(all, { used: 2, total: 4 });
    assert.deepEqual(
      missed.map(({ text }) => text),
      ['rule 2', 'rule 4'],
    );
  });

  test('without rules counts as one that was evaluated or not', () => {
    const { all } = decisionFigures({ ...discount, rules: [] });
    assert.deepEqual(all, { used: 1, total: 1 });
    const never = decisionFigures({ ...discount, rules: [], evaluated: 0 });
    assert.deepEqual([never.all, never.missed.length], [{ used: 0, total: 1 }, 1]);
  });
});

describe('a percentage', () => {
  for (const [used, total, text] of [
    [0, 0, '100 %'],
    [0, 8, '0 %'],
    [5, 8, '62.5 %'],
    [1, 3, '33.3 %'],
    [9999, 10000, '99.9 %'],
    [8, 8, '100 %'],
  ] as const) {
    test(`of ${used} of ${total} reads ${text}`, () => assert.equal(percentText({ used, total }), text));
  }
});

describe('coverages of several tests', () => {
  const merged = mergeCoverage([coverageOf([order], [discount]), coverageOf([order], [discount])]);

  test('add up by element, flow and rule', () => {
    assert.deepEqual(
      merged.processes[0]!.elements.map(({ entered }) => entered),
      [4, 4, 0, 2, 0],
    );
    assert.deepEqual(
      merged.processes[0]!.flows.map(({ taken }) => taken),
      [4, 2, 0],
    );
    assert.deepEqual(
      merged.decisions[0]!.rules.map(({ matched }) => matched),
      [4, 0, 2, 0],
    );
    assert.equal(merged.decisions[0]!.evaluated, 6);
  });

  test('keep other models of the same process apart', () => {
    const both = mergeCoverage([coverageOf([order]), coverageOf([{ ...order, model: 'b.bpmn' }])]);
    assert.equal(both.processes.length, 2);
  });

  test('have a total of all elements, flows and rules', () => {
    assert.equal(percentOf(totalOf(merged)), (100 * 7) / 12);
  });
});
