import { didYouMean, nearest } from '../../../common/nearest-name.ts';
import { printable } from '../../../common/printable.ts';
import { isInternalProcess } from '../../../connector/activation-names.ts';
import { compileOnce } from '../../../engine/deployment/compile-once.ts';
import type { Engine, Key, MachineJob } from '../../../engine/index.ts';
import type { InputMapping, ProcessModel } from '../../../engine/model/types.ts';
import type { DevPart, DevSession } from '../session.ts';

/** The process of a job. */
const modelOf = async (engine: Engine, job: MachineJob): Promise<ProcessModel | undefined> => {
  const process = engine.processes().find((each) => each.processDefinitionKey === job.processDefinitionKey);
  const content = engine.resource(job.processDefinitionKey)?.content;
  if (process === undefined || content === undefined) return undefined;
  const compiled = await compileOnce(process.resourceName, content);
  return compiled.ok ? compiled.processes.find(({ id }) => id === job.bpmnProcessId) : undefined;
};

/** The names of the variables that the input mappings of an element see: those of the scopes around it. */
const visibleNames = (engine: Engine, processInstanceKey: Key, elementInstanceKey: Key): readonly string[] => {
  const elements = new Map(engine.elements(processInstanceKey).map((element) => [element.key, element]));
  const names = new Set(Object.keys(engine.instance(processInstanceKey)?.variables ?? {}));
  const scope = elements.get(elementInstanceKey)?.scopeKey ?? '';
  for (let at = elements.get(scope); at !== undefined; at = elements.get(at.scopeKey)) {
    for (const name of Object.keys(at.variables)) names.add(name);
  }
  return [...names];
};

/** Why an input is null; `undefined` if its expression reads only variables that exist. */
const reasonOf = ({ source }: InputMapping, names: readonly string[]): string | undefined => {
  if (source?.kind !== 'feel') return undefined;
  const missing = source.expression.names.filter((name) => name !== 'camunda' && !names.includes(name));
  const [first] = missing;
  if (first === undefined) return undefined;
  const reads = `${JSON.stringify(`=${source.expression.source}`)} reads ${missing.join(', ')}, which the instance does not have.`;
  return didYouMean(reads, nearest(first, names));
};

/**
 * Says of a job that fails why an input of it is null: its mapping reads a variable that does not exist. The error of the connector
 * says only that the input is missing.
 */
export const explainNullInputs = ({ engine, context, advice }: DevSession): DevPart => {
  /** The targets of inputs that are null, by job. */
  const nulls = new Map<Key, readonly string[]>();
  const said = new Set<string>();

  const explain = async (job: MachineJob, targets: readonly string[], names: readonly string[]): Promise<void> => {
    const node = (await modelOf(engine, job))?.nodes.get(job.elementId);
    for (const input of node?.inputs ?? []) {
      const target = input.target.join('.');
      const reason = targets.includes(input.target[0] ?? '') ? reasonOf(input, names) : undefined;
      if (reason === undefined) continue;
      const text = `The input ${target} of ${job.elementId} (process ${job.bpmnProcessId}) is null, because ${reason}`;
      if (said.size < said.add(text).size) context.printError(`${printable(text)}\n`);
      advice.say({ level: 'warn', text, instance: job.processInstanceKey, job: job.key });
    }
  };

  const stop = engine.on((event) => {
    if (event.kind === 'job:activated' && !isInternalProcess(event.job.bpmnProcessId)) {
      const targets = Object.entries(event.variables).flatMap(([name, value]) => (value === null ? [name] : []));
      if (targets.length > 0) nulls.set(event.job.key, targets);
    } else if (event.kind === 'job:failed') {
      const { job } = event;
      const targets = nulls.get(job.key);
      if (targets === undefined) return;
      // Read now: the instance may change before the file is compiled.
      const names = visibleNames(engine, job.processInstanceKey, job.elementInstanceKey);
      explain(job, targets, names).catch(() => {});
    } else if (event.kind === 'job:completed' || event.kind === 'job:cancelled' || event.kind === 'job:errorThrown') {
      nulls.delete(event.job.key);
    }
  });
  return { stop };
};
