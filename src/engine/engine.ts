import { startUnrefTimer } from '../common/timer.ts';
import { toJson } from '../connector/values/to-json.ts';
import { checkEngineOptions, checkRequest } from './arguments.ts';
import { compileFiles } from './deployment.ts';
import { createDrive } from './drive.ts';
import { startGateway } from './gateway/server.ts';
import { createMachine } from './machine/index.ts';
import type { CompiledResource, MachineSnapshot, Variables } from './machine/types.ts';
import { compileBpmn } from './model/index.ts';
import { readResources } from './resources.ts';
import type { Engine, EngineOptions } from './types.ts';
import { createWatch } from './watch.ts';

const noVariables: Variables = {};

const toVariables = (variables: Variables = noVariables): Variables => toJson(variables) as Variables;

/** Compiles a snapshot's files again, in their order. */
const reload = (snapshot: MachineSnapshot): Promise<readonly CompiledResource[]> =>
  Promise.all(
    snapshot.resources.map(async ({ name, base64 }) => {
      const content = Buffer.from(base64, 'base64');
      const [resource] = await compileFiles(compileBpmn, [{ name, content }]);
      return resource as CompiledResource;
    }),
  );

/**
 * Starts an embedded engine: it runs BPMN files in this process and serves Zeebe's gRPC protocol on 127.0.0.1 to any Zeebe
 * client, without authentication. The listening port keeps the process alive until `stop`.
 *
 * Its functions act at once: when `createInstance` returns, everything up to the next job, message or timer has happened.
 * With a test clock the time of processes stands still until `clock.advance`; how long clients' calls are held is real
 * time all the same.
 *
 * @param options `port` (default: a free one), `clock` (of `createTestClock`; default: the system's), and `snapshot` to
 *   go on where another engine stopped
 * @throws (as a rejection) a `configuration` fault that names every wrong option, or the port that cannot be had; a
 *   `rejection` fault for a snapshot that is none
 * @example
 * const engine = await createEngine();
 * await engine.deploy('processes');
 * const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'order', variables: { id: 7 } });
 * await engine.ended(processInstanceKey);
 * await engine.stop();
 */
export const createEngine = async (options: EngineOptions = {}): Promise<Engine> => {
  checkEngineOptions(options);
  const { port = 0, clock, snapshot } = options;
  const resources = snapshot === undefined ? [] : await reload(snapshot);
  const drive = createDrive({
    createMachine,
    ...(clock === undefined ? {} : { clock }),
    ...(snapshot === undefined ? {} : { from: { snapshot, resources } }),
  });
  const watch = createWatch(drive);
  const gateway = await startGateway({
    port,
    drive,
    compile: compileBpmn,
    startTimer: startUnrefTimer,
    random: Math.random,
  }).catch((error) => {
    drive.close();
    throw error;
  });
  let stopped: Promise<void> | undefined;

  return {
    address: `127.0.0.1:${gateway.port}`,
    port: gateway.port,
    deploy: async (input) => {
      const compiled = await compileFiles(compileBpmn, await readResources(input));
      return drive.run((machine) => machine.deploy(compiled));
    },
    createInstance: (request) => {
      checkRequest('createInstance', request);
      const { bpmnProcessId, version = -1, variables } = request;
      return drive.run((machine) =>
        machine.createInstance({ bpmnProcessId, version, variables: toVariables(variables) }),
      );
    },
    cancelInstance: (key) => drive.run((machine) => machine.cancelInstance(key)),
    publishMessage: (message) => {
      checkRequest('publishMessage', message);
      const { name, correlationKey, messageId = '', timeToLive = 0, variables } = message;
      return drive.run((machine) =>
        machine.publishMessage({ name, correlationKey, messageId, timeToLive, variables: toVariables(variables) }),
      );
    },
    setVariables: (key, variables, local = false) => {
      drive.run((machine) => machine.setVariables(key, toVariables(variables), local));
    },
    updateJobRetries: (key, retries) => drive.run((machine) => machine.updateJobRetries(key, retries)),
    resolveIncident: (key) => drive.run((machine) => machine.resolveIncident(key)),
    instance: (key) => drive.read((machine) => machine.instance(key)),
    instances: () => drive.read((machine) => machine.instances()),
    elements: (key) => drive.read((machine) => machine.elements(key)),
    jobs: () => drive.read((machine) => machine.jobs()),
    incidents: () => drive.read((machine) => machine.incidents()),
    messages: () => drive.read((machine) => machine.messages()),
    on: drive.on,
    // The overload that narrows the event relies on the test, as any type predicate does.
    next: watch.next as Engine['next'],
    ended: watch.ended,
    snapshot: () => drive.read((machine) => machine.snapshot()),
    stop: ({ abrupt = false } = {}) => {
      stopped ??= gateway.stop(abrupt).then(() => {
        drive.close();
        watch.close();
      });
      return stopped;
    },
  };
};
