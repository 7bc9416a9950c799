/** Reads declaration files: splits their text into tokens and statements, and finds what each module declares. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** A word, a string or a punctuation mark. */
export interface Token {
  readonly text: string;
  /** Whether white space stands before it. */
  readonly spaced: boolean;
}

/** A top-level statement of a module. */
export type Statement = readonly Token[];

/** Something in another module. `name` `*` is the whole module. */
export interface Target {
  readonly from: string;
  readonly name: string;
}

/** What a declaration file declares, imports and exports, by name. */
export interface Module {
  readonly path: string;
  readonly declarations: ReadonlyMap<string, readonly Statement[]>;
  readonly imports: ReadonlyMap<string, Target>;
  /** Each exported name and the name that it has inside. */
  readonly exports: ReadonlyMap<string, string>;
  readonly reexports: ReadonlyMap<string, Target>;
  /** Modules whose exports are all passed on. */
  readonly stars: readonly string[];
}

const tokenPattern =
  /(\/\*[\s\S]*?\*\/|\/\/[^\n]*)|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`)|([\w$]+)|(=>|\.\.\.|[^\s])/g;

/** The tokens of a text, without comments. All strings get single quotes. */
export const tokensOf = (text: string): readonly Token[] => {
  const tokens: Token[] = [];
  let end = 0;
  let spaced = false;
  for (const match of text.matchAll(tokenPattern)) {
    spaced ||= match.index > end;
    end = match.index + match[0].length;
    if (match[1] !== undefined) continue;
    const string = /^"([^'\\]*)"$/.exec(match[0]);
    tokens.push({ text: string === null ? match[0] : `'${string[1]}'`, spaced });
    spaced = false;
  }
  return tokens;
};

const blockStart = /^(export )?(default )?(declare )?(abstract )?(interface|namespace|module|class|enum|global)\b/;

const isBlock = (statement: Statement): boolean =>
  blockStart.test(
    statement
      .slice(0, 5)
      .map(({ text }) => text)
      .join(' '),
  );

/** Splits tokens into top-level statements, without the semicolons between them. */
export const statementsOf = (tokens: readonly Token[]): readonly Statement[] => {
  const statements: Statement[] = [];
  let current: Token[] = [];
  let depth = 0;
  const finish = (): void => {
    if (current.length > 0) statements.push(current);
    current = [];
  };
  for (const token of tokens) {
    if ('{(['.includes(token.text)) depth++;
    if ('})]'.includes(token.text)) depth--;
    if (depth === 0 && token.text === ';') {
      finish();
      continue;
    }
    current.push(token);
    if (depth === 0 && token.text === '}' && isBlock(current)) finish();
  }
  finish();
  return statements;
};

const unquoted = (text: string): string => text.slice(1, -1);

/** The names between braces: what they are outside, and what they are called inside. */
const namesIn = (texts: readonly string[]): readonly (readonly [outer: string, inner: string])[] =>
  texts
    .slice(texts.indexOf('{') + 1, texts.indexOf('}'))
    .join(' ')
    .split(',')
    .map((part) => part.trim().replace(/^type /, ''))
    .filter((part) => part !== '')
    .map((part) => {
      const [first, second] = part.split(' as ');
      return [first!, second ?? first!];
    });

const modifiers = ['export', 'declare', 'abstract'];
const kinds = ['interface', 'type', 'const', 'let', 'var', 'function', 'class', 'enum', 'namespace'];

const readStatement = (statement: Statement, module: MutableModule): void => {
  const texts = statement.map(({ text }) => text);
  const last = texts.at(-1)!;
  const from = texts.at(-2) === 'from' ? unquoted(last) : undefined;
  if (texts[0] === 'import') {
    if (from === undefined) throw new Error(`Cannot read: ${texts.join(' ')} (${module.path})`);
    if (texts.includes('*')) module.imports.set(texts[texts.indexOf('as') + 1]!, { from, name: '*' });
    else for (const [outer, inner] of namesIn(texts)) module.imports.set(inner, { from, name: outer });
    return;
  }
  const isList = texts[0] === 'export' && (texts[1] === '{' || (texts[1] === 'type' && texts[2] === '{'));
  if (isList) {
    for (const [inner, outer] of namesIn(texts)) {
      if (from === undefined) module.exports.set(outer, inner);
      else module.reexports.set(outer, { from, name: inner });
    }
    return;
  }
  if (texts[0] === 'export' && texts[1] === '*') {
    if (texts[2] === 'as') module.reexports.set(texts[3]!, { from: from!, name: '*' });
    else module.stars.push(from!);
    return;
  }
  const start = texts.findIndex((text) => !modifiers.includes(text));
  const name = texts[start + 1]!;
  if (!kinds.includes(texts[start]!)) throw new Error(`Cannot read: ${texts.join(' ')} (${module.path})`);
  module.declarations.set(name, [...(module.declarations.get(name) ?? []), statement.slice(start)]);
  if (texts[0] === 'export') module.exports.set(name, name);
};

interface MutableModule {
  readonly path: string;
  readonly declarations: Map<string, readonly Statement[]>;
  readonly imports: Map<string, Target>;
  readonly exports: Map<string, string>;
  readonly reexports: Map<string, Target>;
  readonly stars: string[];
}

/** Reads one declaration file. Throws where it holds a statement that this reader does not know. */
export const readModule = (path: string): Module => {
  const module: MutableModule = {
    path,
    declarations: new Map(),
    imports: new Map(),
    exports: new Map(),
    reexports: new Map(),
    stars: [],
  };
  for (const statement of statementsOf(tokensOf(readFileSync(path, 'utf8')))) readStatement(statement, module);
  return module;
};

/** The declaration file that an import names; `undefined` for a package. */
export const fileOf = (from: string, importer: string): string | undefined =>
  from.startsWith('.') ? resolve(dirname(importer), from.replace(/\.[jt]s$/, '.d.ts')) : undefined;
