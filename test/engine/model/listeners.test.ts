import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  boundary,
  chain,
  end,
  exclusiveGateway,
  file,
  executionListeners as listeners,
  other,
  processPart,
  serviceTask,
  start,
  taskListeners,
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
      [at('j'), /"create" of an execution listener is none of start, end, beforeAll, cancel/],
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

  rejects([
    [
      'a listener to the cancellation of an element (case 256)',
      around(job('j', { extensions: listeners(['cancel', 'x']) })),
      [at('j'), /Only a process has listeners to "cancel"/],
    ],
  ]);

  test('may listen to all instances of a multi-instance activity (case 255)', async () => {
    const xml = around(job('j', { extensions: listeners(['beforeAll', 'x']), content: marker('=[1]') }));
    assert.deepEqual(await problemsOf(xml), []);
  });
});

describe('task listeners', () => {
  const task = (extensions: string): string => around(other('userTask', 'u', { extensions }));
  const native = '<zeebe:userTask/>';

  test('have the headers of their task; old names mean the same (case 245)', async () => {
    const header = '<zeebe:taskHeaders><zeebe:header key="a" value="1"/></zeebe:taskHeaders>';
    const model = await modelOf(
      task(native + header + taskListeners(['complete', 'x'], ['completing', 'y'], ['assignment', 'z'])),
    );
    const { listeners: found } = nodeOf(model, 'u', 'userTask');
    const of = (text: string) => ({
      type: { kind: 'static', text },
      retries: { kind: 'static', text: '3' },
      headers: { a: '1' },
    });
    assert.deepEqual(found, { completing: [of('x'), of('y')], assigning: [of('z')] });
  });

  const at = 'u > extensionElements > taskListeners';
  rejects([
    [
      'on a user task with a job (case 210)',
      task(taskListeners(['completing', 'x'])),
      [at, /Only a user task with zeebe:userTask/],
    ],
    [
      'on another task',
      around(job('j', { extensions: taskListeners(['completing', 'x']) })),
      ['j > extensionElements > taskListeners', /Only a user task has task listeners/],
    ],
    [
      'to another event (case 245)',
      task(native + taskListeners(['foo', 'x'])),
      [`${at} > taskListener`, /"foo" of a task listener is none of creating, assigning, updating/],
    ],
    [
      'without a type',
      task(native + taskListeners(['creating', ''])),
      [`${at} > taskListener`, /"type" is missing or empty/],
    ],
  ]);
});
