/** Builds the page of `dev` from `src/page`: for the package, and in a clone when `dev` serves it. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import { licenceOf, packagesOf } from './licences.ts';
import { made } from './made.ts';

const project = fileURLToPath(new URL('..', import.meta.url));

/** The files from which the page is built, as seen from the project. */
export const pageSources = (): readonly string[] =>
  readdirSync(join(project, 'src/page'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(project.length))
    .sort();

/** Parts of the diagrams that only an editor has. */
const editorParts =
  /palette|context-pad|popup|search|resize|bendpoint|segment-dragger|drag|connect-|create-|new-parent|attach-|lasso|tooltip|hint|grid|snap|marquee|hand-|append|toggle/;

const isOfEditor = (selectors: string): boolean => selectors.split(',').every((selector) => editorParts.test(selector));

/** The styles of the diagrams without those of an editor, and without the variables that only those read. */
const viewerStyles = (css: string): string => {
  const plain = css.replace(/\/\*[\s\S]*?\*\//g, '');
  let styles = plain.replace(/([^{}]+)\{[^{}]*\}/g, (rule, selectors: string) => (isOfEditor(selectors) ? '' : rule));
  for (let before = ''; before !== styles; ) {
    before = styles;
    styles = styles.replace(/\s*(--[\w-]+):[^;}]*;/g, (line, name: string) =>
      before.includes(`var(${name})`) ? line : '',
    );
  }
  return styles;
};

const withoutEditor: Plugin = {
  name: 'without-editor',
  setup: ({ onLoad }) => {
    onLoad({ filter: /diagram-js\.css$/ }, ({ path }) => ({
      contents: viewerStyles(readFileSync(path, 'utf8')),
      loader: 'css',
    }));
  },
};

/**
 * Builds the page into a folder: `index.html`, `page.js`, `page.css`, parts that load when they are needed, and the licences of
 * everything inside.
 */
export const buildPage = async (folder: string): Promise<void> => {
  // Loaded here, because a page that has been built before does not need it.
  const { build } = await import('esbuild');
  const { metafile } = await build({
    absWorkingDir: project,
    entryPoints: [
      { in: 'src/page/main.tsx', out: 'page' },
      { in: 'src/page/style.css', out: 'page' },
    ],
    outdir: folder,
    bundle: true,
    splitting: true,
    chunkNames: 'part-[hash]',
    assetNames: '[name]-[hash]',
    minify: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    tsconfig: 'src/page/tsconfig.json',
    legalComments: 'none',
    // The page needs no fonts for icons: nothing of the diagram's menus is shown.
    external: ['*.woff', '*.woff2', '*.ttf', '*.eot'],
    plugins: [withoutEditor],
    metafile: true,
    logLevel: 'warning',
  });
  cpSync(join(project, 'src/page/index.html'), join(folder, 'index.html'));
  const line = `\n${'-'.repeat(80)}\n\n`;
  const licences = [...packagesOf(metafile)].sort().map(licenceOf);
  writeFileSync(
    join(folder, 'LICENSES.txt'),
    ['The page contains parts of the following packages.\n', ...licences].join(line),
  );
};

/** The folder of the page, built from the sources as they are now. */
export const builtPage = (): Promise<string> =>
  made('page', [...pageSources(), 'package-lock.json', 'scripts/page.ts'], buildPage);
