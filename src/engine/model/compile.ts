import { refuseDuplicates } from './checks/duplicates.ts';
import { refuseStraightLoops } from './checks/loops.ts';
import { createProblems } from './checks/report.ts';
import { checkStructure, defaultFlow, readCondition } from './checks/structure.ts';
import { checkExtensions } from './elements/extensions.ts';
import { executableProcesses, type FlowSite, type Graph, matters, readGraph } from './elements/graph.ts';
import { compileNode } from './elements/nodes.ts';
import type { Context } from './elements/triggers.ts';
import type { CompileBpmn, Flow, FlowNode, Problem, ProcessModel } from './types.ts';
import { type Element, textAt } from './xml/element.ts';
import { type Lost, parseBpmn } from './xml/parse.ts';

/**
 * Compiles a BPMN file to its executable processes, or to every problem that keeps it from being deployed. Never rejects
 * because of the file's content.
 *
 * @param resourceName name of the file; the processes keep it
 * @param content bytes of the file
 * @example
 * const compiled = await compileBpmn('order.bpmn', await readFile('order.bpmn'));
 * if (!compiled.ok) throw new Error(deploymentErrorText([{ name: 'order.bpmn', problems: compiled.problems }]));
 */
export const compileBpmn: CompileBpmn = async (resourceName, content) => {
  const parsed = await parseBpmn(resourceName, content);
  if (!parsed.ok) return parsed;
  const { definitions, lost, unresolved } = parsed.document;
  const { report, add, list } = createProblems();
  const executable = executableProcesses(definitions);
  if (executable.length === 0) {
    report(definitions, 'The file has no executable process. Set isExecutable="true" on the process to deploy.');
  }
  for (const content of lost) if (matters(content, executable)) add(lostProblem(content));
  const processes = executable.map((process) => compileProcess(process, resourceName, { report, unresolved }));
  const problems = list();
  return problems.length > 0 ? { ok: false, problems } : { ok: true, processes };
};

const compileProcess = (element: Element, resourceName: string, context: Context): ProcessModel => {
  const { report } = context;
  const id = element.id ?? '';
  if (id === '') report(element, 'The id is missing. Give the process one.');
  checkExtensions(element, report);
  const graph = readGraph(element, id, context);
  checkStructure(graph, context);
  refuseStraightLoops(graph, report);
  const nodes = compileNodes(graph, context);
  refuseDuplicates(graph, nodes, report);
  const starts = [...nodes.values()].filter((node) => node.kind === 'startEvent' && node.scope === id);
  const [noneStart] = starts.filter((node) => node.kind === 'startEvent' && node.trigger === undefined);
  const name = textAt(element, 'name');
  return Object.freeze({
    id,
    ...(name === undefined ? {} : { name }),
    resourceName,
    nodes,
    flows: new Map(graph.flows.map((flow) => [flow.id, compileFlow(flow, context)])),
    ...(noneStart === undefined ? {} : { noneStart: noneStart.id }),
    triggeredStarts: Object.freeze(starts.filter((start) => start !== noneStart).map((start) => start.id)),
  });
};

const compileNodes = (graph: Graph, context: Context): ReadonlyMap<string, FlowNode> => {
  const nodes = new Map<string, FlowNode>();
  for (const site of graph.sites.values()) {
    const node = compileNode(site, context);
    if (node !== undefined) nodes.set(node.id, node);
  }
  return nodes;
};

const compileFlow = (flow: FlowSite, context: Context): Flow => {
  const condition = readCondition(flow, context);
  const byDefault = flow.source.element.$type === 'bpmn:ExclusiveGateway' && defaultFlow(flow.source, context) === flow;
  return Object.freeze({
    id: flow.id,
    source: flow.source.id,
    target: flow.target.id,
    ...(condition === undefined || byDefault ? {} : { condition }),
  });
};

const lostProblem = ({ enclosing, tag, text }: Lost): Problem => {
  const anchor = enclosing.findLastIndex(
    (element) => element.id !== undefined && !element.tag.endsWith('EventDefinition'),
  );
  const path = enclosing.slice(Math.max(anchor, 0)).map((element, index) => (index === 0 && element.id) || element.tag);
  return { element: [...path, tag.slice(tag.indexOf(':') + 1)].join(' > '), text };
};
