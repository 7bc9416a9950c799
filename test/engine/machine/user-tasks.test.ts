import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compileFiles } from '../../../src/engine/deployment/compile-files.ts';
import { compileBpmn } from '../../../src/engine/model/index.ts';
import { boundary, bytes, chain, end, other, type Part, path, start } from '../support/bpmn.ts';
import { compile, createRig, p, type Rig, rejected, rejectionOf, rigWith } from './support.ts';

const type = 'io.camunda.zeebe:userTask';

const assignment = (attributes: string): string => `<zeebe:assignmentDefinition ${attributes}/>`;
const schedule = (attributes: string): string => `<zeebe:taskSchedule ${attributes}/>`;
const form = (attributes: string): string => `<zeebe:formDefinition ${attributes}/>`;
const native = '<zeebe:userTask/>';

/** A user task between start and end. */
const around = (extensions = '', options: Parameters<typeof other>[2] = {}, ...more: readonly Part[]): string =>
  p(...chain(start(), other('userTask', 'u', { extensions, ...options }), end()), ...more);

const header = (rig: Rig, name: string): string | undefined => rig.job(type).headers[`io.camunda.zeebe:${name}`];

const formFile = (id: string, text = '') => ({ name: `${id}.form`, content: bytes(JSON.stringify({ id, text })) });

/** The only open user task. */
const only = (rig: Rig) => {
  const tasks = rig.machine.userTasks();
  assert.equal(tasks.length, 1);
  return tasks[0]!;
};

describe('a user task with a job', () => {
  test('has a type of its own and one retry (case 200)', async () => {
    const rig = await rigWith(around());
    const instance = rig.create();
    const job = rig.complete(type, { x: 1 });
    assert.equal(job.retries, 1);
    assert.deepEqual(job.headers, {});
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual(rig.root(instance), { x: 1 });
  });

  test('has its assignment in headers, lists as JSON (case 201)', async () => {
    const rig = await rigWith(around(assignment('assignee="joe" candidateGroups="a, b" candidateUsers="u1,u2"')));
    rig.create();
    assert.deepEqual(rig.job(type).headers, {
      'io.camunda.zeebe:assignee': 'joe',
      'io.camunda.zeebe:candidateGroups': '["a","b"]',
      'io.camunda.zeebe:candidateUsers': '["u1","u2"]',
    });
  });

  test('is unassigned if the expression is null (case 202)', async () => {
    const rig = await rigWith(around(assignment('assignee="=who"')));
    rig.create({ who: 'ann' });
    assert.equal(header(rig, 'assignee'), 'ann');
    rig.create();
    assert.deepEqual(rig.job(type).headers, {});
  });

  test('needs a list of texts for its groups (case 203)', async () => {
    const rig = await rigWith(around(assignment('candidateGroups="=gs"')));
    const instance = rig.create({ gs: 'x' });
    const { type: kind, key } = rig.incident();
    assert.equal(kind, 'EXTRACT_VALUE_ERROR');
    assert.equal(rig.machine.jobs().length, 0);
    rig.machine.setVariables(instance, { gs: ['x'] }, false);
    rig.machine.resolveIncident(key);
    assert.equal(header(rig, 'candidateGroups'), '["x"]');
  });

  test('may have an assignee that looks like a number (case 204)', async () => {
    const rig = await rigWith(around(assignment('assignee="12345"')));
    rig.create();
    assert.equal(header(rig, 'assignee'), '12345');
  });

  test('has a due date in ISO form (case 205)', async () => {
    const rig = createRig(undefined, Date.UTC(2026, 0, 1));
    await rig.deploy(around(schedule('dueDate="=due"')));
    rig.create({ due: '2026-01-02T00:00:00Z' });
    assert.equal(header(rig, 'dueDate'), '2026-01-02T00:00:00Z');
    rig.create({ due: 5 });
    assert.equal(rig.incident().type, 'EXTRACT_VALUE_ERROR');
  });

  test('has a due date that an expression computes (case 205)', async () => {
    const rig = createRig(undefined, Date.UTC(2026, 0, 1));
    await rig.deploy(around(schedule('dueDate="=now() + duration(&quot;P1D&quot;)"')));
    rig.create();
    assert.equal(Date.parse(header(rig, 'dueDate')!.replace(/\[.*$/, '')), Date.UTC(2026, 0, 2));
  });

  test('passes on the key of its form (case 206)', async () => {
    const rig = await rigWith(around(form('formKey="camunda-forms:bpmn:f1"')));
    rig.create();
    assert.equal(header(rig, 'formKey'), 'camunda-forms:bpmn:f1');
  });

  test('finds a deployed form by its id (case 207)', async () => {
    const rig = await rigWith(around(form('formId="f"')));
    const instance = rig.create();
    const { type: kind, key } = rig.incident();
    assert.equal(kind, 'FORM_NOT_FOUND');
    const { forms, processes } = rig.machine.deploy(await compileFiles(compileBpmn, [formFile('f')]));
    assert.deepEqual(processes, []);
    assert.deepEqual(
      forms.map(({ formId, version, resourceName }) => [formId, version, resourceName]),
      [['f', 1, 'f.form']],
    );
    rig.machine.resolveIncident(key);
    assert.equal(header(rig, 'formKey'), forms[0]!.formKey);
    assert.deepEqual(rig.at(instance), ['u']);
  });

  test('prefers a property to a task header of the same name (case 208)', async () => {
    const headers = '<zeebe:taskHeaders><zeebe:header key="io.camunda.zeebe:assignee" value="h"/></zeebe:taskHeaders>';
    const rig = await rigWith(around(headers + assignment('assignee="joe"')));
    rig.create();
    assert.equal(header(rig, 'assignee'), 'joe');
  });

  test('can throw an error to a boundary event (case 211)', async () => {
    const rig = await rigWith(around('', {}, boundary('b', 'u', { error: 'E' }), end('late'), ...path('b', 'late')));
    const instance = rig.create();
    rig.machine.throwError(rig.job(type).key, { code: 'E', errorMessage: '', variables: {} });
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.equal(rig.count('late'), 1);
    assert.deepEqual(rig.machine.jobs(), []);
  });

  test('stays open when a non-interrupting timer fires (case 212)', async () => {
    const timer = boundary('b', 'u', { cycle: 'R2/PT1H', interrupting: false });
    const rig = await rigWith(around('', {}, timer, end('late'), ...path('b', 'late')));
    const instance = rig.create();
    rig.pass(7_200_000);
    assert.equal(rig.count('late'), 2);
    rig.complete(type);
    assert.equal(rig.state(instance), 'COMPLETED');
  });
});

describe('a user task without a job', () => {
  test('waits for its completion (cases 213 and 214)', async () => {
    const rig = await rigWith(around(native, { name: 'Check' }));
    const instance = rig.create();
    assert.deepEqual(rig.machine.jobs(), []);
    const task = only(rig);
    assert.equal(task.priority, 50);
    assert.equal(task.assignee, null);
    assert.equal(task.name, 'Check');
    assert.equal(task.elementInstanceKey, rig.key(instance, 'u'));
    assert.notEqual(task.key, task.elementInstanceKey);
    rig.machine.completeUserTask(task.key, { x: 1 });
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual(rig.root(instance), { x: 1 });
    assert.equal(
      rejected(() => rig.machine.completeUserTask(task.key, {})).message,
      `Command 'COMPLETE' rejected with code 'NOT_FOUND': Expected to complete user task with key '${task.key}', but no such user task was found`,
    );
  });

  test('maps its variables as a job does (case 215)', async () => {
    const rig = await rigWith(around(native, { inputs: { x: '=1' } }));
    const swallowed = rig.create();
    rig.machine.completeUserTask(only(rig).key, { x: 9 });
    assert.deepEqual(rig.root(swallowed), {});
    const mapped = await rigWith(around(native, { inputs: { x: '=1' }, outputs: { r: '=x' } }));
    const instance = mapped.create();
    mapped.machine.completeUserTask(only(mapped).key, { x: 9 });
    assert.deepEqual(mapped.root(instance), { r: 9 });
  });

  test('is assigned right after its creation (case 216)', async () => {
    const rig = await rigWith(around(native + assignment('assignee="joe"')));
    rig.create();
    assert.equal(only(rig).assignee, 'joe');
    const seen = rig.events.flatMap((event) =>
      'userTask' in event ? [`${event.kind} ${event.userTask.assignee}`] : [],
    );
    assert.deepEqual(seen, ['userTask:created null', 'userTask:assigned joe']);
  });

  test('is assigned, claimed and unassigned (cases 217 to 219)', async () => {
    const rig = await rigWith(around(native));
    rig.create();
    const { key } = only(rig);
    rig.machine.assignUserTask(key, 'ann', true);
    rig.machine.assignUserTask(key, 'bob', true);
    assert.equal(
      rejectionOf(() => rig.machine.assignUserTask(key, 'kim', false)),
      'INVALID_STATE',
    );
    rig.machine.assignUserTask(key, 'bob', false);
    assert.equal(only(rig).assignee, 'bob');
    assert.equal(
      rejectionOf(() => rig.machine.assignUserTask(key, '', true)),
      'INVALID_ARGUMENT',
    );
    rig.machine.unassignUserTask(key);
    rig.machine.unassignUserTask(key);
    assert.equal(only(rig).assignee, null);
  });

  test('is updated as far as changes are given (cases 220 to 222)', async () => {
    const rig = await rigWith(around(native + assignment('candidateGroups="a"')));
    rig.create();
    const { key } = only(rig);
    const update = (changes: object): void => rig.machine.updateUserTask(key, changes);
    update({ priority: 80, dueDate: '2026-05-01T00:00:00Z' });
    assert.deepEqual(
      [only(rig).priority, only(rig).dueDate, only(rig).candidateGroups],
      [80, '2026-05-01T00:00:00Z', ['a']],
    );
    update({ dueDate: '', candidateGroups: [], priority: null });
    assert.deepEqual([only(rig).priority, only(rig).dueDate, only(rig).candidateGroups], [80, null, []]);
    for (const wrong of [{ priority: 101 }, { priority: 1, dueDate: 'tomorrow' }, {}]) {
      assert.equal(
        rejectionOf(() => update(wrong)),
        'INVALID_ARGUMENT',
      );
    }
    update({ assignee: 'x', foo: 1, priority: 1 });
    assert.deepEqual([only(rig).priority, only(rig).assignee], [1, null]);
  });

  test('is not found by another key (case 223)', async () => {
    const { machine } = await rigWith(around(native));
    const calls = [
      () => machine.completeUserTask('1', {}),
      () => machine.assignUserTask('1', 'a', true),
      () => machine.unassignUserTask('1'),
      () => machine.updateUserTask('1', { priority: 1 }),
    ];
    for (const call of calls) assert.equal(rejectionOf(call), 'NOT_FOUND');
  });

  test('has a priority from 0 to 100 (case 224)', async () => {
    const rig = await rigWith(around(`${native}<zeebe:priorityDefinition priority="=p"/>`));
    rig.create({ p: 7 });
    assert.equal(only(rig).priority, 7);
    for (const wrong of [200, -1, '7']) rig.create({ p: wrong });
    assert.deepEqual(
      rig.machine.incidents().map((incident) => incident.type),
      ['EXTRACT_VALUE_ERROR', 'EXTRACT_VALUE_ERROR', 'EXTRACT_VALUE_ERROR'],
    );
    assert.equal(only(rig).priority, 7);
  });

  test('refers to a form elsewhere (case 225)', async () => {
    const rig = await rigWith(around(native + form('externalReference="url"')));
    rig.create();
    assert.deepEqual([only(rig).externalFormReference, only(rig).formKey], ['url', null]);
  });

  test('takes the latest version of its form (case 226)', async () => {
    const rig = await rigWith(around(native + form('formId="f"')));
    const deployForm = async (text: string) =>
      rig.machine.deploy(await compileFiles(compileBpmn, [formFile('f', text)])).forms[0]!;
    const first = await deployForm('one');
    const second = await deployForm('two');
    assert.equal((await deployForm('two')).formKey, second.formKey);
    assert.deepEqual([first.version, second.version], [1, 2]);
    rig.create();
    assert.equal(only(rig).formKey, second.formKey);
  });

  test('is cancelled by a boundary event and with its instance (cases 227 and 228)', async () => {
    const message = boundary('b', 'u', { message: { name: 'm', correlationKey: '="k"' } });
    const rig = await rigWith(around(native, {}, message, end('late'), ...path('b', 'late')));
    const instance = rig.create();
    const { key } = only(rig);
    rig.publish('m', 'k');
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.equal(rig.count('late'), 1);
    assert.equal(
      rejectionOf(() => rig.machine.completeUserTask(key, {})),
      'NOT_FOUND',
    );
    rig.machine.cancelInstance(rig.create());
    assert.deepEqual(rig.machine.userTasks(), []);
    assert.equal(rig.events.filter(({ kind }) => kind === 'userTask:cancelled').length, 2);
  });

  test('has local variables of its own (case 229)', async () => {
    const rig = await rigWith(around(native));
    const instance = rig.create();
    const { key, elementInstanceKey } = only(rig);
    rig.machine.setVariables(elementInstanceKey, { v: 1 }, true);
    rig.machine.completeUserTask(key, {});
    assert.deepEqual(rig.root(instance), {});
  });
});

test('user tasks, their headers and forms are restored from a snapshot', async () => {
  const xml = p(
    ...chain(
      start(),
      other('userTask', 'u', { extensions: native + assignment('assignee="joe"') + form('formId="f"') }),
      other('userTask', 'v', { extensions: assignment('assignee="ann"') + form('formId="f"') }),
      end(),
    ),
  );
  const rig = createRig();
  const resources = [await compile(xml), ...(await compileFiles(compileBpmn, [formFile('f')]))];
  rig.machine.deploy(resources);
  const instance = rig.create();
  const task = only(rig);
  const restored = createRig({ snapshot: rig.machine.snapshot(), resources });
  assert.deepEqual(only(restored), task);
  restored.machine.completeUserTask(task.key, {});
  const again = createRig({ snapshot: restored.machine.snapshot(), resources });
  assert.deepEqual(again.job(type).headers, {
    'io.camunda.zeebe:assignee': 'ann',
    'io.camunda.zeebe:formKey': task.formKey,
  });
  again.machine.completeJob(again.machine.jobs()[0]!.key, {});
  assert.equal(again.state(instance), 'COMPLETED');
});
