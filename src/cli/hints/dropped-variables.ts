import type { FlowNode, ProcessModel } from '../../engine/model/types.ts';
import type { ConnectorFacts } from '../modules/connector-facts.ts';
import { awaitedOf, constantText, expressionsOf, inputOf, jobsOf, localNames, subjectOf } from './model-parts.ts';
import { readNames } from './read-fields.ts';
import { isSlip } from './slips.ts';
import type { Hint, HintFacts } from './types.ts';
import { writtenVariables } from './variables.ts';

/** A variable that an element reads. */
interface Read {
  readonly elementId: string;
  readonly name: string;
}

/** The elements after an event, with those inside of them and those at their boundaries. */
const elementsAfter = (model: ProcessModel, event: FlowNode): ReadonlySet<string> => {
  const found = new Set<string>();
  const nodes = [...model.nodes.values()];
  const open = [event];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const { id } = node;
    const targets = node.outgoing.map((flow) => model.flows.get(flow)?.target);
    for (const flow of node.outgoing) found.add(flow);
    for (const next of nodes) {
      const follows =
        targets.includes(next.id) || next.scope === id || ('attachedTo' in next && next.attachedTo === id);
      if (!follows || found.has(next.id)) continue;
      found.add(next.id);
      open.push(next);
    }
  }
  return found;
};

/** What the expressions of a process read, and what its connectors read although no input mapping gives it to them. */
const readsOf = (model: ProcessModel, connectors: ConnectorFacts | undefined): readonly Read[] => [
  ...expressionsOf(model).flatMap(({ elementId, expression, local }) =>
    readNames(expression)
      .filter((name) => !local.includes(name))
      .map((name) => ({ elementId, name })),
  ),
  ...jobsOf(model).flatMap(({ elementId, job, node }) => {
    if (node === undefined) return [];
    const type = constantText(job.type);
    const inputs = connectors?.outbound.find((each) => each.type === type)?.inputs ?? [];
    const local = localNames(model, node);
    return inputs
      .filter((name) => inputOf(node, name) === undefined && !local.includes(name))
      .map((name) => ({ elementId, name }));
  }),
];

/** The variables of a message that webhooks publish; `undefined` if they are not known. */
const variablesOf = (
  message: string | undefined,
  connectors: ConnectorFacts | undefined,
): readonly string[] | undefined => {
  const publishing = (connectors?.webhooks ?? []).filter(
    ({ messages }) => message !== undefined && messages?.includes(message),
  );
  const names = publishing.map(({ variables, caller }) => {
    const declared = variables?.[message ?? ''];
    return declared && [...declared, ...(caller === undefined ? [] : [caller])];
  });
  return names.length === 0 || names.includes(undefined) ? undefined : names.flatMap((each) => each ?? []);
};

const hintsOf = (model: ProcessModel, { connectors }: HintFacts): readonly Hint[] => {
  const lasting = writtenVariables(model, connectors, false);
  const isWritten = (name: string): boolean => lasting.names.has(name);
  return awaitedOf(model).flatMap(({ elementId, message }): readonly Hint[] => {
    const event = model.nodes.get(elementId);
    if (event?.kind !== 'startEvent' || event.scope !== model.id || event.outputs.length === 0) return [];
    const messageName = constantText(message.name);
    const known = variablesOf(messageName, connectors);
    const after = elementsAfter(model, event);
    const lost = readsOf(model, connectors).filter(({ elementId: reader, name }) => {
      if (!after.has(reader) || isWritten(name)) return false;
      if (known !== undefined) return known.includes(name);
      // The message may have any variables, but something else may write this one too, or it is misspelt, which another hint says.
      return !lasting.isOpen && ![...lasting.names].some((other) => isSlip(name, other));
    });
    const names = [...new Set(lost.map(({ name }) => name))];
    const [first] = names;
    if (first === undefined) return [];
    const readers = [...new Set(lost.map(({ elementId: reader }) => reader))].join(', ');
    const which = messageName === undefined ? 'its message' : `the message ${JSON.stringify(messageName)}`;
    return [
      {
        kind: 'variable',
        level: lasting.isOpen ? 'note' : 'warning',
        bpmnProcessId: model.id,
        elementId,
        text:
          `${model.resourceName}: the output mappings of ${subjectOf(model, elementId)} do not pass on ${names.join(', ')} of ${which}, ` +
          `which ${readers} read${readers.includes(',') ? '' : 's'}. With output mappings, an event passes on only what they name. ` +
          `Fix: map ${names.length === 1 ? 'it' : 'each of them'} as well, e.g. from =${first} to ${first}.`,
      },
    ];
  });
};

/** Names variables of messages that the output mappings of start events drop, although later elements read them. */
export const droppedVariables = (facts: HintFacts): readonly Hint[] =>
  facts.models.flatMap((model) => hintsOf(model, facts));
