/** Bundles of a user's program, each a single file in a folder of its own, with no `node_modules` on any path above it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { moduleProgram } from './program.ts';

/** esbuild turns `require` of CommonJS packages inside an ES module into a call that only this line makes work. */
const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/**
 * Bundles the program with esbuild.
 *
 * @param project the folder with the installed package
 * @param folder where the file goes
 * @returns the path of the bundle and the warnings of esbuild
 */
export const bundle = async (
  format: 'cjs' | 'esm',
  project: string,
  folder: string,
): Promise<{ readonly path: string; readonly warnings: readonly string[] }> => {
  const source = join(project, 'bundled.ts');
  writeFileSync(source, moduleProgram);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, format === 'cjs' ? 'main.cjs' : 'main.mjs');
  const { warnings } = await build({
    absWorkingDir: project,
    entryPoints: [source],
    outfile: path,
    bundle: true,
    minify: true,
    platform: 'node',
    format,
    target: 'node20.12',
    ...(format === 'esm' ? { banner: { js: banner } } : {}),
    logLevel: 'silent',
  });
  return { path, warnings: warnings.map(({ text }) => text) };
};
