import { isFault } from '../../../common/fault.ts';
import { type FoundPlaces, findPlaces, isExpression } from '../../../feel/index.ts';
import { type ClusterVersion, isSince } from '../cluster-version.ts';
import { type Element, elementsInside, textAt } from '../xml/element.ts';
import type { Report } from '../xml/problems.ts';

/** The context of the secrets in FEEL. */
export const secretsPrefix: readonly string[] = ['camunda', 'secrets'];

/** A reference in a text, where a cluster resolves none. `foo.camunda.secrets.X` is not one. */
const inText = /(?<![\w.])camunda\.secrets\.[\w-]+/;

const inside = { list: 'in a list', 'conditional context': 'in a context within a branch of "if"' } as const;

/** The references of an expression; `undefined` for one that is not valid, which is reported elsewhere. */
const placesOf = (source: string): FoundPlaces | undefined => {
  try {
    return findPlaces(source.trim().replace(/^=/, ''), secretsPrefix);
  } catch (error) {
    if (isFault(error, 'feel')) return undefined;
    throw error;
  }
};

const problemsOf = (source: string): readonly string[] => {
  if (!isExpression(source)) {
    const [reference] = inText.exec(source) ?? [];
    if (reference === undefined) return [];
    return [
      `The secret reference ${reference} is plain text here, so it would never be resolved. Write it as an expression: "=${reference}".`,
    ];
  }
  const found = placesOf(source);
  if (found === undefined) return [];
  const texts = found.texts.flatMap((text) => inText.exec(text) ?? []);
  return [
    ...texts.map(
      (reference) =>
        `The secret reference ${reference} is in quotes, so it would never be resolved. Write it outside of the text: "…" + ${reference}.`,
    ),
    ...found.lost
      .filter(({ names }) => names.length === 1)
      .map(
        ({ names: [name], within }) =>
          `The secret reference camunda.secrets.${name} is ${inside[within]}, where it cannot be resolved. Use it directly, in a sum of texts, or as an entry of a context.`,
      ),
  ];
};

/** Reports references to secrets in the input mappings of a process that a cluster of 8.10 or later refuses. */
export const checkSecretReferences = (process: Element, version: ClusterVersion, report: Report): void => {
  if (!isSince(version, '8.10')) return;
  for (const element of elementsInside(process)) {
    if (element.$type !== 'zeebe:Input') continue;
    for (const text of problemsOf(textAt(element, 'source') ?? '')) report(element, text);
  }
};
