import type { Key } from '../../../../engine/index.ts';
import type { Count } from '../contract.ts';

type OpenCount = { -readonly [Name in keyof Count]: Count[Name] };

/** Figures of one version of a process. */
export interface Figures {
  active: number;
  completed: number;
  terminated: number;
  /** How many of those that have ended were only counted. */
  counted: number;
  readonly elements: Map<string, OpenCount>;
  readonly flows: Map<string, number>;
}

export const noFigures = (): Figures => ({
  active: 0,
  completed: 0,
  terminated: 0,
  counted: 0,
  elements: new Map(),
  flows: new Map(),
});

const copyOf = (figures: Figures): Figures => ({
  ...figures,
  elements: new Map([...figures.elements].map(([id, count]) => [id, { ...count }])),
  flows: new Map(figures.flows),
});

/** Copies the figures of all definitions. */
export const copyFigures = (all: ReadonlyMap<Key, Figures>): ReadonlyMap<Key, Figures> =>
  new Map([...all].map(([key, figures]) => [key, copyOf(figures)]));

/** The count of an element. */
export const countOf = ({ elements }: Figures, id: string): OpenCount => {
  let count = elements.get(id);
  if (count === undefined) {
    count = { active: 0, done: 0, terminated: 0 };
    elements.set(id, count);
  }
  return count;
};

/** Counts a sequence flow that was taken. */
export const countFlow = ({ flows }: Figures, id: string): void => void flows.set(id, (flows.get(id) ?? 0) + 1);
