import { type Element, elements, isA } from '../xml/element.ts';
import type { Lost } from '../xml/parse.ts';
import { type Context, refer } from './triggers.ts';

/** A sequence flow whose two ends are known. */
export interface FlowSite {
  readonly element: Element;
  readonly id: string;
  readonly source: Site;
  readonly target: Site;
}

/** A flow node with its surroundings, before it is compiled. */
export interface Site {
  readonly element: Element;
  readonly id: string;
  readonly scope: Scope;
  readonly incoming: FlowSite[];
  readonly outgoing: FlowSite[];
  readonly boundaryEvents: Site[];
}

/** A process or an embedded subprocess. */
export interface Scope {
  readonly element: Element;
  readonly id: string;
  /** In document order. */
  readonly sites: Site[];
}

/** A process as a graph: flow nodes joined by references instead of ids, still made of parsed elements. */
export interface Graph {
  /** The process first, each subprocess after the scope around it. */
  readonly scopes: readonly Scope[];
  readonly sites: ReadonlyMap<Element, Site>;
  readonly flows: readonly FlowSite[];
}

/**
 * Joins the flow nodes of a process. Incoming and outgoing flows come from each flow's own source and target, because
 * the lists in the nodes are optional. Ends that are missing or out of reach are reported.
 */
export const readGraph = (process: Element, id: string, context: Context): Graph => {
  const sites = new Map<Element, Site>();
  const flowElements: Element[] = [];
  const scopes: Scope[] = [{ element: process, id, sites: [] }];
  // The list grows while it is walked: each embedded subprocess is a scope of its own.
  for (const scope of scopes) {
    for (const element of elements(scope.element, 'flowElements')) {
      if (isA(element, 'bpmn:SequenceFlow')) flowElements.push(element);
      if (!isA(element, 'bpmn:FlowNode')) continue;
      const site = { element, id: element.id ?? '', scope, incoming: [], outgoing: [], boundaryEvents: [] };
      if (site.id === '') context.report(element, 'The id is missing. Give the element one.');
      scope.sites.push(site);
      sites.set(element, site);
      if (isEmbeddedSubProcess(element)) scopes.push({ element, id: site.id, sites: [] });
    }
  }
  const flows = flowElements.flatMap((element) => readFlow(element, sites, context));
  for (const site of sites.values()) attach(site, sites, context);
  return { scopes, sites, flows };
};

export const isEmbeddedSubProcess = (element: Element): boolean =>
  element.$type === 'bpmn:SubProcess' && element.triggeredByEvent !== true;

const readFlow = (element: Element, sites: ReadonlyMap<Element, Site>, context: Context): readonly FlowSite[] => {
  const { report } = context;
  const end = (property: 'sourceRef' | 'targetRef'): Site | undefined => {
    const node = refer(element, property, context);
    const site = node && sites.get(node);
    if (node !== undefined && site === undefined) {
      report(element, `"${property}" names "${node.id}", which is no flow node of this process.`);
    } else if (node === undefined && context.unresolved(element, property) === undefined) {
      report(element, `"${property}" is missing. A sequence flow leads from one flow node to another.`);
    }
    return site;
  };
  const [source, target] = [end('sourceRef'), end('targetRef')];
  if (!element.id) report(element, 'The id is missing. Give the sequence flow one.');
  if (source === undefined || target === undefined) return [];
  if (source.scope !== target.scope) {
    report(element, `The flow from "${source.id}" to "${target.id}" crosses the border of a subprocess.`);
    return [];
  }
  const flow = { element, id: element.id ?? '', source, target };
  source.outgoing.push(flow);
  target.incoming.push(flow);
  return [flow];
};

const attach = (site: Site, sites: ReadonlyMap<Element, Site>, context: Context): void => {
  const { element } = site;
  if (element.$type !== 'bpmn:BoundaryEvent') return;
  const host = refer(element, 'attachedToRef', context);
  const hostSite = host && sites.get(host);
  if (host === undefined) {
    if (context.unresolved(element, 'attachedToRef') === undefined) {
      context.report(element, 'The boundary event is not attached. Name an activity by "attachedToRef".');
    }
  } else if (hostSite === undefined || hostSite.scope !== site.scope || !isA(host, 'bpmn:Activity')) {
    context.report(element, `"attachedToRef" names "${host.id}", which is no activity beside the boundary event.`);
  } else {
    hostSite.boundaryEvents.push(site);
  }
};

/** The processes of a file that are to be deployed. */
export const executableProcesses = (definitions: Element): readonly Element[] =>
  elements(definitions, 'rootElements').filter(
    (element) => element.$type === 'bpmn:Process' && element.isExecutable === true,
  );

/** Whether content that the parser left out belongs to something that is deployed: not to diagrams, pools or drafts. */
export const matters = ({ enclosing }: Lost, executable: readonly Element[]): boolean => {
  const passed = new Set(['BPMNDiagram', 'collaboration']);
  if (enclosing.some(({ tag }) => passed.has(tag))) return false;
  const process = enclosing.find(({ tag }) => tag === 'process');
  return process === undefined || executable.some(({ id }) => id === process.id);
};
