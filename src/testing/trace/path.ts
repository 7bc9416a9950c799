import { isInternalProcess } from '../../connector/activation-names.ts';
import type { EngineEvent } from '../../engine/machine/types.ts';

/** More elements would hide the others. */
const maxSteps = 60;

/** So many ended instances are remembered. */
const maxEnded = 1_000;

/** A step of a path: an element, how often it was entered in a row, and what went wrong in it. */
interface Step {
  readonly elementId: string;
  count: number;
  readonly errors: string[];
}

interface Path {
  readonly steps: Step[];
  /** A BPMN error was thrown, and the event that catches it was not entered yet. */
  isCaught: boolean;
}

const stepText = ({ elementId, count, errors }: Step): string =>
  [count === 1 ? elementId : `${elementId} x${count}`, ...errors.map((error) => `! ${error}`)].join(' ');

/** The ways of process instances through their processes. */
export interface Paths {
  record(event: EngineEvent): void;
  /** In one line, e.g. `Start > Place ! SOLD_OUT > Sorry`. */
  of(processInstanceKey: string): string;
}

/** Creates a recorder of paths. It forgets the oldest ended instances. */
export const createPaths = (): Paths => {
  const paths = new Map<string, Path>();
  const ended: string[] = [];

  const pathOf = (key: string): Path => {
    const path = paths.get(key) ?? { steps: [], isCaught: false };
    paths.set(key, path);
    return path;
  };

  const markError = (key: string, elementId: string, error: string): Path => {
    const path = pathOf(key);
    const step = path.steps.findLast((each) => each.elementId === elementId);
    if (step !== undefined && !step.errors.includes(error)) step.errors.push(error);
    return path;
  };

  const enter = (key: string, elementId: string, kind: string): void => {
    const path = pathOf(key);
    // The error stands for the boundary event that catches it.
    const isCatching = path.isCaught && kind === 'boundaryEvent';
    path.isCaught = false;
    const last = path.steps.at(-1);
    if (isCatching || kind === 'multiInstanceBody' || kind === 'adHocInnerInstance') return;
    if (last?.elementId === elementId) last.count += 1;
    else path.steps.push({ elementId, count: 1, errors: [] });
  };

  return {
    record: (event) => {
      switch (event.kind) {
        case 'element:activated': {
          const { processInstanceKey, bpmnProcessId, elementId, kind } = event.element;
          if (kind !== 'process' && !isInternalProcess(bpmnProcessId)) enter(processInstanceKey, elementId, kind);
          return;
        }
        case 'job:errorThrown':
          markError(event.job.processInstanceKey, event.job.elementId, event.code).isCaught = true;
          return;
        case 'incident:created': {
          const { processInstanceKey, bpmnProcessId, elementId, type } = event.incident;
          if (!isInternalProcess(bpmnProcessId)) markError(processInstanceKey, elementId, type);
          return;
        }
        case 'instance:completed':
        case 'instance:terminated': {
          ended.push(event.instance.key);
          const oldest = ended.length > maxEnded ? ended.shift() : undefined;
          if (oldest !== undefined) paths.delete(oldest);
          return;
        }
        default:
      }
    },
    of: (key) => {
      const steps = paths.get(key)?.steps ?? [];
      const shown = steps.slice(-maxSteps).map(stepText);
      return (steps.length > maxSteps ? [`(${steps.length - maxSteps} more)`, ...shown] : shown).join(' > ');
    },
  };
};
