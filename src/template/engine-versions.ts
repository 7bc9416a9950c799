import type { TemplateEngines } from '../connector/template-settings.ts';
import type { Report } from './validation/problems.ts';

/** The versions of Camunda that templates are for, unless the connector sets others. */
export const defaultEngines = '^8.8';

/** From this version on, the engine deploys inputs without a value, and passes null for them. */
const emptyInputs: Version = [8, 8, 0];

/** A version of Camunda. */
export type Version = readonly [major: number, minor: number, patch: number];

const part = '(?:\\d+|[xX*])';
const version = `v?${part}(?:\\.${part}(?:\\.${part}(?:-[\\w.-]+)?)?)?`;
const hyphenated = new RegExp(`^(${version})\\s+-\\s+(${version})$`);
const comparator = new RegExp(`^(\\^|~|>=|<=|>|<|=)?\\s*(${version})$`);

const parseVersion = (text: string): Version => {
  const [major, minor, patch] = text
    .replace(/^v/, '')
    .split('-')[0]!
    .split('.')
    .map((number) => Number(number.replace(/^[xX*]$/, '0')));
  return [major ?? 0, minor ?? 0, patch ?? 0];
};

/** Whether a version is lower than another. */
export const isBelow = (a: Version, b: Version): boolean => {
  const index = a.findIndex((number, position) => number !== b[position]);
  return index >= 0 && a[index]! < b[index]!;
};

const zero: Version = [0, 0, 0];

/** The lowest version that one alternative of a range allows; `undefined` if it is not a range. */
const lowestOf = (alternative: string): Version | undefined => {
  const text = alternative.trim();
  if (text === '') return zero;
  const span = hyphenated.exec(text);
  if (span !== null) return parseVersion(span[1]!);
  const parts = text.replace(/(\^|~|>=|<=|>|<|=)\s+/g, '$1').split(/\s+/);
  let lowest: Version = zero;
  for (const one of parts) {
    const [, operator, bound] = comparator.exec(one) ?? [];
    if (bound === undefined) return undefined;
    const lower = operator === '<' || operator === '<=' ? zero : parseVersion(bound);
    if (isBelow(lowest, lower)) lowest = lower;
  }
  return lowest;
};

/** The lowest version that a range in npm's notation allows; `undefined` if it is not a range. */
export const lowestVersion = (range: string): Version | undefined => {
  const all = range.split('||').map(lowestOf);
  if (all.some((one) => one === undefined)) return undefined;
  return (all as readonly Version[]).reduce((lowest, one) => (isBelow(one, lowest) ? one : lowest));
};

/** The ranges by product, as a template has them. Reports a text that is not a range. */
export const enginesOf = (given: string | TemplateEngines | undefined, report: Report): TemplateEngines => {
  const { camunda = defaultEngines, ...products }: TemplateEngines =
    typeof given === 'string' ? { camunda: given } : (given ?? {});
  for (const [name, range] of Object.entries<string | undefined>({ camunda, ...products })) {
    if (range === undefined || lowestVersion(range) !== undefined) continue;
    report(
      `template.engines.${name}`,
      `${JSON.stringify(range)} is not a range of versions`,
      'write for example "^8.8"',
    );
  }
  const { camundaDesktopModeler, camundaWebModeler } = products;
  return {
    camunda,
    ...(camundaDesktopModeler === undefined ? {} : { camundaDesktopModeler }),
    ...(camundaWebModeler === undefined ? {} : { camundaWebModeler }),
  };
};

/** A part of a template that older versions of Camunda do not have. */
export interface Need {
  /** The subject of "need Camunda 8.10". */
  readonly what: string;
  readonly since: readonly [major: number, minor: number];
}

/**
 * The versions that a template with these parts is for. Reports a range with older versions, in which the parts would have no
 * effect.
 *
 * @param given the range that the author has set
 */
export const enginesSince = (
  needs: readonly Need[],
  engines: TemplateEngines,
  given: string | TemplateEngines | undefined,
  report: Report,
): TemplateEngines => {
  const lowest = lowestVersion(engines.camunda ?? '');
  if (lowest === undefined) return engines;
  const newer = needs.filter(({ since: [major, minor] }) => isBelow(lowest, [major, minor, 0]));
  const rangeOf = ({ since: [major, minor] }: Need): string => `^${major}.${minor}`;
  if ((typeof given === 'string' ? given : given?.camunda) === undefined) {
    const [newest] = newer.toSorted((a, b) => (isBelow([...a.since, 0], [...b.since, 0]) ? 1 : -1));
    return newest === undefined ? engines : { ...engines, camunda: rangeOf(newest) };
  }
  for (const need of newer) {
    const [major, minor] = need.since;
    report(
      'template.engines.camunda',
      `${need.what} need Camunda ${major}.${minor}`,
      `use '${rangeOf(need)}', or leave it out`,
    );
  }
  return engines;
};

/** Whether the range allows engines that refuse inputs without a value. */
export const allowsLegacy = ({ camunda }: TemplateEngines): boolean =>
  camunda !== undefined && isBelow(lowestVersion(camunda) ?? emptyInputs, emptyInputs);
