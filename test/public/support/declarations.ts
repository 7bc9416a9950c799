/** Finds what an entry of the package exports, and every type that those exports mention. */
import { spawnSync } from 'node:child_process';
import { fileOf, type Module, readModule, type Statement, type Token } from './modules.ts';
import { printStatement } from './print.ts';

/** Writes the declaration files of the package into a folder. */
export const emitDeclarations = (folder: string): void => {
  const compiler = [
    'node_modules/typescript/bin/tsc',
    '-p',
    'tsconfig.build.json',
    '--emitDeclarationOnly',
    '--noCheck',
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...compiler, '--outDir', folder], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The declarations cannot be made:\n${stdout}${stderr}`);
};

/** A declaration: the module that it stands in, and its name there. */
interface Place {
  readonly path: string;
  readonly name: string;
}

/** Something of another package. */
interface External {
  readonly from: string;
  readonly name: string;
}

type Found = { readonly place: Place } | { readonly external: External };

/** Reads modules once each, and follows names through imports and exports to where they are declared. */
const createResolver = () => {
  const modules = new Map<string, Module>();
  const moduleAt = (path: string): Module => {
    const known = modules.get(path) ?? readModule(path);
    modules.set(path, known);
    return known;
  };
  const follow = (from: string, name: string, importer: string): Found => {
    const path = fileOf(from, importer);
    if (path === undefined) return { external: { from, name } };
    if (name === '*') throw new Error(`${importer} imports all of ${from}, which this reader does not follow.`);
    const found = exported(path, name);
    if (found === undefined) throw new Error(`${from} does not export ${name}, which ${importer} needs.`);
    return found;
  };
  /** What a name means inside a module; `undefined`: nothing of ours, e.g. a global or a parameter. */
  const inside = (path: string, name: string): Found | undefined => {
    const module = moduleAt(path);
    if (module.declarations.has(name)) return { place: { path, name } };
    const target = module.imports.get(name);
    return target === undefined ? undefined : follow(target.from, target.name, path);
  };
  /** What a module exports under a name. */
  const exported = (path: string, name: string): Found | undefined => {
    const module = moduleAt(path);
    const own = module.exports.get(name);
    if (own !== undefined) return inside(path, own);
    const target = module.reexports.get(name);
    if (target !== undefined) return follow(target.from, target.name, path);
    for (const from of module.stars) {
      const found = exported(fileOf(from, path)!, name);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const exportedNames = (path: string): readonly string[] => {
    const { exports, reexports, stars } = moduleAt(path);
    return [...exports.keys(), ...reexports.keys(), ...stars.flatMap((from) => exportedNames(fileOf(from, path)!))];
  };
  return { moduleAt, follow, inside, exported, exportedNames };
};

type Resolver = ReturnType<typeof createResolver>;

const isWord = (text: string | undefined): boolean => text !== undefined && /^[A-Za-z_$]/.test(text);

/** The name of a property, a parameter or a method; types begin with a capital letter here. */
const isLabel = (tokens: readonly Token[], index: number): boolean => {
  const [text, next, afterNext] = [tokens[index]!.text, tokens[index + 1]?.text, tokens[index + 2]?.text];
  if (/^[A-Z]/.test(text)) return false;
  return next === ':' || next === '(' || (next === '?' && (afterNext === ':' || afterNext === '('));
};

interface Linked {
  /** With each mentioned name as it is declared, and imports inside of types resolved. */
  readonly tokens: Statement;
  readonly places: readonly Place[];
  readonly externals: readonly External[];
}

/** Finds what a statement mentions. */
const link = (statement: Statement, path: string, { follow, inside }: Resolver): Linked => {
  const tokens: Token[] = [];
  const places: Place[] = [];
  const externals: External[] = [];
  const note = (found: Found, token: Token): void => {
    if ('place' in found) {
      places.push(found.place);
      tokens.push({ ...token, text: found.place.name });
    } else {
      externals.push(found.external);
      tokens.push(token);
    }
  };
  for (let index = 0; index < statement.length; index++) {
    const token = statement[index]!;
    const isImport = token.text === 'import' && statement[index + 1]?.text === '(';
    const from = isImport ? statement[index + 2]!.text.slice(1, -1) : '';
    if (isImport && from.startsWith('.')) {
      const name = statement[index + 5]!;
      note(follow(from, name.text, path), { ...name, spaced: token.spaced });
      index += 5;
      continue;
    }
    const isMention =
      index > 1 && isWord(token.text) && statement[index - 1]?.text !== '.' && !isLabel(statement, index);
    const found = isMention ? inside(path, token.text) : undefined;
    if (found === undefined) tokens.push(token);
    else note(found, token);
  }
  return { tokens, places, externals };
};

const keyOf = ({ path, name }: Place): string => `${path}\0${name}`;

const byText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const section = (title: string, parts: readonly string[], between: string): string =>
  `${title}\n\n${parts.length === 0 ? '(none)' : [...new Set(parts)].sort(byText).join(between)}\n`;

/** An entry of the package: the name that users import and its declaration file. */
export interface Entry {
  readonly name: string;
  readonly path: string;
}

/**
 * Describes entries: what each exports, with its whole declaration, and below it the types that the exports mention
 * without exporting them. Neither files nor comments show.
 *
 * @param entries all entries, so that a type that another one exports is only named
 * @returns the text of each entry, by its name
 */
export const describeEntries = (entries: readonly Entry[]): ReadonlyMap<string, string> => {
  const resolver = createResolver();
  const { moduleAt, exported, exportedNames } = resolver;
  const exportsOf = ({ path }: Entry) => exportedNames(path).map((name) => ({ name, found: exported(path, name)! }));
  /** The entries that export a declaration, by its key. */
  const homes = new Map<string, string[]>();
  for (const entry of entries) {
    for (const { found } of exportsOf(entry)) {
      if ('place' in found) homes.set(keyOf(found.place), [...(homes.get(keyOf(found.place)) ?? []), entry.name]);
    }
  }

  const describe = (entry: Entry): string => {
    const own: string[] = [];
    const internal: string[] = [];
    const elsewhere: string[] = [];
    const packages: string[] = [];
    const done = new Set<string>();
    const add = (place: Place, exportedAs: string | undefined): void => {
      if (exportedAs === undefined && homes.get(keyOf(place))?.includes(entry.name)) return;
      if (exportedAs === undefined && done.has(keyOf(place))) return;
      done.add(keyOf(place));
      const home = exportedAs === undefined ? homes.get(keyOf(place)) : undefined;
      if (home !== undefined) {
        elsewhere.push(`${place.name} of ${home.join(', ')}`);
        return;
      }
      const linked = moduleAt(place.path)
        .declarations.get(place.name)!
        .map((statement) => link(statement, place.path, resolver));
      const text = linked.map(({ tokens }) => printStatement(tokens)).join('\n');
      if (exportedAs === undefined) internal.push(text);
      else own.push(exportedAs === place.name ? text : `${exportedAs}, declared as\n${text}`);
      for (const { places, externals } of linked) {
        packages.push(...externals.map(({ from, name }) => `${name} of ${from}`));
        for (const mentioned of places) if (keyOf(mentioned) !== keyOf(place)) add(mentioned, undefined);
      }
    };
    const exports = exportsOf(entry);
    for (const { name, found } of exports) {
      if ('place' in found) add(found.place, name);
      else own.push(`${name}, which is ${found.external.name} of ${found.external.from}`);
    }
    const names = exports.map(({ name }) => name);
    return [
      section(`# Names that ${entry.name} exports`, names, '\n'),
      section('# Their declarations', own, '\n\n'),
      section(
        '# Not exported, but mentioned above (a new name here breaks nobody; a new member may)',
        internal,
        '\n\n',
      ),
      section('# Exported by other entries and mentioned above', elsewhere, '\n'),
      section('# Taken from packages and mentioned above', packages, '\n'),
    ].join('\n');
  };
  return new Map(entries.map((entry) => [entry.name, describe(entry)]));
};
