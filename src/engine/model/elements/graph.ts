import { type Element, elements, isA } from '../xml/element.ts';
import type { Lost } from '../xml/parse-xml.ts';
import { type Context, refer } from '../xml/references.ts';

/** A sequence flow between two known flow nodes. */
export interface FlowSite {
  readonly element: Element;
  readonly id: string;
  readonly source: Site;
  readonly target: Site;
}

/** A flow node and its connections, before it is read. */
export interface Site {
  readonly element: Element;
  readonly id: string;
  readonly scope: Scope;
  readonly incoming: FlowSite[];
  readonly outgoing: FlowSite[];
  readonly boundaryEvents: Site[];
  /** What is inside a subprocess. */
  readonly inside?: Scope;
}

/** A process or a subprocess. */
export interface Scope {
  readonly element: Element;
  readonly id: string;
  /** In document order. */
  readonly sites: Site[];
}

/** A process as a graph of parsed elements, connected by references instead of ids. */
export interface Graph {
  /** The process first, then its subprocesses, outer before inner. */
  readonly scopes: readonly Scope[];
  readonly sites: ReadonlyMap<Element, Site>;
  readonly flows: readonly FlowSite[];
}

/**
 * Connects the flow nodes of a process. Only the source and target of each flow are used, because the lists of flows in
 * the nodes are optional. Sources and targets that are missing or out of reach are reported.
 */
export const readGraph = (process: Element, id: string, context: Context): Graph => {
  const sites = new Map<Element, Site>();
  const flowElements: Element[] = [];
  const scopes: Scope[] = [{ element: process, id, sites: [] }];
  // The loop appends to the list: each subprocess is a scope of its own.
  for (const scope of scopes) {
    for (const element of elements(scope.element, 'flowElements')) {
      if (isA(element, 'bpmn:SequenceFlow')) flowElements.push(element);
      if (!isA(element, 'bpmn:FlowNode')) continue;
      const inside: Scope | undefined = isReadInside(element)
        ? { element, id: element.id ?? '', sites: [] }
        : undefined;
      const site: Site = {
        element,
        id: element.id ?? '',
        scope,
        incoming: [],
        outgoing: [],
        boundaryEvents: [],
        ...(inside === undefined ? {} : { inside }),
      };
      if (site.id === '') context.report(element, 'The id is missing. Give the element an id.');
      scope.sites.push(site);
      sites.set(element, site);
      if (inside !== undefined) scopes.push(inside);
    }
  }
  const flows = flowElements.flatMap((element) => joinFlow(element, sites, context));
  for (const site of sites.values()) attachBoundaryEvent(site, sites, context);
  return { scopes, sites, flows };
};

/** Subprocesses, and what the engine does not run but whose content is looked at, so that every problem is named at once. */
const isReadInside = ({ $type }: Element): boolean =>
  $type === 'bpmn:SubProcess' || $type === 'bpmn:AdHocSubProcess' || $type === 'bpmn:Transaction';

/** Tells whether the element is a subprocess that an event starts. */
export const isEventSubProcess = (element: Element): boolean =>
  element.$type === 'bpmn:SubProcess' && element.triggeredByEvent === true;

const joinFlow = (element: Element, sites: ReadonlyMap<Element, Site>, context: Context): readonly FlowSite[] => {
  const { report } = context;
  const end = (property: 'sourceRef' | 'targetRef'): Site | undefined => {
    const node = refer(element, property, context);
    const site = node && sites.get(node);
    if (node !== undefined && site === undefined) {
      report(element, `"${property}" names "${node.id}", which is not a flow node of this process.`);
    } else if (node === undefined && context.unresolved(element, property) === undefined) {
      report(element, `"${property}" is missing. A sequence flow connects two flow nodes.`);
    }
    return site;
  };
  const [source, target] = [end('sourceRef'), end('targetRef')];
  if (!element.id) report(element, 'The id is missing. Give the sequence flow an id.');
  if (source === undefined || target === undefined) return [];
  if (source.scope !== target.scope) {
    report(element, `The flow from "${source.id}" to "${target.id}" crosses the boundary of a subprocess.`);
    return [];
  }
  const flow = { element, id: element.id ?? '', source, target };
  source.outgoing.push(flow);
  target.incoming.push(flow);
  return [flow];
};

const attachBoundaryEvent = (site: Site, sites: ReadonlyMap<Element, Site>, context: Context): void => {
  const { element } = site;
  if (element.$type !== 'bpmn:BoundaryEvent') return;
  const host = refer(element, 'attachedToRef', context);
  const hostSite = host && sites.get(host);
  if (host === undefined) {
    if (context.unresolved(element, 'attachedToRef') === undefined) {
      context.report(element, 'The boundary event is not attached. Set "attachedToRef" to an activity.');
    }
  } else if (hostSite === undefined || hostSite.scope !== site.scope || !isA(host, 'bpmn:Activity')) {
    context.report(element, `"attachedToRef" names "${host.id}", which is not an activity in the same scope.`);
  } else {
    hostSite.boundaryEvents.push(site);
  }
};

/** The processes of a file that are deployed. */
export const executableProcesses = (definitions: Element): readonly Element[] =>
  elements(definitions, 'rootElements').filter(
    (element) => element.$type === 'bpmn:Process' && element.isExecutable === true,
  );

/** Tells whether content that the parser skipped belongs to a deployed process, and not to a diagram, pool or draft. */
export const isDeployed = ({ enclosing }: Lost, executable: readonly Element[]): boolean => {
  const ignored = new Set(['BPMNDiagram', 'collaboration']);
  if (enclosing.some(({ tag }) => ignored.has(tag))) return false;
  const process = enclosing.find(({ tag }) => tag === 'process');
  return process === undefined || executable.some(({ id }) => id === process.id);
};
