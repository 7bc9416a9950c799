/** What packages a bundle contains, and their licences. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

const { resolve: resolvePackage } = createRequire(import.meta.url);

/** The folder of an installed package, by its name. */
export const packageFolder = (name: string): string => {
  const folder = resolvePackage.paths(name)!.find((path) => existsSync(join(path, name, 'package.json')));
  if (folder === undefined) throw new Error(`${name} is not installed`);
  return join(folder, name);
};

/** The names of the packages in a bundle. */
export const packagesOf = ({ inputs }: Metafile): ReadonlySet<string> =>
  new Set(
    Object.keys(inputs).flatMap((path) => {
      const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
      return name === undefined ? [] : [name];
    }),
  );

/** The name, the version and the licence text of an installed package. */
export const licenceOf = (name: string): string => {
  const folder = packageFolder(name);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(?:\.\w+)?$/i.test(entry));
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, string>;
  const text = file === undefined ? `Licence: ${license}` : readFileSync(join(folder, file), 'utf8').trim();
  return `${name} ${version}\n\n${text}\n`;
};
