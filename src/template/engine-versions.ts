import type { TemplateEngines } from '../connector/template-settings.ts';
import type { Report } from './validation/problems.ts';

/** Versions of Camunda that templates are made for unless the connector says otherwise. */
export const defaultEngines = '^8.8';

/** From this version on the engine deploys inputs without a value, and hands over null for them. */
const emptyInputs: Version = [8, 8, 0];

type Version = readonly [major: number, minor: number, patch: number];

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

const isBelow = (a: Version, b: Version): boolean => {
  const index = a.findIndex((number, position) => number !== b[position]);
  return index >= 0 && a[index]! < b[index]!;
};

const zero: Version = [0, 0, 0];

/** The least version that one alternative of a range lets in; `undefined` if it is no range. */
const leastOf = (alternative: string): Version | undefined => {
  const text = alternative.trim();
  if (text === '') return zero;
  const span = hyphenated.exec(text);
  if (span !== null) return parseVersion(span[1]!);
  const parts = text.replace(/(\^|~|>=|<=|>|<|=)\s+/g, '$1').split(/\s+/);
  let least: Version = zero;
  for (const one of parts) {
    const [, operator, bound] = comparator.exec(one) ?? [];
    if (bound === undefined) return undefined;
    const lower = operator === '<' || operator === '<=' ? zero : parseVersion(bound);
    if (isBelow(least, lower)) least = lower;
  }
  return least;
};

/** The least version in a range in npm's notation; `undefined` if it is none. */
export const leastVersion = (range: string): Version | undefined => {
  const all = range.split('||').map(leastOf);
  if (all.some((one) => one === undefined)) return undefined;
  return (all as readonly Version[]).reduce((least, one) => (isBelow(one, least) ? one : least));
};

/** Ranges by product, as a template has them. Reports what is no range. */
export const enginesOf = (given: string | TemplateEngines | undefined, report: Report): TemplateEngines => {
  const { camunda = defaultEngines, ...products }: TemplateEngines =
    typeof given === 'string' ? { camunda: given } : (given ?? {});
  for (const [name, range] of Object.entries<string | undefined>({ camunda, ...products })) {
    if (range === undefined || leastVersion(range) !== undefined) continue;
    report(`template.engines.${name}`, `${JSON.stringify(range)} is no range of versions`, 'write for example "^8.8"');
  }
  const { camundaDesktopModeler, camundaWebModeler } = products;
  return {
    camunda,
    ...(camundaDesktopModeler === undefined ? {} : { camundaDesktopModeler }),
    ...(camundaWebModeler === undefined ? {} : { camundaWebModeler }),
  };
};

/** Whether the range lets in engines that refuse inputs without a value. */
export const allowsLegacy = ({ camunda }: TemplateEngines): boolean =>
  camunda !== undefined && isBelow(leastVersion(camunda) ?? emptyInputs, emptyInputs);
