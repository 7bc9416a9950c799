import { didYouMean, nearest } from '../../common/nearest-name.ts';
import { constantText, inputOf, isActivation, type JobPart, jobsOf } from './model-parts.ts';
import type { Hint, HintFacts } from './types.ts';

const quoted = (text: string): string => JSON.stringify(text);

const hintOf = (kind: Hint['kind'], { model, elementId }: JobPart, text: string): Hint => ({
  kind,
  level: 'warning',
  bpmnProcessId: model.id,
  elementId,
  text: `${model.resourceName}: ${text}`,
});

/** The parts of a process with the same job type. */
const byType = (parts: readonly JobPart[]): ReadonlyMap<string, readonly JobPart[]> => {
  const groups = new Map<string, readonly JobPart[]>();
  for (const part of parts) {
    const type = constantText(part.job.type);
    if (type !== undefined && !isActivation(part)) groups.set(type, [...(groups.get(type) ?? []), part]);
  }
  return groups;
};

/** Job types of a process that no loaded connector has, each once. */
const unservedTypes = (parts: readonly JobPart[], types: readonly string[]): readonly Hint[] =>
  [...byType(parts)].flatMap(([type, [first, ...others]]) => {
    if (first === undefined || types.includes(type)) return [];
    const guess = nearest(type, types);
    const places = [first, ...others].map(({ subject }) => subject).join(', ');
    const what = didYouMean(
      `no loaded connector has the job type ${quoted(type)} of ${places}, so its jobs wait until a worker asks for them.`,
      guess && quoted(guess),
    );
    const fix =
      guess === undefined
        ? 'name the module of its connector, or start the worker that serves it.'
        : 'correct the type in the file or in the connector.';
    return [hintOf('jobType', first, `${what} Fix: ${fix}`)];
  });

/** Names of inbound connectors that no loaded module has. */
const unknownInbound = (part: JobPart, names: readonly string[]): readonly Hint[] => {
  if (!isActivation(part)) return [];
  const name = constantText(inputOf(part.node, 'name'));
  if (names.length === 0) {
    const which = name === undefined ? 'an inbound connector' : `the inbound connector ${quoted(name)}`;
    const text = `${part.subject} activates ${which}, but no loaded module has an inbound connector. Fix: name the module that exports it.`;
    return [hintOf('inboundName', part, text)];
  }
  if (name === undefined || names.includes(name)) return [];
  const guess = nearest(name, names);
  const what = didYouMean(
    `no loaded inbound connector has the name ${quoted(name)}, which ${part.subject} activates.`,
    guess && quoted(guess),
  );
  return [hintOf('inboundName', part, `${what} Fix: use one of ${names.map(quoted).join(', ')}, or name its module.`)];
};

/** Names what no loaded connector serves: job types, and names of inbound connectors. */
export const unservedJobs = ({ models, connectors }: HintFacts): readonly Hint[] => {
  if (connectors === undefined) return [];
  const types = connectors.outbound.map(({ type }) => type);
  const names = connectors.inbound.map(({ name }) => name);
  return models
    .map(jobsOf)
    .flatMap((parts) => [...unservedTypes(parts, types), ...parts.flatMap((part) => unknownInbound(part, names))]);
};
