import { checkClusterVersion } from './checks/cluster-version.ts';
import { checkCompensation } from './checks/compensation.ts';
import { checkDuplicateEvents } from './checks/duplicate-events.ts';
import { checkEndlessLoops } from './checks/endless-loops.ts';
import { checkSecretReferences } from './checks/secret-references.ts';
import { checkStructure } from './checks/structure.ts';
import { defaultVersion } from './cluster-version.ts';
import { innerInstanceOf } from './elements/ad-hoc/ad-hoc-subprocesses.ts';
import { readFlow } from './elements/flows.ts';
import { executableProcesses, type Graph, isDeployed, readGraph } from './elements/graph.ts';
import { readExecutionListeners } from './elements/listeners/execution-listeners.ts';
import { readOfficialInbound } from './elements/official-inbound.ts';
import { readNode } from './elements/read-node.ts';
import {
  checkExtensions,
  checkForms,
  readJobPriority,
  readStartForm,
  readVersionTag,
} from './elements/zeebe-extensions.ts';
import type { CompileBpmn, FlowNode, ProcessModel } from './types.ts';
import { type Element, textAt } from './xml/element.ts';
import { lostProblem, parseBpmn } from './xml/parse-xml.ts';
import { createProblems } from './xml/problems.ts';
import type { Context } from './xml/references.ts';

/**
 * Compiles a BPMN file: the result is its executable processes or all problems that prevent its deployment. It never
 * rejects because of the content of the file.
 *
 * @param resourceName name of the file, which the processes keep
 * @param content bytes of the file
 * @param version of the cluster; default: the newest
 * @example
 * const compiled = await compileBpmn('order.bpmn', await readFile('order.bpmn'));
 * if (!compiled.ok) throw new Error(deploymentErrorText([{ name: 'order.bpmn', problems: compiled.problems }]));
 */
export const compileBpmn: CompileBpmn = async (resourceName, content, version = defaultVersion) => {
  const parsed = await parseBpmn(resourceName, content);
  if (!parsed.ok) return parsed;
  const { definitions, lost, unresolved, problems: schemaProblems } = parsed.document;
  const { report, add, list } = createProblems();
  const executable = executableProcesses(definitions);
  if (executable.length === 0) {
    report(definitions, 'The file has no executable process. Set isExecutable="true" on the process to deploy.');
  }
  for (const problem of schemaProblems) add(problem);
  for (const content of lost) if (isDeployed(content, executable)) add(lostProblem(content, resourceName));
  for (const process of executable) {
    checkClusterVersion(process, version, report);
    checkSecretReferences(process, version, report);
  }
  const processes = executable.map((process) => compileProcess(process, resourceName, { report, unresolved }));
  const problems = list();
  return problems.length > 0 ? { ok: false, problems } : { ok: true, processes };
};

const compileProcess = (element: Element, resourceName: string, context: Context): ProcessModel => {
  const { report } = context;
  const id = element.id ?? '';
  if (id === '') report(element, 'The id is missing. Give the process an id.');
  checkExtensions(element, report);
  checkForms(element, report);
  const versionTag = readVersionTag(element, report);
  const listeners = readExecutionListeners(element, report);
  const jobPriority = readJobPriority(element, report);
  const graph = readGraph(element, id, context);
  checkStructure(graph, context);
  checkCompensation(graph, report);
  checkEndlessLoops(graph, report);
  const nodes = readNodes(graph, context);
  checkDuplicateEvents(graph, nodes, report);
  const starts = [...nodes.values()].filter((node) => node.kind === 'startEvent' && node.scope === id);
  const [noneStart] = starts.filter((node) => node.kind === 'startEvent' && node.trigger === undefined);
  const startSite = [...graph.sites.values()].find((site) => site.id === noneStart?.id);
  const startForm = startSite && readStartForm(startSite.element);
  const name = textAt(element, 'name');
  const officialInbound = readOfficialInbound(graph.sites.values());
  return Object.freeze({
    id,
    ...(name === undefined ? {} : { name }),
    resourceName,
    nodes,
    flows: new Map(graph.flows.map((flow) => [flow.id, readFlow(flow, context)])),
    ...(noneStart === undefined ? {} : { noneStart: noneStart.id }),
    eventSubProcesses: eventSubProcessesOf(nodes),
    ...(versionTag === undefined ? {} : { versionTag }),
    ...(startForm === undefined ? {} : { startForm }),
    ...(listeners === undefined ? {} : { listeners }),
    ...(jobPriority === undefined ? {} : { jobPriority: Object.freeze(jobPriority) }),
    ...(officialInbound.length === 0 ? {} : { officialInbound }),
    triggeredStarts: Object.freeze(starts.filter((start) => start !== noneStart).map((start) => start.id)),
  });
};

const eventSubProcessesOf = (nodes: ReadonlyMap<string, FlowNode>): ReadonlyMap<string, readonly string[]> => {
  const starts = new Map<string, string[]>();
  for (const node of nodes.values()) {
    if (node.kind !== 'eventSubProcess') continue;
    const others = starts.get(node.scope);
    if (others === undefined) starts.set(node.scope, [node.start]);
    else others.push(node.start);
  }
  return starts;
};

const readNodes = (graph: Graph, context: Context): ReadonlyMap<string, FlowNode> => {
  const nodes = new Map<string, FlowNode>();
  for (const site of graph.sites.values()) {
    const node = readNode(site, context);
    if (node !== undefined) nodes.set(node.id, node);
    if (node?.kind === 'adHocSubProcess') nodes.set(node.adHoc.innerInstance, innerInstanceOf(node));
  }
  return nodes;
};
