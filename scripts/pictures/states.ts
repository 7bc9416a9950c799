/** Draws a state machine as Mermaid. */

/** The state after each event, by the state before it. */
export type Transitions = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** States that are drawn as one box, so that an event which leads from all of them to the same state is one arrow. */
export interface StateGroup {
  readonly name: string;
  readonly states: readonly string[];
}

/** Arrows by their ends, with the events on them. */
type Arrows = ReadonlyMap<string, readonly string[]>;

const arrowsOf = (edges: readonly (readonly [from: string, event: string, to: string])[]): Arrows => {
  const arrows = new Map<string, readonly string[]>();
  for (const [from, event, to] of edges) {
    const ends = `${from} --> ${to}`;
    const events = arrows.get(ends) ?? [];
    if (!events.includes(event)) arrows.set(ends, [...events, event]);
  }
  return arrows;
};

const linesOf = (arrows: Arrows, indent: string): readonly string[] =>
  [...arrows].map(([ends, events]) => `${indent}${ends} : ${events.join(', ')}`);

/**
 * A Mermaid diagram of a state machine. Events between the same two states share an arrow; an event that changes nothing
 * has none.
 *
 * @param first the state at the beginning
 * @example
 * drawStates({ off: { on: 'dim' }, dim: { more: 'bright', off: 'off' }, bright: { off: 'off' } }, 'off', {
 *   name: 'lit',
 *   states: ['dim', 'bright'],
 * }); // … lit --> off : off
 */
export const drawStates = (transitions: Transitions, first: string, group: StateGroup): string => {
  const isInside = (state: string): boolean => group.states.includes(state);
  /** Whether the event leads from every state of the group to this one outside. */
  const isShared = (event: string, to: string): boolean =>
    !isInside(to) && group.states.every((state) => transitions[state]?.[event] === to);
  const edges = Object.entries(transitions).flatMap(([from, events]) =>
    Object.entries(events)
      .filter(([, to]) => to !== from)
      .map(([event, to]) => [isInside(from) && isShared(event, to) ? group.name : from, event, to] as const),
  );
  const inside = edges.filter(([from, , to]) => isInside(from) && isInside(to));
  const outside = edges.filter((edge) => !inside.includes(edge));
  return [
    'stateDiagram-v2',
    '  direction LR',
    `  [*] --> ${first}`,
    `  state ${group.name} {`,
    '    direction LR',
    ...linesOf(arrowsOf(inside), '    '),
    '  }',
    ...linesOf(arrowsOf(outside), '  '),
  ].join('\n');
};
