import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { adHocSubProcess, chain, end, eventSubProcess, type Part, path, start, subProcess } from '../support/bpmn.ts';
import { around, job, modelOf, nodeOf, problemsOf, rejects } from './support.ts';

const adHoc = (options: Parameters<typeof adHocSubProcess>[1], ...inside: readonly Part[]): string =>
  around(adHocSubProcess('h', options, ...inside));

describe('an ad-hoc subprocess', () => {
  test('can activate what no flow leads to, without its events', async () => {
    const model = await modelOf(
      adHoc(
        { adHoc: 'activeElementsCollection="=x" outputCollection="res" outputElement="=y"', condition: '=true' },
        job('A'),
        job('B'),
        ...path('A', 'B'),
        subProcess('S', {}, ...chain(start('ss'), job('inner'), end('se'))),
        eventSubProcess(
          'esp',
          {},
          ...chain(start('es', { duration: 'PT1S', attributes: 'isInterrupting="false"' }), end('ee')),
        ),
      ),
    );
    const { adHoc: read } = nodeOf(model, 'h', 'adHocSubProcess');
    assert.deepEqual(
      read.elements.map(({ elementId }) => elementId),
      ['A', 'S'],
    );
    assert.equal(read.activeElements?.source, 'x');
    assert.equal(read.output?.collection, 'res');
    assert.equal(read.cancelRemaining, true);
    assert.equal(nodeOf(model, read.innerInstance, 'adHocInnerInstance').scope, 'h');
  });

  test('may be controlled by a worker', async () => {
    assert.deepEqual(await problemsOf(adHoc({ type: 'agent' }, job('A'))), []);
  });

  const at = 'h > extensionElements > adHoc';
  rejects([
    ['that is empty (case 420)', adHoc({}), ['h', /at least one activity/]],
    [
      'that contains only an event subprocess (case 420)',
      adHoc(
        {},
        eventSubProcess(
          'e',
          {},
          ...chain(start('es', { duration: 'PT1S', attributes: 'isInterrupting="false"' }), end('ee')),
        ),
      ),
      ['h', /at least one activity/],
    ],
    [
      'that contains start and end events (case 420)',
      adHoc({}, ...chain(start('s'), job('A'), end('e'))),
      ['s', /no start and end events/],
      ['e', /no start and end events/],
    ],
    [
      'with an output element alone (case 420)',
      adHoc({ adHoc: 'outputElement="=y"' }, job('A')),
      [at, /"outputElement" needs "outputCollection"/],
    ],
    [
      'with an output collection alone',
      adHoc({ adHoc: 'outputCollection="res"' }, job('A')),
      [at, /"outputCollection" needs "outputElement"/],
    ],
    [
      'with a worker and what the engine decides (case 420)',
      adHoc(
        {
          type: 'agent',
          adHoc: 'activeElementsCollection="=x"',
          condition: '=true',
          attributes: 'cancelRemainingInstances="false"',
        },
        job('A'),
      ),
      ['h', /Remove activeElementsCollection and completionCondition and cancelRemainingInstances="false"/],
    ],
    [
      'with text in place of expressions',
      adHoc(
        { adHoc: 'activeElementsCollection="A" outputCollection="r" outputElement="y"', condition: 'true' },
        job('A'),
      ),
      [at, /collection of active elements must be a FEEL expression/],
      [at, /output element must be a FEEL expression/],
      ['h > completionCondition', /completion condition must be a FEEL expression/],
    ],
    [
      'with what is wrong inside',
      adHoc({}, job('A', { retries: '' })),
      ['A > extensionElements > taskDefinition', /"retries" is missing/],
    ],
  ]);
});
