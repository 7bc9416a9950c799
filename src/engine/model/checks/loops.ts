import type { Graph, Site } from '../elements/graph.ts';
import type { Report } from './report.ts';

const passing = new Set(['bpmn:Task', 'bpmn:ManualTask', 'bpmn:IntermediateThrowEvent']);
const joining = new Set(['bpmn:ExclusiveGateway', 'bpmn:ParallelGateway']);

const isStraight = ({ element }: Site): boolean => passing.has(element.$type) || joining.has(element.$type);

/**
 * Reports loops in which nothing ever waits: Zeebe refuses those that hold at least one task or event that is passed
 * through at once, since an instance would run round without end and block all others.
 */
export const refuseStraightLoops = ({ sites }: Graph, report: Report): void => {
  const candidates = onLoops([...sites.values()].filter(isStraight));
  const reported = new Set<Site>();
  for (const site of candidates) {
    if (!passing.has(site.element.$type) || reported.has(site)) continue;
    const loop = loopFrom(site, candidates);
    if (loop === undefined) continue;
    for (const member of loop) reported.add(member);
    const path = [...loop, site].map(({ id }) => id).join(' > ');
    report(
      site.element,
      `The loop ${path} never waits, so it would run without end. Put a task with a job or a catch event into it.`,
    );
  }
};

/** What is left when nodes without a neighbour among the rest, before or behind, are taken away again and again. */
const onLoops = (sites: readonly Site[]): ReadonlySet<Site> => {
  const rest = new Set(sites);
  const before = ({ incoming }: Site): Site[] => incoming.map(({ source }) => source);
  const behind = ({ outgoing }: Site): Site[] => outgoing.map(({ target }) => target);
  const loose = (site: Site): boolean =>
    !before(site).some((other) => rest.has(other)) || !behind(site).some((other) => rest.has(other));
  const queue = [...sites];
  for (let site = queue.pop(); site !== undefined; site = queue.pop()) {
    if (!rest.has(site) || !loose(site)) continue;
    rest.delete(site);
    queue.push(...before(site), ...behind(site));
  }
  return rest;
};

/** The shortest way from a node back to itself, the node first. */
const loopFrom = (start: Site, within: ReadonlySet<Site>): readonly Site[] | undefined => {
  const cameFrom = new Map<Site, Site>();
  const queue = [start];
  for (const site of queue) {
    for (const { target } of site.outgoing) {
      if (target === start) return wayTo(site, start, cameFrom);
      if (!within.has(target) || cameFrom.has(target)) continue;
      cameFrom.set(target, site);
      queue.push(target);
    }
  }
  return undefined;
};

const wayTo = (last: Site, first: Site, cameFrom: ReadonlyMap<Site, Site>): readonly Site[] => {
  const way = [last];
  for (let site = last; site !== first; ) {
    site = cameFrom.get(site) ?? first;
    way.unshift(site);
  }
  return way;
};
