import { printable } from '../../common/printable.ts';
import { stringifyDocument } from '../../connector/values/json-text.ts';
import type { Engine, EngineEvent, MachineIncident, Variables } from '../../engine/index.ts';
import { createPaths } from '../../testing/trace/path.ts';
import type { CliContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { checkStart } from './actions/starts.ts';
import { latestOf } from './actions/versions.ts';
import { placesOf } from './deploy.ts';
import type { DevSession } from './session.ts';

/** How an instance ended. */
export interface InstanceEnd {
  readonly code: number;
  /** The incident that stopped the instance. */
  readonly incident?: MachineIncident;
}

const shownBefore = {
  log: 'The log line of the failed job says why.',
  trace: 'The line of the failed job says why.',
} as const;

/**
 * Says why an instance is stuck, once: the failure of a job was shown already.
 *
 * @param failuresIn what has shown the failure of the job
 * @param failure the message of the job's failure. That of the incident also has the error's variables, with the class names
 *   of the official runtime.
 */
export const incidentText = (
  processId: string,
  { elementId, type, message }: MachineIncident,
  failure: string | undefined,
  failuresIn: 'log' | 'trace' | undefined,
): string => {
  const ofFailure = failure !== undefined && message.startsWith(failure);
  const reason =
    ofFailure && failuresIn !== undefined ? shownBefore[failuresIn] : printable(ofFailure ? failure : message);
  return `${processId} is stuck at ${elementId} (${type}): ${reason}\n`;
};

/** Waits for the end of the instance that `create` creates, or for its first incident. */
const endOf = async (
  engine: Engine,
  create: () => string,
  stopped: AbortSignal,
): Promise<Awaited<ReturnType<Engine['ended']>> | { readonly incident: MachineIncident }> => {
  const found = new AbortController();
  const signal = AbortSignal.any([stopped, found.signal]);
  let instanceKey = '';
  const isStuck = (event: EngineEvent): event is Extract<EngineEvent, { kind: 'incident:created' }> =>
    event.kind === 'incident:created' && event.incident.processInstanceKey === instanceKey;
  const stuck = engine.next(isStuck, { signal });
  stuck.catch(() => {});
  try {
    instanceKey = create();
    // The engine runs up to the first job before it returns.
    const [incident] = engine.incidents(instanceKey);
    if (incident !== undefined) return { incident };
    return await Promise.race([engine.ended(instanceKey, { signal }), stuck]);
  } finally {
    found.abort();
  }
};

const interruptedText = (engine: Engine, processId: string, instanceKey: string): string => {
  const waiting = engine.elements(instanceKey).filter(({ kind }) => kind !== 'process');
  const at = waiting.length === 0 ? '' : ` at ${waiting.map(({ elementId }) => elementId).join(', ')}`;
  return `${processId} was interrupted${at}.\n`;
};

/**
 * Runs one instance to its end. An instance with an incident, or one that a signal interrupts, counts as failed.
 *
 * @param stopped fires when the connectors have stopped
 */
export const runInstance = async (
  { engine, request, context, host }: DevSession,
  { processId, variables }: NonNullable<DevSession['request']['run']>,
  stopped: AbortSignal,
): Promise<InstanceEnd> => {
  const { print, printError }: CliContext = context;
  const paths = createPaths();
  const stopRecording = engine.on(paths.record);
  let instanceKey = '';
  const create = (): string => {
    const place = placesOf(request)[0] ?? {};
    const process = latestOf(engine.processes(), { bpmnProcessId: processId, ...place });
    checkStart(process, host.connectors().webhooks, 'start dev without --run, and ');
    const created = engine.createInstance({ bpmnProcessId: processId, variables: variables as Variables, ...place });
    instanceKey = created.processInstanceKey;
    return instanceKey;
  };
  try {
    const end = await endOf(engine, create, stopped);
    print(`Path: ${printable(paths.of(instanceKey))}\n`);
    if ('incident' in end) return { code: exitCodes.failed, incident: end.incident };
    print(`${processId} ${end.state.toLowerCase()} with ${printable(stringifyDocument(end.variables))}\n`);
    return { code: end.state === 'COMPLETED' ? exitCodes.done : exitCodes.failed };
  } catch (error) {
    if (!stopped.aborted) throw error;
    printError(interruptedText(engine, processId, instanceKey));
    return { code: exitCodes.failed };
  } finally {
    stopRecording();
  }
};
