import assert from 'node:assert/strict';
import { isFault } from '../../../src/common/fault.ts';
import { compileDmn } from '../../../src/engine/decisions/compile-dmn.ts';
import { createMachine } from '../../../src/engine/machine/index.ts';
import type { Rejection } from '../../../src/engine/machine/rejection.ts';
import type {
  CompiledResource,
  Deployment,
  EngineEvent,
  Key,
  Machine,
  MachineActivatedJob,
  MachineIncident,
  MachineOptions,
  MachineSnapshot,
  Variables,
} from '../../../src/engine/machine/types.ts';
import { compileBpmn } from '../../../src/engine/model/index.ts';
import { bytes, type Part, process } from '../support/bpmn.ts';
import { deepFreeze } from '../support/deep-freeze.ts';

/** Compiles a file for a deployment. Engines share what they have compiled, so the machine must not change anything in it. */
export const compile = async (xml: string, name = 'p.bpmn'): Promise<CompiledResource> => {
  const content = bytes(xml);
  const compiled = await compileBpmn(name, content);
  assert.ok(compiled.ok, compiled.ok ? '' : JSON.stringify(compiled.problems));
  return { name, content, processes: deepFreeze(compiled.processes) };
};

/** Compiles a DMN file for a deployment. */
export const compileDecisions = async (xml: string, name = 'd.dmn'): Promise<CompiledResource> => {
  const content = bytes(xml);
  const compiled = await compileDmn(name, content);
  assert.ok(compiled.ok, compiled.ok ? '' : JSON.stringify(compiled.problems));
  return { name, content, processes: [], requirements: deepFreeze(compiled.requirements) };
};

/** The process `p` with these parts. */
export const p = (...parts: readonly Part[]): string => process('p', ...parts);

/** The default request of a worker. */
export const wish = { worker: 'w', timeout: 60_000, fetchVariables: [] } as const;

/** A machine with a manual clock, a list of its events, and short functions for common commands. */
export interface Rig {
  readonly machine: Machine;
  readonly events: EngineEvent[];
  readonly now: () => number;
  /** Advances the clock and fires everything that is due. */
  readonly pass: (milliseconds: number) => void;
  readonly deploy: (...files: readonly (string | CompiledResource)[]) => Promise<Deployment>;
  /** Starts the process `p`. */
  readonly create: (variables?: Variables, bpmnProcessId?: string) => Key;
  /** Activates the jobs of a type, oldest first. */
  readonly jobs: (type: string, maxJobs?: number) => readonly MachineActivatedJob[];
  /** Activates the only job of a type. */
  readonly job: (type: string) => MachineActivatedJob;
  /** Activates the oldest job of a type and completes it. */
  readonly complete: (type: string, variables?: Variables) => MachineActivatedJob;
  readonly publish: (name: string, correlationKey: string, options?: PublishOptions) => Key;
  /** `ACTIVE`, `COMPLETED` or `TERMINATED`. */
  readonly state: (instance: Key) => string | undefined;
  /** Variables of the process instance. */
  readonly root: (instance: Key) => Variables | undefined;
  /** Ids of the active elements, sorted. */
  readonly at: (instance: Key) => readonly string[];
  /** The key of the only active instance of an element. */
  readonly key: (instance: Key, elementId: string) => Key;
  /** The only incident. */
  readonly incident: () => MachineIncident;
  /** How often an element was activated, in all instances. */
  readonly count: (elementId: string) => number;
  /** Instances that were created, oldest first. */
  readonly created: () => readonly Key[];
}

export interface PublishOptions {
  readonly variables?: Variables;
  readonly timeToLive?: number;
  readonly messageId?: string;
}

/** A time far from midnight. */
export const noon: number = Date.UTC(2026, 2, 18, 12, 34, 56, 789);

/** Creates a rig, empty or from a snapshot. */
export const createRig = (
  from?: { readonly snapshot: MachineSnapshot; readonly resources: readonly CompiledResource[] },
  at: number = noon,
  more: Partial<MachineOptions> = {},
): Rig => {
  let time = at;
  const events: EngineEvent[] = [];
  const options = { now: () => time, onEvent: (event: EngineEvent) => void events.push(event), ...more };
  const machine = createMachine(options, from);

  const jobs = (type: string, maxJobs = 100): readonly MachineActivatedJob[] =>
    machine.activateJobs({ ...wish, type, maxJobs });
  const job = (type: string): MachineActivatedJob => {
    const found = jobs(type, 1);
    assert.equal(found.length, 1, `a job of type ${type}`);
    return found[0]!;
  };
  const activeAt = (instance: Key): readonly string[] =>
    machine
      .elements(instance)
      .map(({ elementId }) => elementId)
      .sort();

  return {
    machine,
    events,
    now: () => time,
    pass: (milliseconds) => {
      time += milliseconds;
      machine.advance();
    },
    deploy: async (...files) => {
      const resources = await Promise.all(
        files.map((file, index) => (typeof file === 'string' ? compile(file, `p${index || ''}.bpmn`) : file)),
      );
      return machine.deploy(resources);
    },
    create: (variables = {}, bpmnProcessId = 'p') =>
      machine.createInstance({ bpmnProcessId, variables }).processInstanceKey,
    jobs,
    job,
    complete: (type, variables = {}) => {
      const found = job(type);
      machine.completeJob(found.key, variables);
      return found;
    },
    publish: (name, correlationKey, { variables = {}, timeToLive = 0, messageId = '' } = {}) =>
      machine.publishMessage({ name, correlationKey, messageId, timeToLive, variables }),
    state: (instance) => machine.instance(instance)?.state,
    root: (instance) => machine.instance(instance)?.variables,
    at: activeAt,
    key: (instance, elementId) => {
      const found = machine.elements(instance).filter((element) => element.elementId === elementId);
      assert.equal(found.length, 1, `one active instance of ${elementId}`);
      return found[0]!.key;
    },
    incident: () => {
      const found = machine.incidents();
      assert.equal(found.length, 1, JSON.stringify(found));
      return found[0]!;
    },
    count: (elementId) =>
      events.filter((event) => event.kind === 'element:activated' && event.element.elementId === elementId).length,
    created: () => events.flatMap((event) => (event.kind === 'instance:created' ? [event.instance.key] : [])),
  };
};

/** Creates a rig and deploys files. */
export const rigWith = async (...files: readonly (string | CompiledResource)[]): Promise<Rig> => {
  const rig = createRig();
  await rig.deploy(...files);
  return rig;
};

/** Runs a command that must be rejected, and checks the text of the rejection. */
export const rejected = (run: () => unknown): Rejection => {
  try {
    run();
  } catch (error) {
    assert.ok(isFault(error, 'rejection'), String(error));
    const rejection = error as Rejection;
    const { code, intent, reason, message } = rejection;
    assert.equal(message, `Command '${intent}' rejected with code '${code}': ${reason}`);
    return rejection;
  }
  return assert.fail('Expected a rejection.');
};

/** Runs a command that must be rejected, and returns the code of the rejection. */
export const rejectionOf = (run: () => unknown): string => rejected(run).code;
