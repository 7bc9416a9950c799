import { activationType } from '../../../../connector/activation-names.ts';
import type { MachineProcess } from '../../../../engine/index.ts';
import { definitionsOn } from '../../../hints/references/definitions.ts';
import { formsAmong } from '../../../hints/references/form-variables.ts';
import { latestOf } from '../../actions/versions.ts';
import { type MessageExample, messageVariables } from '../examples/message-variables.ts';
import { type StartExample, startVariables } from '../examples/start-variables.ts';
import type { Sources } from '../sources.ts';
import { modelOf } from './models.ts';

const noConnectors = { outbound: [], inbound: [], webhooks: [] };

/** Variables with which an instance of a version can start. */
export const startExample = async (sources: Sources, key: string): Promise<StartExample | undefined> => {
  const process = sources.processes().find((each) => each.processDefinitionKey === key);
  const model = process && (await modelOf(sources, process));
  if (model === undefined) return undefined;
  const definitions = { before: definitionsOn(sources.engine()), together: [], beside: [], open: new Set<never>() };
  const forms = formsAmong({ ...definitions, isForCluster: false });
  return startVariables(model, sources.connectors?.() ?? noConnectors, () => true, forms);
};

/** Variables with which a message can be published. */
export const messageExample = async (sources: Sources, name: string): Promise<MessageExample> => {
  const processes = sources.processes();
  const latest = processes.filter((process) => latestOf(processes, process) === process);
  const awaiting = (among: readonly MachineProcess[]): readonly MachineProcess[] =>
    among.filter(({ names }) => names.messages.includes(name));
  const activating = latest.filter(({ names }) => names.jobTypes.includes(activationType));
  // Only instances of an older version may wait for it.
  const named = awaiting(latest).length > 0 ? awaiting(latest) : awaiting(processes);
  const models = await Promise.all([...new Set([...named, ...activating])].map((process) => modelOf(sources, process)));
  return messageVariables(
    name,
    models.filter((model) => model !== undefined),
    sources.connectors?.() ?? noConnectors,
  );
};
