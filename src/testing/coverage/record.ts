import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDmn } from '../../engine/decisions/xml/parse-dmn.ts';
import type { MachineSnapshot } from '../../engine/machine/types.ts';
import { elementAt, elements } from '../../engine/model/xml/element.ts';
import type { Engine } from '../../engine/types.ts';
import type { Counts, DecisionCounts } from '../state/counts.ts';
import { isMockFile } from '../state/mock-files.ts';
import type { Coverage, DecisionCoverage, ProcessCoverage } from './types.ts';

/** The environment variable that names the folder for the coverage of process tests. */
export const coverageVariable = 'CAMUNDA_TEST_COVERAGE';

/** Tests of one process have different files. */
let written = 0;

/** A file of a model, named by its content, so that it is written once. */
interface Model {
  readonly name: string;
  readonly content: Uint8Array;
}

const modelOf = (resourceName: string, content: Uint8Array): Model => ({
  name: `${createHash('sha256').update(content).digest('hex').slice(0, 16)}${resourceName.slice(resourceName.lastIndexOf('.'))}`,
  content,
});

const decisionsIn = async (
  resourceName: string,
  content: Uint8Array,
  counted: ReadonlyMap<string, readonly DecisionCounts[]>,
): Promise<readonly Omit<DecisionCoverage, 'model'>[]> => {
  const parsed = await parseDmn(resourceName, content);
  if (!parsed.ok) return [];
  return elements(parsed.definitions, 'drgElement')
    .filter(({ $type }) => $type === 'dmn:Decision')
    .map((decision) => {
      const decisionId = decision.id ?? '';
      const counts = counted.get(decisionId) ?? [];
      const logic = elementAt(decision, 'decisionLogic');
      const rules = logic?.$type === 'dmn:DecisionTable' ? elements(logic, 'rule') : [];
      return {
        decisionId,
        name: typeof decision.name === 'string' ? decision.name : decisionId,
        resourceName,
        evaluated: counts.reduce((sum, { evaluated, failed }) => sum + evaluated + failed, 0),
        rules: rules.map(({ id = '' }, index) => ({
          id,
          matched: counts.reduce((sum, each) => sum + (each.rules[index + 1] ?? 0), 0),
        })),
      };
    });
};

const processesOf = (
  counts: Counts,
  contentOf: (processDefinitionKey: string) => Model | undefined,
): readonly ProcessCoverage[] =>
  counts.processes.flatMap(({ process, elements: used, flows }) => {
    const model = contentOf(process.processDefinitionKey);
    if (model === undefined || process.internal === true || isMockFile(process.resourceName)) return [];
    const { bpmnProcessId, name, resourceName } = process;
    return [
      {
        ...{ bpmnProcessId, name, resourceName, model: model.name },
        elements: process.elements.map(({ id, name: elementName, type }) => {
          const { entered = 0, completed = 0, terminated = 0 } = used[id] ?? {};
          return { id, name: elementName, type, entered, completed, terminated };
        }),
        flows: process.flows.map(({ id, source, target }) => ({ id, source, target, taken: flows[id] ?? 0 })),
      },
    ];
  });

/**
 * Writes what a test has used of its processes and decisions into a folder, with the models. Mocks do not count.
 *
 * @returns the path of the file
 */
export const recordCoverage = async (folder: string, engine: Engine, counts: Counts): Promise<string> => {
  const models = new Map<string, Model>();
  const keep = (resourceName: string, content: Uint8Array): Model => {
    const model = modelOf(resourceName, content);
    models.set(model.name, model);
    return model;
  };
  const processes = processesOf(counts, (key) => {
    const resource = engine.resource(key);
    return resource === undefined ? undefined : keep(resource.name, resource.content);
  });
  const counted = groupById(counts.decisions);
  const { resources }: Pick<MachineSnapshot, 'resources'> = engine.snapshot();
  const decisions: DecisionCoverage[] = [];
  for (const { name, base64 } of resources.filter((each) => each.name.endsWith('.dmn') && !isMockFile(each.name))) {
    const content = Buffer.from(base64, 'base64');
    const model = keep(name, content).name;
    decisions.push(...(await decisionsIn(name, content, counted)).map((decision) => ({ ...decision, model })));
  }
  const coverage: Coverage = { format: 'camunda-connectors/coverage', version: 1, processes, decisions };
  await mkdir(folder, { recursive: true });
  for (const { name, content } of models.values()) await writeFile(join(folder, name), content);
  written += 1;
  const path = join(folder, `coverage-${process.pid}-${written}.json`);
  await writeFile(path, JSON.stringify(coverage));
  return path;
};

const groupById = (decisions: readonly DecisionCounts[]): ReadonlyMap<string, readonly DecisionCounts[]> => {
  const groups = new Map<string, DecisionCounts[]>();
  for (const decision of decisions) {
    const group = groups.get(decision.decisionId) ?? [];
    group.push(decision);
    groups.set(decision.decisionId, group);
  }
  return groups;
};
