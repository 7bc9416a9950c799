/** Loads modules of the Modeler, whose imports only bundlers can resolve. */
import { type BuildOptions, build } from 'esbuild';

/** Bundles the text of a module whose imports begin in this folder, and imports the bundle. */
export const importBundled = async (contents: string, options: BuildOptions): Promise<unknown> => {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
    ...options,
  });
  const code = outputFiles?.[0]?.contents ?? [];
  return import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`);
};
