import { fault, isFault } from '../../common/fault.ts';
import { printable } from '../../common/printable.ts';
import { isConnectionFault } from '../../connection/faults.ts';
import { type ConnectionConfig, configFromEnv } from '../../connection/index.ts';
import type { StatusName } from '../../connection/port.ts';
import { type Ask, createAsk, createConfiguredCalls, type Item, searchAll } from '../../connection/rest-calls.ts';
import { stringifyValue } from '../../connector/values/json-text.ts';
import type { CliContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import type { EngineAction, EngineRequest } from './options.ts';

/** What the engine answers to a request that it understands and refuses. */
const refusals: readonly StatusName[] = ['NOT_FOUND', 'FAILED_PRECONDITION', 'INVALID_ARGUMENT', 'PERMISSION_DENIED'];

/** Milliseconds for which a job stays with this command. */
const jobTimeout = 30_000;

/** A line for the user, and the answer of the API that it comes from. */
interface Line {
  readonly text: string;
  readonly answer: object;
}

const isMissing = (error: unknown): boolean => (error as { readonly status?: unknown }).status === 'NOT_FOUND';

/** Completes a job or a user task by its key, or the oldest job of a type. */
const complete = async (
  ask: Ask,
  { target, variables }: Extract<EngineAction, { kind: 'complete' }>,
  tenant: object,
): Promise<Line> => {
  if (/^\d{1,19}$/.test(target)) {
    try {
      const answer = await ask('POST', `/jobs/${target}/completion`, { variables });
      return { text: `Completed the job ${target}.`, answer };
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    const answer = await ask('POST', `/user-tasks/${target}/completion`, { variables });
    return { text: `Completed the user task ${target}.`, answer };
  }
  const { jobs = [] } = (await ask('POST', '/jobs/activation', {
    ...{ type: target, worker: 'camunda-connectors', timeout: jobTimeout, maxJobsToActivate: 1, requestTimeout: -1 },
    ...tenant,
  })) as { readonly jobs?: readonly Item[] };
  const [job] = jobs;
  if (job === undefined) {
    throw fault('rejection', {
      what: `No job of the type ${target} can be activated.`,
      fix: 'check the type; a job that a worker has is free again after its timeout.',
    });
  }
  await ask('POST', `/jobs/${String(job.jobKey)}/completion`, { variables });
  return { text: `Completed the job ${String(job.jobKey)} of ${String(job.processDefinitionId)}.`, answer: job };
};

/** Gives the job of an incident retries, if it has a job, and resolves the incident. */
const resolve = async (
  ask: Ask,
  { incidentKey, retries }: Extract<EngineAction, { kind: 'resolve' }>,
): Promise<Line> => {
  const incident = await ask('GET', `/incidents/${incidentKey}`);
  const { jobKey } = incident;
  if (jobKey !== undefined && jobKey !== null)
    await ask('PATCH', `/jobs/${String(jobKey)}`, { changeset: { retries } });
  await ask('POST', `/incidents/${incidentKey}/resolution`);
  return { text: `Resolved the incident ${incidentKey} at ${String(incident.elementId)}.`, answer: incident };
};

const instanceLine = (item: Item): Line => {
  const state = item.hasIncident === true ? `${String(item.state)}, with an incident` : String(item.state);
  const version = `${String(item.processDefinitionId)} v${String(item.processDefinitionVersion)}`;
  return {
    text: `${String(item.processInstanceKey)}  ${version}  ${state}  since ${String(item.startDate)}`,
    answer: item,
  };
};

const incidentLine = (item: Item): Line => {
  const place = `${String(item.processDefinitionId)} at ${String(item.elementId)}`;
  const [firstLine = ''] = String(item.errorMessage ?? '').split('\n');
  return {
    text: `${String(item.incidentKey)}  ${place} (instance ${String(item.processInstanceKey)})  ${String(item.errorType)}: ${firstLine}`,
    answer: item,
  };
};

const act = async function* (ask: Ask, { action, tenantId }: EngineRequest): AsyncGenerator<Line, void, void> {
  const tenant = tenantId === undefined ? {} : { tenantId };
  switch (action.kind) {
    case 'start': {
      const { processId: processDefinitionId, variables } = action;
      const answer = await ask('POST', '/process-instances', { processDefinitionId, variables, ...tenant });
      yield { text: `Started ${processDefinitionId}: instance ${String(answer.processInstanceKey)}.`, answer };
      return;
    }
    case 'publish': {
      const { kind: _kind, ...message } = action;
      const answer = await ask('POST', '/messages/publication', { ...message, ...tenant });
      yield { text: `Published ${message.name}: message ${String(answer.messageKey)}.`, answer };
      return;
    }
    case 'complete':
      yield await complete(ask, action, tenantId === undefined ? {} : { tenantIds: [tenantId] });
      return;
    case 'resolve':
      yield await resolve(ask, action);
      return;
    case 'cancel': {
      const answer = await ask('POST', `/process-instances/${action.instanceKey}/cancellation`);
      yield { text: `Cancelled the instance ${action.instanceKey}.`, answer };
      return;
    }
    case 'instances': {
      const ofProcess = action.processId === undefined ? {} : { processDefinitionId: action.processId };
      const filter = { ...ofProcess, ...(action.all ? {} : { state: 'ACTIVE' }) };
      for await (const item of searchAll(ask, '/process-instances/search', filter)) yield instanceLine(item);
      return;
    }
    case 'incidents': {
      const ofInstance = action.instanceKey === undefined ? {} : { processInstanceKey: action.instanceKey };
      const filter = { ...ofInstance, ...(action.all ? {} : { state: 'ACTIVE' }) };
      for await (const item of searchAll(ask, '/incidents/search', filter)) yield incidentLine(item);
      return;
    }
    case 'clock': {
      const { time } = action;
      if (time === undefined) yield { text: 'The clock runs.', answer: await ask('POST', '/clock/reset') };
      else {
        const answer = await ask('PUT', '/clock', { timestamp: time });
        yield { text: `The clock stands at ${new Date(time).toISOString()}.`, answer };
      }
    }
  }
};

const missingFixes: Partial<Readonly<Record<EngineAction['kind'], string>>> = {
  start: 'deploy the process first, or correct its id, which is case-sensitive.',
  complete: 'give the key of a job or of a user task that is not over, or the type of a job.',
  cancel: 'engine instances lists the keys of the instances that are active.',
  resolve: 'engine incidents lists the keys of the incidents that are open.',
};

/** What the user can do about a refusal whose text does not say it. */
const fixFor = ({ kind }: EngineAction, error: Error): string => {
  const fix = isMissing(error) ? missingFixes[kind] : undefined;
  if (fix !== undefined) return fix;
  return kind === 'clock'
    ? 'give a later time.'
    : 'correct what the text in parentheses names, and run the command again.';
};

/** The engine of `dev` has the system time, unless an option says otherwise; permissions do not change that. */
const isSystemTime = (error: Error): boolean => error.message.includes('the system time, which cannot be set');

/** The text of a refusal. It always says what to do. */
const refusalText = (error: Error, action: EngineAction): string => {
  if (action.kind === 'clock' && isSystemTime(error)) {
    return 'The time of the engine is the system time, which cannot be set.\nFix: start dev with --test-clock.';
  }
  return error.message.includes('Fix: ') ? error.message : `${error.message}\nFix: ${fixFor(action, error)}`;
};

/** The settings of the connection. What is missing or wrong in them can be replaced by an option. */
const readSettings = (address: string | undefined): ConnectionConfig => {
  if (address !== undefined) return configFromEnv({ CAMUNDA_REST_ADDRESS: address });
  try {
    return configFromEnv();
  } catch (cause) {
    if (!isFault(cause, 'configuration')) throw cause;
    throw fault('configuration', {
      what: cause.message.replace(/\nFix: [^\n]*$/, ''),
      fix: 'add the address that dev prints, e.g. --address http://127.0.0.1:8080, or correct the settings named above.',
      cause,
    });
  }
};

/**
 * Does one thing in a running engine or cluster, over its REST API.
 *
 * @returns the exit code
 * @throws a fault if the request is refused or not answered
 */
export const engine = async (request: EngineRequest, { print, printError }: CliContext): Promise<number> => {
  const { address, json } = request;
  const calls = createConfiguredCalls(readSettings(address), ', or give --address');
  let count = 0;
  try {
    for await (const { text, answer } of act(createAsk(calls), request)) {
      count += 1;
      print(`${json ? stringifyValue(answer) : printable(text)}\n`);
    }
  } catch (error) {
    // What the engine refuses is no fault of the command line.
    if (!isFault(error, 'rejection') && !(isConnectionFault(error) && refusals.includes(error.status))) throw error;
    printError(`${printable(refusalText(error, request.action))}\n`);
    return exitCodes.failed;
  } finally {
    calls.close();
  }
  if (count === 0 && !json) print('There are none.\n');
  return exitCodes.done;
};
