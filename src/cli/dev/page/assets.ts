import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { moduleFolder, packageRoot } from '../../own-files.ts';

/** A file of the page. */
export interface Asset {
  readonly type: string;
  readonly content: Buffer;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

/** The folder with the built page. In the sources, where nothing is built, it is built now. */
const findFolder = async (): Promise<string> => {
  const beside = join(moduleFolder, 'page');
  if (existsSync(join(beside, 'page.js'))) return beside;
  const script = pathToFileURL(join(packageRoot, 'scripts/page.ts')).href;
  const { builtPage } = (await import(script)) as { readonly builtPage: () => Promise<string> };
  return builtPage();
};

/**
 * Creates the function that reads the files of the page.
 *
 * @returns a function of a path such as `/page.js`, which resolves with `undefined` if there is no such file
 */
export const createAssets = (): ((path: string) => Promise<Asset | undefined>) => {
  let folder: Promise<string> | undefined;
  return async (path) => {
    const name = path === '/' ? 'index.html' : path.slice(1);
    const type = types[extname(name)];
    if (type === undefined || !/^[\w-]+\.\w+$/.test(name)) return undefined;
    folder ??= findFolder();
    try {
      return { type, content: await readFile(join(await folder, name)) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  };
};
