import type { FlowNode, ProcessModel } from '../../../../engine/model/types.ts';

/** The elements that can be reached from an element, and the flows between them. */
export const reachable = (model: ProcessModel, from: FlowNode): ReadonlySet<string> => {
  const found = new Set<string>();
  const open = [from];
  const nodes = [...model.nodes.values()];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    // A subprocess ends after what is in it.
    const around = model.nodes.get(node.scope);
    const flows = [...node.outgoing, ...(around?.outgoing ?? [])];
    for (const flow of flows) found.add(flow);
    const next = [
      ...flows.map((id) => model.flows.get(id)?.target),
      ...node.boundaryEvents,
      ...(node === from ? [] : nodes.filter(({ scope }) => scope === node.id).map(({ id }) => id)),
    ];
    for (const id of next) {
      const target = id === undefined ? undefined : model.nodes.get(id);
      if (target === undefined || found.has(target.id)) continue;
      found.add(target.id);
      open.push(target);
    }
  }
  return found;
};
