import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  boundary,
  chain,
  end,
  exclusiveGateway,
  file,
  executionListeners as listeners,
  processPart,
  serviceTask,
  start,
} from '../support/bpmn.ts';
import { around, job, modelOf, nodeOf, problemsOf, rejects, withUnconnected } from './support.ts';

const marker = (collection: string): string =>
  `<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="${collection}"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>`;

describe('execution listeners', () => {
  test('have a type, retries and the headers of their element with their own over them', async () => {
    const own = '<zeebe:taskHeaders><zeebe:header key="a" value="3"/></zeebe:taskHeaders>';
    const model = await modelOf(
      around(
        serviceTask('j', {
          type: 'work',
          headers: { a: '1', b: '2' },
          extensions: listeners(['start', 's', '', own], ['end', 'e', 'retries="5"'], ['end', 's']),
        }),
      ),
    );
    const { listeners: found } = nodeOf(model, 'j', 'jobTask');
    assert.deepEqual(found, {
      start: [
        {
          type: { kind: 'static', text: 's' },
          retries: { kind: 'static', text: '3' },
          headers: { a: '3', b: '2' },
        },
      ],
      end: [
        { type: { kind: 'static', text: 'e' }, retries: { kind: 'static', text: '5' }, headers: { a: '1', b: '2' } },
        { type: { kind: 'static', text: 's' }, retries: { kind: 'static', text: '3' }, headers: { a: '1', b: '2' } },
      ],
    });
  });

  test('may be empty', async () => {
    const xml = file(processPart('p', { extensions: listeners() }, ...chain(start(), end())));
    assert.deepEqual(await problemsOf(xml), []);
  });

  const at = (id: string): string => `${id} > extensionElements > executionListeners > executionListener`;
  rejects([
    [
      'a listener to the start of a start event (case 253)',
      file(processPart('p', {}, ...chain(start('s', { extensions: listeners(['start', 'x']) }), end()))),
      [at('s'), /start event has no listeners to its start/],
    ],
    [
      'a listener to the start of a boundary event',
      withUnconnected(boundary('b', 'host', { duration: 'PT1S', extensions: listeners(['start', 'x']) })),
      [at('b'), /boundary event has no listeners to its start/],
    ],
    [
      'a listener with the event and type of another one (case 253)',
      around(job('j', { extensions: listeners(['start', 'x'], ['end', 'x'], ['start', 'x']) })),
      [at('j'), /another "start" listener with the type "x"/],
    ],
    [
      'a listener to the end of an error end event (case 253)',
      file(
        processPart(
          'p',
          {},
          ...chain(start(), end('e', { error: 'E', extensions: listeners(['start', 'ok'], ['end', 'x']) })),
        ),
      ),
      [at('e'), /error end event has no listeners to its end/],
    ],
    [
      'a listener to the end of a gateway (case 251)',
      around(exclusiveGateway('x', { extensions: listeners(['end', 'x']) })),
      [at('x'), /gateway has no listeners to its end/],
    ],
    [
      'a listener to all instances of an activity that is not multi-instance (case 255)',
      around(job('j', { extensions: listeners(['beforeAll', 'x']) })),
      [at('j'), /Only a multi-instance activity/],
    ],
    [
      'a listener to another event',
      around(job('j', { extensions: listeners(['create', 'x']) })),
      [at('j'), /"create" of an execution listener is none of start, end, beforeAll/],
    ],
    [
      'a listener without a type or with empty retries',
      around(job('j', { extensions: listeners(['start', ''], ['end', 'x', 'retries=""']) })),
      [at('j'), /"type" is missing or empty/],
      [at('j'), /"retries" is missing or empty/],
    ],
    [
      'two lists of listeners',
      around(job('j', { extensions: listeners() + listeners() })),
      ['j > extensionElements > executionListeners', /Only one zeebe:executionListeners/],
    ],
  ]);

  test('may listen to all instances of a multi-instance activity (case 255)', async () => {
    const xml = around(job('j', { extensions: listeners(['beforeAll', 'x']), content: marker('=[1]') }));
    assert.deepEqual(await problemsOf(xml), []);
  });
});
