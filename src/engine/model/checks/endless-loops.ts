import type { Graph, Site } from '../elements/graph.ts';
import type { Report } from '../xml/problems.ts';

const passing = new Set(['bpmn:Task', 'bpmn:ManualTask', 'bpmn:IntermediateThrowEvent']);
const joining = new Set(['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway', 'bpmn:ParallelGateway']);

const neverWaits = ({ element }: Site): boolean => passing.has(element.$type) || joining.has(element.$type);

/**
 * Reports loops without a wait state. An instance would never leave such a loop and would block all others. As in Zeebe,
 * loops of gateways only are not reported.
 */
export const checkEndlessLoops = ({ sites }: Graph, report: Report): void => {
  const candidates = onLoops([...sites.values()].filter(neverWaits));
  const reported = new Set<Site>();
  for (const site of candidates) {
    if (!passing.has(site.element.$type) || reported.has(site)) continue;
    const loop = loopFrom(site, candidates);
    if (loop === undefined) continue;
    for (const member of loop) reported.add(member);
    const path = [...loop, site].map(({ id }) => id).join(' > ');
    report(
      site.element,
      `The loop ${path} never waits, so it would run forever. Add a task with a job or a catch event to it.`,
    );
  }
};

/** The sites on loops: those that remain when sites without a predecessor or successor are removed repeatedly. */
const onLoops = (sites: readonly Site[]): ReadonlySet<Site> => {
  const rest = new Set(sites);
  const predecessors = ({ incoming }: Site): Site[] => incoming.map(({ source }) => source);
  const successors = ({ outgoing }: Site): Site[] => outgoing.map(({ target }) => target);
  const isEnd = (site: Site): boolean =>
    !predecessors(site).some((other) => rest.has(other)) || !successors(site).some((other) => rest.has(other));
  const queue = [...sites];
  for (let site = queue.pop(); site !== undefined; site = queue.pop()) {
    if (!rest.has(site) || !isEnd(site)) continue;
    rest.delete(site);
    queue.push(...predecessors(site), ...successors(site));
  }
  return rest;
};

/** The shortest path from a site back to itself, the site first. */
const loopFrom = (start: Site, within: ReadonlySet<Site>): readonly Site[] | undefined => {
  const cameFrom = new Map<Site, Site>();
  const queue = [start];
  for (const site of queue) {
    for (const { target } of site.outgoing) {
      if (target === start) return pathTo(site, start, cameFrom);
      if (!within.has(target) || cameFrom.has(target)) continue;
      cameFrom.set(target, site);
      queue.push(target);
    }
  }
  return undefined;
};

const pathTo = (last: Site, first: Site, cameFrom: ReadonlyMap<Site, Site>): readonly Site[] => {
  const path = [last];
  for (let site = last; site !== first; ) {
    site = cameFrom.get(site) ?? first;
    path.unshift(site);
  }
  return path;
};
