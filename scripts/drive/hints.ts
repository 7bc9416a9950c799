/** What a file says about the values of its variables, found in the text of its expressions. */
import type { Json, Variables } from '../../src/engine/machine/types.ts';
import type { Choices } from './choices.ts';

export interface Hints {
  /** The codes of the errors that events of the file catch. */
  readonly errorCodes: readonly string[];
  /** New values for all variables that expressions of the file read. */
  variables(choices: Choices): Variables;
}

const entities: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  '#10': '\n',
  '#34': '"',
};

const decode = (text: string): string => text.replace(/&(#?\w+);/g, (whole, name: string) => entities[name] ?? whole);

/** The expressions of the file: attributes and texts that begin with `=`. */
const expressionsOf = (xml: string): readonly string[] =>
  [...xml.matchAll(/="(=[^"]*)"|>\s*(=[^<]*)</g)].map(([, attribute, text]) => decode(attribute ?? text!).slice(1));

const path = /(?<![\w."])[a-zA-Z_]\w*(?:\.[a-zA-Z_]\w*)*(?!\w|\s*\()/g;

const words = new Set(
  'true false null and or not if then else for in return some every satisfies between instance of item function'.split(
    ' ',
  ),
);

const literalOf = (text: string): Json => (text.startsWith('"') ? text.slice(1, -1) : (JSON.parse(text) as Json));

const literal = String.raw`("[^"]*"|-?\d+(?:\.\d+)?|true|false|null)`;

const near = (value: Json): readonly Json[] => {
  if (typeof value === 'number') return [value, value + 1, value - 1];
  if (typeof value === 'boolean') return [true, false];
  return [value, 'other'];
};

/** Values that are often right where the file says nothing. */
const common: readonly Json[] = [true, false, 'a', '2026-01-01', 'PT1S', 1, 5, 100, ['a', 'b'], [{ id: 1 }], null];

export const readHints = (xml: string): Hints => {
  const values = new Map<string, Json[]>();
  const add = (name: string, found: readonly Json[]): void =>
    void values.set(name, [...(values.get(name) ?? []), ...found]);
  for (const text of expressionsOf(xml)) {
    const withoutTexts = text.replace(/"[^"]*"/g, (whole) => ' '.repeat(whole.length));
    for (const [name] of withoutTexts.matchAll(path)) if (!words.has(name)) add(name, []);
    const after = new RegExp(String.raw`([a-zA-Z_][\w.]*)\s*(?:=|!=|<=|>=|<|>)\s*${literal}`, 'g');
    for (const [, name, value] of text.matchAll(after)) add(name!, near(literalOf(value!)));
    const members = /([a-zA-Z_][\w.]*)\s+in\s*[([]([^)\]]*)[)\]]/g;
    for (const [, name, list] of text.matchAll(members)) {
      for (const [value] of list!.matchAll(new RegExp(literal, 'g'))) add(name!, near(literalOf(value)));
    }
    for (const [, name] of text.matchAll(
      /(?:contains|upper case|lower case|matches|starts with|string length)\(\s*([a-zA-Z_][\w.]*)/g,
    ))
      add(name!, ['a', 'b']);
    for (const [, name] of text.matchAll(
      /(?:count|sum|list contains|some \w+ in|every \w+ in|for \w+ in)[\s(]+([a-zA-Z_][\w.]*)/g,
    ))
      add(name!, [[1, 2], []]);
    if (/^\s*(?:not\()?[a-zA-Z_][\w.]*\)?\s*$/.test(text)) add(text.replace(/not\(|\)/g, '').trim(), [true, false]);
  }
  for (const [, name] of xml.matchAll(/inputCollection="=\s*([a-zA-Z_][\w.]*)"/g))
    add(name!, Array<Json>(8).fill(['a', 'b']));
  const errorCodes = [...xml.matchAll(/errorCode="([^"=][^"]*)"/g)].map(([, code]) => decode(code!));
  const write = (target: Record<string, Json>, [first, ...rest]: readonly string[], value: Json): void => {
    if (rest.length === 0) {
      if (!(target[first!] instanceof Object) || value instanceof Object) target[first!] = value;
      return;
    }
    if (!(target[first!] instanceof Object) || Array.isArray(target[first!])) target[first!] = {};
    write(target[first!] as Record<string, Json>, rest, value);
  };
  return {
    errorCodes,
    variables: (choices) => {
      const result: Record<string, Json> = {};
      for (const [name, found] of [...values].sort(([a], [b]) => a.length - b.length)) {
        const isHinted = found.length > 0 && choices.next() < 0.9;
        write(result, name.split('.'), choices.pick(isHinted ? found : common)!);
      }
      return result;
    },
  };
};
