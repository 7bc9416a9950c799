import { isInternalProcess } from '../../connector/activation-names.ts';
import type { EngineEvent } from '../../engine/machine/types.ts';

/** More elements would hide the others. */
const maxSteps = 60;

/** So many ended instances are remembered. */
const maxEnded = 1_000;

/**
 * A step of a path: an element, how often it was entered in a row, and what went wrong in it. The count is 0 if an error has kept it
 * from being entered.
 */
interface Step {
  readonly elementId: string;
  count: number;
  readonly errors: string[];
}

interface Path {
  readonly steps: Step[];
  /** The keys of the element instances that were entered and have not ended. */
  readonly entered: Set<string>;
  /** A BPMN error was thrown, and the event that catches it was not entered yet. */
  isCaught: boolean;
}

const stepText = ({ elementId, count, errors }: Step): string =>
  [count <= 1 ? elementId : `${elementId} x${count}`, ...errors.map((error) => `! ${error}`)].join(' ');

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
    const path = paths.get(key) ?? { steps: [], entered: new Set<string>(), isCaught: false };
    paths.set(key, path);
    return path;
  };

  const markError = (key: string, elementId: string, elementInstanceKey: string, error: string): Path => {
    const path = pathOf(key);
    const { steps, entered } = path;
    // An element that a gateway's conditions, an input mapping or a correlation key keep from being entered has no step of its own yet.
    const known = steps.findLast(
      (step) => step.elementId === elementId && (step.count === 0 || entered.has(elementInstanceKey)),
    );
    const step = known ?? { elementId, count: 0, errors: [] };
    if (known === undefined) steps.push(step);
    if (!step.errors.includes(error)) step.errors.push(error);
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
          const { key, processInstanceKey, bpmnProcessId, elementId, kind } = event.element;
          if (kind === 'process' || isInternalProcess(bpmnProcessId)) return;
          enter(processInstanceKey, elementId, kind);
          pathOf(processInstanceKey).entered.add(key);
          return;
        }
        case 'element:completed':
        case 'element:terminated':
          paths.get(event.element.processInstanceKey)?.entered.delete(event.element.key);
          return;
        case 'job:errorThrown': {
          const { processInstanceKey, elementId, elementInstanceKey } = event.job;
          markError(processInstanceKey, elementId, elementInstanceKey, event.code).isCaught = true;
          return;
        }
        case 'incident:created': {
          const { processInstanceKey, bpmnProcessId, elementId, elementInstanceKey, type } = event.incident;
          if (isInternalProcess(bpmnProcessId)) return;
          markError(processInstanceKey, elementId, elementInstanceKey, type);
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
