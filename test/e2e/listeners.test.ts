/** Connectors as listeners and agents: our runtime on the embedded engine over gRPC. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import * as v from 'valibot';
import { createEngine } from '../../src/engine/index.ts';
import type { Engine } from '../../src/engine/types.ts';
import { adHocResult, createRuntime, defineOutbound, type RuntimeOptions, userTaskResult } from '../../src/index.ts';
import {
  adHocSubProcess,
  bytes,
  chain,
  end,
  executionListeners,
  file,
  other,
  type Part,
  processPart,
  serviceTask,
  start,
  taskListeners,
} from '../engine/support/bpmn.ts';

const ignore = (): void => {};
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

const startAll = async (
  t: TestContext,
  xml: string,
  outbound: NonNullable<RuntimeOptions['outbound']>,
): Promise<Engine> => {
  const engine = await createEngine();
  const connection = { type: 'INSECURE', hostname: '127.0.0.1', port: engine.port } as const;
  const runtime = createRuntime({ outbound, connection, signals: false, logger: silent });
  t.after(async () => {
    await runtime.stop();
    await engine.stop();
  });
  await engine.deploy({ name: 'p.bpmn', content: bytes(xml) });
  await runtime.start();
  return engine;
};

const around = (part: Part, extensions = ''): string =>
  file(processPart('p', { extensions }, ...chain(start(), part, end())));

const any = v.looseObject({});

test('a connector is a listener to a process and its elements, and sees the event (cases 246, 247 and 252)', async (t) => {
  const seen: unknown[] = [];
  const listener = defineOutbound({
    name: 'Listener',
    type: 'listener',
    input: any,
    run: (_input, { job }) => {
      seen.push([job.kind, job.listenerEvent, job.elementId]);
      return { [`${job.elementId}${job.listenerEvent}`]: true };
    },
  });
  const work = defineOutbound({
    name: 'Work',
    type: 'work',
    input: any,
    run: ({ tSTART }, { job }) => {
      seen.push([job.kind, job.listenerEvent, job.elementId]);
      return { sawStart: tSTART };
    },
  });
  const both = executionListeners(['start', 'listener'], ['end', 'listener']);
  const engine = await startAll(t, around(serviceTask('t', { type: 'work', extensions: both }), both), [
    listener,
    work,
  ]);
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p' });
  const { variables } = await engine.ended(processInstanceKey);
  assert.deepEqual(seen, [
    ['EXECUTION_LISTENER', 'START', 'p'],
    ['EXECUTION_LISTENER', 'START', 't'],
    ['BPMN_ELEMENT', undefined, 't'],
    ['EXECUTION_LISTENER', 'END', 't'],
    ['EXECUTION_LISTENER', 'END', 'p'],
  ]);
  assert.deepEqual(variables, { pSTART: true, sawStart: true, tEND: true, pEND: true });
});

test('a connector corrects and denies changes of a user task (cases 235, 236 and 240)', async (t) => {
  const assign = defineOutbound({
    name: 'Assign',
    type: 'assign',
    input: any,
    run: (_input, { job }) =>
      job.userTask?.assignee === 'joe'
        ? userTaskResult({ corrections: { assignee: 'bob', candidateGroups: ['night'] } })
        : userTaskResult({ denied: `not ${job.userTask?.assignee}` }),
  });
  const extensions = `<zeebe:userTask/><zeebe:assignmentDefinition assignee="joe"/>${taskListeners(['assigning', 'assign'])}`;
  const engine = await startAll(t, around(other('userTask', 'u', { extensions })), [assign]);
  const assigned = engine.next((event) => event.kind === 'userTask:assigned');
  engine.createInstance({ bpmnProcessId: 'p' });
  await assigned;
  const [task] = engine.userTasks();
  assert.deepEqual([task?.assignee, task?.candidateGroups], ['bob', ['night']]);
  await assert.rejects(engine.assignUserTask(task!.key, 'ann'), /denied it: not ann/);
  assert.equal(engine.userTasks()[0]?.assignee, 'bob');
});

test('a listener that fails for good is an incident that the change waits for (case 244)', async (t) => {
  let isBroken = true;
  const check = defineOutbound({
    name: 'Check',
    type: 'check',
    input: any,
    run: () => {
      if (isBroken) throw new Error('broken');
      return userTaskResult();
    },
  });
  const extensions = `<zeebe:userTask/>${taskListeners(['completing', 'check', 'retries="1"'])}`;
  const engine = await startAll(t, around(other('userTask', 'u', { extensions })), [check]);
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p' });
  const failed = engine.next((event) => event.kind === 'incident:created');
  const completed = engine.completeUserTask(engine.userTasks()[0]!.key);
  await failed;
  const [incident] = engine.incidents();
  assert.equal(incident?.type, 'TASK_LISTENER_NO_RETRIES');
  isBroken = false;
  engine.updateJobRetries(incident!.jobKey, 1);
  engine.resolveIncident(incident!.key);
  await completed;
  assert.equal((await engine.ended(processInstanceKey)).state, 'COMPLETED');
});

test('a connector is the agent of an ad-hoc subprocess, and sees its elements (cases 414 to 417)', async (t) => {
  const elements: unknown[] = [];
  const agent = defineOutbound({
    name: 'Agent',
    type: 'agent',
    input: v.object({ results: v.array(v.number()), adHocSubProcessElements: v.array(any) }),
    run: ({ results, adHocSubProcessElements }, { job }) => {
      elements.push(job.kind, adHocSubProcessElements);
      if (results.length < 2) {
        return adHocResult({ activateElements: [{ elementId: 'A', variables: { toolCall: { n: results.length } } }] });
      }
      return adHocResult({ completionConditionFulfilled: true, cancelRemainingInstances: true, variables: { sum: 3 } });
    },
  });
  const tool = defineOutbound({
    name: 'Tool',
    type: 'tool',
    input: v.object({ n: v.number() }),
    run: ({ n }) => ({ result: n + 1 }),
  });
  const inside = serviceTask('A', { type: 'tool', inputs: { n: '=fromAi(toolCall.n, "a number", "number")' } });
  const adHoc = 'outputCollection="results" outputElement="=result"';
  const options = { type: 'agent', adHoc, outputs: { total: '=sum' } };
  const engine = await startAll(t, around(adHocSubProcess('h', options, inside)), [agent, tool]);
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p' });
  const { variables } = await engine.ended(processInstanceKey);
  assert.deepEqual(variables, { results: [1, 2], total: 3 });
  assert.deepEqual(elements.slice(0, 2), [
    'AD_HOC_SUB_PROCESS',
    [
      {
        elementId: 'A',
        parameters: [{ name: 'toolCall.n', description: 'a number', type: 'number' }],
      },
    ],
  ]);
});
