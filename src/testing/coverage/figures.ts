import type { Coverage, CoveredElement, DecisionCoverage, ProcessCoverage } from './types.ts';

/** How much of something was used. */
export interface Share {
  readonly used: number;
  readonly total: number;
}

/** Something that no test has used. */
export interface Missed {
  readonly kind: 'element' | 'flow' | 'rule';
  readonly id: string;
  /** For people: a name, or where a flow leads. */
  readonly text: string;
}

/** The figures of a process or a decision. */
export interface Figures {
  /** Elements and flows together, as Camunda's own tool counts them; of a decision, its rules. */
  readonly all: Share;
  readonly elements: Share;
  readonly flows: Share;
  /** Boundary events, error and escalation ends, and the flows behind boundary events; included in the others as well. */
  readonly errorPaths: Share;
  readonly missed: readonly Missed[];
}

const shareOf = <Item>(items: readonly Item[], isUsed: (item: Item) => boolean): Share => ({
  used: items.filter(isUsed).length,
  total: items.length,
});

/** Adds shares up. */
export const sumOf = (shares: readonly Share[]): Share => ({
  used: shares.reduce((sum, { used }) => sum + used, 0),
  total: shares.reduce((sum, { total }) => sum + total, 0),
});

/** A share in percent, from 0 to 100. Nothing to use counts as all of it. */
export const percentOf = ({ used, total }: Share): number => (total === 0 ? 100 : (100 * used) / total);

/** A percentage for people. Only what is complete reads as 100 %. */
export const percentText = (share: Share): string => {
  const percent = percentOf(share);
  return `${percent === 100 ? 100 : Math.min(99.9, Math.round(percent * 10) / 10)} %`;
};

const wasEntered = ({ entered }: CoveredElement): boolean => entered > 0;

/**
 * The figures of a process.
 *
 * @param isErrorEnd tells whether the end event with this id throws an error or an escalation
 */
export const processFigures = (
  { elements, flows }: ProcessCoverage,
  isErrorEnd: (id: string) => boolean = () => false,
): Figures => {
  const nameOf = new Map(elements.map(({ id, name }) => [id, name]));
  const special = new Set(
    elements.filter(({ id, type }) => type === 'BOUNDARY_EVENT' || isErrorEnd(id)).map(({ id }) => id),
  );
  const byElement = shareOf(elements, wasEntered);
  const byFlow = shareOf(flows, ({ taken }) => taken > 0);
  return {
    all: sumOf([byElement, byFlow]),
    elements: byElement,
    flows: byFlow,
    errorPaths: sumOf([
      shareOf(
        elements.filter(({ id }) => special.has(id)),
        wasEntered,
      ),
      shareOf(
        flows.filter(({ source }) => special.has(source)),
        ({ taken }) => taken > 0,
      ),
    ]),
    missed: [
      ...elements
        .filter((element) => !wasEntered(element))
        .map(({ id, name }): Missed => ({ kind: 'element', id, text: name === id ? id : `${id} "${name}"` })),
      ...flows
        .filter(({ taken }) => taken === 0)
        .map(
          ({ id, source, target }): Missed => ({
            kind: 'flow',
            id,
            text: `${id}, from ${nameOf.get(source) ?? source} to ${nameOf.get(target) ?? target}`,
          }),
        ),
    ],
  };
};

const none: Share = { used: 0, total: 0 };

/** The figures of a decision: its rules; one without rules counts as one that was evaluated or not. */
export const decisionFigures = ({ rules, evaluated, decisionId, name }: DecisionCoverage): Figures => {
  const all =
    rules.length === 0 ? { used: evaluated > 0 ? 1 : 0, total: 1 } : shareOf(rules, ({ matched }) => matched > 0);
  const missed: readonly Missed[] =
    rules.length === 0
      ? evaluated > 0
        ? []
        : [{ kind: 'rule', id: decisionId, text: `${name}: never evaluated` }]
      : rules.flatMap(({ id, matched }, index) =>
          matched > 0 ? [] : [{ kind: 'rule' as const, id, text: `rule ${index + 1}` }],
        );
  return { all, elements: none, flows: none, errorPaths: none, missed };
};

/** Elements, flows and rules of everything together. */
export const totalOf = ({ processes, decisions }: Coverage): Share =>
  sumOf([...processes.map((each) => processFigures(each).all), ...decisions.map((each) => decisionFigures(each).all)]);
