/** The texts of forms: plain ones, FEEL expressions, and templates with `{{…}}`. */
import { isObject } from '../../../../common/is-object.ts';
import { compileExpression, isExpression } from '../../../../feel/index.ts';

/** Values by name, which expressions read. */
export type Scope = Readonly<Record<string, unknown>>;

/** Evaluates expressions of a form, and collects why some of them cannot be evaluated. */
export interface FormFeel {
  readonly evaluate: (source: string, scope: Scope) => unknown;
  /** Each problem once. */
  readonly problems: () => readonly string[];
}

/** Milliseconds for one expression. */
const longest = 500;

/** Creates the evaluation. An expression that fails gives null. */
export const createFormFeel = (): FormFeel => {
  const problems = new Set<string>();
  return {
    evaluate: (source, scope) => {
      try {
        return compileExpression(source).evaluate((name) => (Object.hasOwn(scope, name) ? scope[name] : undefined), {
          longest,
        });
      } catch (error) {
        problems.add(`${source}: ${error instanceof Error ? error.message : String(error)}`);
        return null;
      }
    },
    problems: () => [...problems],
  };
};

/** A part of a template. */
type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly source: string }
  | { readonly kind: 'if' | 'loop'; readonly source: string; readonly parts: readonly Part[] };

const tag = /\{\{([\s\S]*?)\}\}/g;

const block = /^#(if|loop)\s+([\s\S]+)$/;

/**
 * Reads a template. A block that is not closed reaches to the end, and the end of a block that was not opened is dropped.
 *
 * @example
 * readTemplate('Hi {{name}}'); // [{ kind: 'text', text: 'Hi ' }, { kind: 'value', source: 'name' }]
 */
const readTemplate = (template: string): readonly Part[] => {
  const root: Part[] = [];
  const open: { readonly name: string; readonly parts: Part[] }[] = [{ name: '', parts: root }];
  let from = 0;
  for (const match of template.matchAll(tag)) {
    const { parts } = open.at(-1)!;
    if (match.index > from) parts.push({ kind: 'text', text: template.slice(from, match.index) });
    from = match.index + match[0].length;
    const content = match[1]!.trim();
    const [, name, source = ''] = block.exec(content) ?? [];
    if (name === 'if' || name === 'loop') {
      const inner: Part[] = [];
      parts.push({ kind: name, source, parts: inner });
      open.push({ name, parts: inner });
    } else if (content.startsWith('/')) {
      if (open.length > 1 && open.at(-1)!.name === content.slice(1).trim()) open.pop();
    } else parts.push({ kind: 'value', source: content });
  }
  if (from < template.length) open.at(-1)!.parts.push({ kind: 'text', text: template.slice(from) });
  return root;
};

/** A value as text. Nothing is an empty text. */
const valueText = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

const render = (parts: readonly Part[], scope: Scope, feel: FormFeel): string =>
  parts
    .map((part): string => {
      if (part.kind === 'text') return part.text;
      const value = feel.evaluate(part.source, scope);
      if (part.kind === 'value') return valueText(value);
      if (part.kind === 'if') return value === true ? render(part.parts, scope, feel) : '';
      const items = Array.isArray(value) ? value : [];
      return items
        .map((item: unknown) =>
          render(part.parts, { ...scope, ...(isObject(item) ? item : {}), this: item, parent: scope }, feel),
        )
        .join('');
    })
    .join('');

/**
 * The text that a form shows.
 *
 * @param text plain, an expression that begins with `=`, or a template
 * @example
 * formText('{{#loop items}}{{this}} {{/loop}}', { items: [1, 2] }, createFormFeel()); // '1 2 '
 */
export const formText = (text: string, scope: Scope, feel: FormFeel): string => {
  if (isExpression(text)) return valueText(feel.evaluate(text, scope));
  return text.includes('{{') ? render(readTemplate(text), scope, feel) : text;
};
