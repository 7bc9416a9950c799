/** Reads the files of forms. The page and its server read them in the same way. */
import { isObject } from '../../../../common/is-object.ts';
import type { EvaluatedForm, FormComponent } from './forms.ts';

/** What the properties of a component must be. Others are not read, or can be anything. */
const kinds: ReadonlyMap<string, 'text' | 'list' | 'object'> = new Map([
  ...(['key', 'path', 'label', 'text', 'content', 'description', 'source', 'alt', 'url', 'subtype'] as const).map(
    (name) => [name, 'text'] as const,
  ),
  ...(['dateLabel', 'timeLabel', 'accept', 'timeSerializingFormat', 'action', 'expression'] as const).map(
    (name) => [name, 'text'] as const,
  ),
  ...(['dataSource', 'columnsExpression', 'valuesKey', 'valuesExpression'] as const).map(
    (name) => [name, 'text'] as const,
  ),
  ...(['components', 'values', 'columns'] as const).map((name) => [name, 'list'] as const),
  ...(['conditional', 'validate'] as const).map((name) => [name, 'object'] as const),
]);

const isOfKind = (value: unknown, kind: 'text' | 'list' | 'object'): boolean => {
  if (kind === 'text') return typeof value === 'string';
  return kind === 'list' ? Array.isArray(value) : isObject(value);
};

/** Properties that only the evaluation of a form sets. */
const ofEvaluation: ReadonlySet<string> = new Set(['items', 'rows', 'computed']);

const readComponents = (given: readonly unknown[], at: string, problems: string[]): readonly FormComponent[] =>
  given.flatMap((component, index): readonly FormComponent[] => {
    const place = `${at}[${index}]`;
    if (!isObject(component) || typeof component.type !== 'string') {
      problems.push(`${place} must be an object with a type. Fix: correct it, or remove it from the form.`);
      return [];
    }
    const read = Object.entries(component).flatMap(([name, value]): readonly (readonly [string, unknown])[] => {
      const kind = kinds.get(name);
      if (value === null || ofEvaluation.has(name)) return [];
      if (kind !== undefined && !isOfKind(value, kind)) {
        const article = kind === 'object' ? 'an' : 'a';
        problems.push(`${place}.${name} must be ${article} ${kind}. Fix: correct it, or remove it from the form.`);
        return [];
      }
      return [[name, name === 'components' ? readComponents(value as [], `${place}.components`, problems) : value]];
    });
    return [Object.fromEntries(read) as object as FormComponent];
  });

/**
 * Reads the file of a form. What is not a component, and properties of the wrong kind, are left out and named.
 *
 * @param text the file
 * @returns the components before their evaluation; `undefined` if the file is not one of form-js
 * @example
 * readForm('{ "components": [null] }');
 * // { components: [], problems: ['components[0] must be an object with a type. Fix: …'] }
 */
export const readForm = (text: string): EvaluatedForm | undefined => {
  let form: unknown;
  try {
    form = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(form) || !Array.isArray(form.components)) return undefined;
  const problems: string[] = [];
  return { components: readComponents(form.components, 'components', problems), problems };
};
