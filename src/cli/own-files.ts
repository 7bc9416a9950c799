/**
 * Where the files of this package are. No other module may use its own place: the modules of the package are put together into few files,
 * which all lie, like this one, in a folder below the root of the modules.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the modules: `src`, or `dist` in the package. Ends with a separator. */
export const moduleFolder: string = fileURLToPath(new URL('..', import.meta.url));

/** The folder with the `package.json` of this package. Ends with a separator. */
export const packageRoot: string = fileURLToPath(new URL('../..', import.meta.url));

/** Whether the modules are the sources, which only tsx can run. */
const isSource = import.meta.url.endsWith('.ts');

/**
 * The path of a program of the command line, for a process or a thread of its own.
 *
 * @param name path below the root of the modules, without extension, e.g. `cli/main`
 */
export const programPath = (name: string): string => join(moduleFolder, `${name}.${isSource ? 'ts' : 'js'}`);

/** Finds packages as this one finds them. */
export const requireAsOwn: NodeJS.Require = createRequire(import.meta.url);
