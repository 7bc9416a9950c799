/**
 * Blocks of a Markdown file that are taken from elsewhere: from the regions of a file, from what a program prints, or from
 * the source code, as a picture.
 *
 *     <!-- file: examples/log.ts#connector -->          all regions of that name, in order; without #: the whole file
 *     <!-- output: demo -->                             what the program of that name prints
 *     <!-- picture: rooms -->                           the Mermaid picture of that name
 *
 * The fenced block after the comment is the one that is replaced.
 */

/** Where a block comes from. */
export interface BlockSource {
  readonly kind: 'file' | 'output' | 'picture';
  readonly name: string;
}

/** A block as it stands in the Markdown file. */
export interface Block extends BlockSource {
  readonly content: string;
}

const marked = /(<!-- (file|output|picture): (\S+) -->\n+```(\w*)\n)([\s\S]*?)(\n?```)/g;

/** The marked blocks of a Markdown text, in order. */
export const blocksOf = (markdown: string): readonly Block[] =>
  [...markdown.matchAll(marked)].map(([, , kind, name, , content]) => ({
    kind: kind as BlockSource['kind'],
    name: name!,
    content: content!,
  }));

/** Markers that no fenced block follows, which would never be brought up to date. */
export const danglingMarkers = (markdown: string): readonly string[] => {
  const all = [...markdown.matchAll(/<!-- (?:file|output|picture): \S+ -->/g)].map(([marker]) => marker);
  const used = [...markdown.matchAll(marked)].map(([, head]) => head!.slice(0, head!.indexOf('-->') + 3));
  return all.filter((marker) => !used.includes(marker));
};

/** The text with the content of every marked block replaced. */
export const replaceBlocks = (markdown: string, contentOf: (block: Block) => string): string =>
  markdown.replace(
    marked,
    (_all, head: string, kind: BlockSource['kind'], name: string, _language: string, content: string) =>
      `${head}${contentOf({ kind, name, content })}\n\`\`\``,
  );

const outdent = (lines: readonly string[]): readonly string[] => {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const indent = Math.min(...indents);
  return lines.map((line) => line.slice(indent));
};

interface Import {
  readonly keyword: 'import' | 'import type';
  /** `v` of `import v` and `* as v` of `import * as v`. */
  readonly whole: string | undefined;
  /** `a`, `type B` and `c as d` of `import { a, type B, c as d }`. */
  readonly names: readonly string[];
  readonly from: string;
}

const importsOf = (code: string): readonly Import[] =>
  [...code.matchAll(/^(import(?: type)?) (?:([\w$]+|\* as [\w$]+)(?:, )?)?(?:\{([^}]*)\} )? ?from '([^']+)';$/gm)].map(
    ([, keyword, whole, names = '', from]) => ({
      keyword: keyword as Import['keyword'],
      whole,
      names: names
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
      from: from!,
    }),
  );

/** The imports that the code uses, so that it can be copied alone. */
const usedImports = (imports: readonly Import[], code: string): readonly string[] => {
  const bare = code.replace(/\/\*[\s\S]*?\*\/|\/\/.*|'(?:[^'\\\n]|\\.)*'/g, '');
  const isUsed = (name: string): boolean =>
    new RegExp(`(?<![\\w$]|(?<!\\.\\.)\\.)${/[\w$]+$/.exec(name)![0].replaceAll('$', '\\$')}(?![\\w$])`).test(bare);
  return imports.flatMap(({ keyword, whole, names, from }) => {
    const used = names.filter(isUsed);
    if (whole === undefined && used.length > 0 && used.every((name) => name.startsWith('type '))) {
      return [`import type { ${used.map((name) => name.slice('type '.length)).join(', ')} } from '${from}';`];
    }
    const list = used.length === 0 ? [] : [`{ ${used.join(', ')} }`];
    const parts = [...(whole !== undefined && isUsed(whole) ? [whole] : []), ...list];
    if (parts.length === 0) return [];
    const line = `${keyword} ${parts.join(', ')} from '${from}';`;
    return line.length <= 120 ? [line] : [line.replace('{ ', '{\n  ').replaceAll(', ', ',\n  ').replace(' }', ',\n}')];
  });
};

/**
 * All regions of that name, outdented, an empty line between two, after the imports of the file that they use. Without a
 * name, the whole text without markers.
 */
export const regionOf = (text: string, name?: string): string => {
  const regions: string[][] = [];
  let open: string[] | undefined;
  const rest: string[] = [];
  for (const line of text.trimEnd().split('\n')) {
    const start = /^\s*\/\/ #region (\S+)$/.exec(line);
    if (start) {
      if (start[1] === name) {
        open = [];
        regions.push(open);
      }
    } else if (/^\s*\/\/ #endregion$/.test(line)) open = undefined;
    else {
      open?.push(line);
      rest.push(line);
    }
  }
  if (name === undefined) return rest.join('\n');
  if (regions.length === 0) throw new Error(`There is no region ${name}`);
  const code = regions.map((lines) => outdent(lines).join('\n')).join('\n\n');
  const imports = usedImports(importsOf(text), code);
  return imports.length === 0 ? code : `${imports.join('\n')}\n\n${code}`;
};
