import { fault } from '../../../common/fault.ts';
import { didYouMean, nearest } from '../../../common/nearest-name.ts';
import { isInternalProcess } from '../../../connector/activation-names.ts';
import type { Engine, EngineEvent, MachineInstance, MachineUserTask, Variables } from '../../../engine/index.ts';
import { asStep } from '../actions/action-steps.ts';
import { failedJobs, retryFailedJobs } from '../actions/retry.ts';
import { checkStart } from '../actions/starts.ts';
import { type InstanceResult, latestOf, migrateInstances, outdatedInstances, startAnew } from '../actions/versions.ts';
import { fixesOf, fixOfWait, plainFailure, withFix } from '../advice/incident-fixes.ts';
import { unknownMessage } from '../advice/unknown-message.ts';
import { waitText } from '../webhooks/expected-messages.ts';
import type { Command, CommandTools } from './types.ts';

/** Milliseconds for which a message waits for an event. */
const timeToLive = 60_000;

const processIds = (engine: Engine): readonly string[] => [
  ...new Set(
    engine
      .processes()
      .map(({ bpmnProcessId }) => bpmnProcessId)
      .filter((id) => !isInternalProcess(id)),
  ),
];

const activeInstances = (engine: Engine): readonly MachineInstance[] =>
  engine.instances().filter(({ state, bpmnProcessId }) => state === 'ACTIVE' && !isInternalProcess(bpmnProcessId));

/** The process that is meant; without a name, the only one. */
const chooseProcess = (engine: Engine, name: string | undefined): string => {
  const ids = processIds(engine);
  if (name !== undefined && ids.includes(name)) return name;
  const [only] = ids;
  if (name === undefined && only !== undefined && ids.length === 1) return only;
  throw fault('definition', {
    what:
      name === undefined
        ? `There are ${ids.length} processes.`
        : didYouMean(`There is no process ${name}.`, nearest(name, ids)),
    fix: ids.length === 0 ? 'deploy a file with --resource.' : `name one of ${ids.join(', ')}.`,
  });
};

const taskText = ({ key, elementId, bpmnProcessId }: MachineUserTask): string =>
  `${elementId} (${bpmnProcessId}, ${key})`;

/** The user task that is meant, by key or element id; without a name, the only one. */
const chooseTask = (engine: Engine, name: string | undefined): MachineUserTask => {
  const tasks = engine.userTasks();
  const found = name === undefined ? tasks : tasks.filter(({ key, elementId }) => key === name || elementId === name);
  const [task] = found;
  if (task !== undefined && (name !== undefined || found.length === 1)) return task;
  const ids = tasks.map(({ elementId }) => elementId);
  throw fault('definition', {
    what:
      name === undefined
        ? `There are ${tasks.length} open user tasks.`
        : didYouMean(`There is no open user task ${name}.`, nearest(name, ids)),
    fix: tasks.length === 0 ? 'wait until an instance reaches one.' : `name one of ${tasks.map(taskText).join(', ')}.`,
  });
};

/**
 * Carries out an action, and prints a line with its first event: what follows from it, such as the lines of a trace, stands below.
 *
 * @param lineOf the line about an event; `undefined` for all other events
 * @returns whether there was such an event
 */
const announced = (
  { engine, say }: CommandTools,
  lineOf: (event: EngineEvent) => string | undefined,
  action: () => unknown,
): boolean => {
  let isSaid = false;
  const stop = engine.on((event) => {
    const line = isSaid ? undefined : lineOf(event);
    if (line === undefined) return;
    isSaid = true;
    say(line);
  });
  try {
    action();
  } finally {
    stop();
  }
  return isSaid;
};

const start: Command['run'] = async (tools, [name], variables) => {
  const { engine, host, place, steps } = tools;
  const bpmnProcessId = chooseProcess(engine, name);
  checkStart(latestOf(engine.processes(), { bpmnProcessId, ...place }), host.connectors().webhooks);
  await asStep(steps, `Start an instance of ${bpmnProcessId}`, () =>
    announced(
      tools,
      (event) =>
        event.kind === 'instance:created' ? `Started ${bpmnProcessId}: instance ${event.instance.key}.` : undefined,
      () => engine.createInstance({ bpmnProcessId, variables: variables as Variables, ...place }),
    ),
  );
  return [];
};

const publish: Command['run'] = async (tools, [name, correlationKey = ''], variables) => {
  const { engine, place, steps } = tools;
  if (name === undefined) {
    const awaited = [
      ...new Set(engine.subscriptions().flatMap((each) => (each.kind === 'message' ? [each.name] : []))),
    ];
    throw fault('definition', {
      what: 'publish needs the name of a message.',
      fix: `write publish <name> <correlation key>${awaited.length === 0 ? '.' : `; ${awaited.filter((each) => !isInternalProcess(each)).join(', ')} is awaited.`}`,
    });
  }
  const message = `${name}${correlationKey === '' ? '' : ` with the key ${correlationKey}`}`;
  await asStep(steps, `Publish ${message}`, () =>
    announced(
      tools,
      ({ kind }) => (kind === 'message:published' ? `Published ${message}.` : undefined),
      () => engine.publishMessage({ name, correlationKey, timeToLive, variables: variables as Variables, ...place }),
    ),
  );
  const unknown = await unknownMessage(engine, name);
  return unknown === undefined ? [] : [unknown];
};

const complete: Command['run'] = async (tools, [name], variables) => {
  const { engine, steps } = tools;
  const task = chooseTask(engine, name);
  const line = `Completed the user task ${taskText(task)}.`;
  const isSaid = await asStep(steps, 'Complete a user task', () =>
    announced(
      tools,
      ({ kind }) => (kind === 'userTask:completed' ? line : undefined),
      () => engine.completeUserTask(task.key, variables as Variables),
    ),
  );
  // A task whose listeners have to agree is completed later.
  return isSaid ? [] : [`The listeners of the user task ${taskText(task)} have to agree.`];
};

const resolve: Command['run'] = async ({ engine, steps }, [name]) => {
  const incidents = engine.incidents();
  const found =
    name === undefined ? incidents : incidents.filter(({ key, elementId }) => key === name || elementId === name);
  const [incident] = found;
  if (incident === undefined || (name === undefined && found.length > 1)) {
    throw fault('definition', {
      what:
        name === undefined
          ? `There are ${incidents.length} incidents.`
          : didYouMean(
              `There is no incident ${name}.`,
              nearest(
                name,
                incidents.map(({ elementId }) => elementId),
              ),
            ),
      fix:
        incidents.length === 0
          ? 'there is nothing to resolve.'
          : `name one of ${incidents.map(({ key, elementId }) => `${elementId} (${key})`).join(', ')}.`,
    });
  }
  await asStep(steps, 'Resolve an incident', () => {
    if (incident.jobKey !== '-1') engine.updateJobRetries(incident.jobKey, 1);
    engine.resolveIncident(incident.key);
  });
  return [`Resolved the incident at ${incident.elementId}.`];
};

const retry: Command['run'] = async ({ engine, host, steps }, types) => {
  const failed = [...new Set(failedJobs(engine).map(({ type }) => type))];
  const known = [
    ...new Set([
      ...failed,
      ...engine.jobs().map(({ type }) => type),
      ...host.connectors().outbound.map(({ type }) => type),
    ]),
  ];
  // A type that exists is meant, even if none of its jobs has failed.
  const missing = types
    .filter((type) => !failed.includes(type))
    .map((type) =>
      didYouMean(`No job of ${type} has failed.`, known.includes(type) ? undefined : nearest(type, known)),
    );
  if (failed.length === 0 && types.length === 0) return ['No job has failed.'];
  if (types.length > 0 && missing.length === types.length) return missing;
  const wanted = types.length === 0 ? undefined : types;
  const jobs = await asStep(steps, 'Retry failed jobs', () => retryFailedJobs(engine, wanted));
  return [
    ...jobs.map(
      ({ type, elementId, bpmnProcessId }) => `Runs again: ${type} of ${elementId} (process ${bpmnProcessId}).`,
    ),
    ...missing,
  ];
};

/** Moves instances of older versions to the latest one. */
const update = async (
  { engine, steps }: CommandTools,
  name: string | undefined,
  { title, done, fix }: { readonly title: string; readonly done: string; readonly fix: string },
  move: () => readonly InstanceResult[],
): Promise<readonly string[]> => {
  if (name !== undefined) chooseProcess(engine, name);
  if (outdatedInstances(engine, name).length === 0) return ['No instance runs in an older version.'];
  const results = await asStep(steps, name === undefined ? title : `${title} of ${name}`, move, (moved) =>
    moved.every(({ problem }) => problem !== undefined),
  );
  const needsFix = results.some(({ problem }) => problem !== undefined && !problem.includes('Fix: '));
  return [
    ...results.map(({ processInstanceKey: key, problem }) =>
      problem === undefined ? `${done} ${key}.` : `${key} stays as it is: ${problem}`,
    ),
    ...(needsFix ? [`Fix: ${fix}`] : []),
  ];
};

/** What to do about instances that cannot be migrated. */
const migrateFix =
  'choose on the page what becomes of each element, with Migrate …, or start the instances anew with the command restart.';

/** What to do about instances that cannot be started anew. */
const restartFix = 'correct what the reason names, or migrate the instances with the command migrate.';

const migrate: Command['run'] = (tools, [name]) =>
  update(tools, name, { title: 'Migrate instances', done: 'Migrated', fix: migrateFix }, () =>
    migrateInstances(tools.engine, outdatedInstances(tools.engine, name)),
  );

const restart: Command['run'] = (tools, [name]) =>
  update(tools, name, { title: 'Restart instances', done: 'Started anew:', fix: restartFix }, () =>
    startAnew(tools.engine, tools.starts, outdatedInstances(tools.engine, name)),
  );

const waits: Command['run'] = ({ engine, inbound }: CommandTools) => {
  const expected = inbound.expected();
  const fixOf = fixesOf(engine);
  const lines = activeInstances(engine).flatMap(({ key, bpmnProcessId }) =>
    engine
      .waits(key)
      .map((wait) => withFix(plainFailure(waitText(wait, engine.now(), expected)), fixOfWait(fixOf, wait)))
      .map((text) => `${bpmnProcessId} ${key}: ${text}`),
  );
  return lines.length === 0 ? ['No instance waits for anything.'] : lines;
};

const instances: Command['run'] = ({ engine }) => {
  const lines = activeInstances(engine).map(({ key, bpmnProcessId, version }) => {
    const at = engine.elements(key).flatMap(({ kind, elementId }) => (kind === 'process' ? [] : [elementId]));
    return `${key}  ${bpmnProcessId} v${version}  at ${at.join(', ') || 'nothing'}`;
  });
  return lines.length === 0 ? ['No instance is active.'] : lines;
};

/** The commands about instances. */
export const processCommands: readonly Command[] = [
  {
    ...{ name: 'start', key: 's', usage: '[PROCESS_ID] [{ "name": "Ada" }]', isComplete: false },
    ...{ description: 'Start an instance', run: start },
  },
  {
    ...{ name: 'publish', key: 'p', usage: 'NAME [CORRELATION_KEY] [{ … }]', isComplete: false },
    ...{ description: 'Publish a message', run: publish },
  },
  {
    ...{ name: 'complete', key: 'c', usage: '[KEY_OR_ELEMENT_ID] [{ … }]', isComplete: false },
    ...{ description: 'Complete a user task', run: complete },
  },
  {
    ...{ name: 'resolve', key: 'i', usage: '[KEY_OR_ELEMENT_ID]', isComplete: false },
    ...{ description: 'Resolve an incident, with one more attempt', run: resolve },
  },
  {
    ...{ name: 'retry', key: 'r', usage: '[JOB_TYPE …]', isComplete: true },
    ...{ description: 'Run failed jobs again', run: retry },
  },
  {
    ...{ name: 'migrate', key: 'm', usage: '[PROCESS_ID]', isComplete: true },
    ...{ description: 'Migrate instances of older versions to the latest one', run: migrate },
  },
  {
    ...{ name: 'restart', key: 'a', usage: '[PROCESS_ID]', isComplete: true },
    ...{ description: 'Cancel instances of older versions, and start each anew', run: restart },
  },
  {
    ...{ name: 'waits', key: 'w', usage: '', isComplete: true },
    ...{ description: 'Say what instances wait for', run: waits },
  },
  {
    ...{ name: 'instances', key: 'l', usage: '', isComplete: true },
    ...{ description: 'List the active instances', run: instances },
  },
];
