import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printable } from '../../../common/printable.ts';
import type { DevPart, DevSession } from '../session.ts';

/** The place in a line of a stack, e.g. `at run (file:///shop/price.ts:3:10)`, without the query of a module that was loaded again. */
const frame = /^\s+at (?:.*\(|async )?([^()?]+)(?:\?[^():]*)?:(\d+):\d+\)?$/;

const isForeign = (path: string): boolean => path.startsWith('node:') || path.includes('/node_modules/');

/**
 * The first place in a stack that lies in the modules of the user.
 *
 * @param stack without the lines of this package
 * @param folder from which the path leads
 * @returns `undefined` if there is none
 * @example
 * placeIn('TypeError: x\n    at run (file:///shop/price.ts:3:10)', '/shop'); // 'price.ts:3'
 */
export const placeIn = (stack: string, folder: string): string | undefined => {
  for (const line of stack.split('\n')) {
    const [, path = '', number = ''] = frame.exec(line) ?? [];
    if (path === '' || isForeign(path)) continue;
    const file = path.startsWith('file://') ? fileURLToPath(path) : path;
    const short = relative(folder, file);
    return `${short.startsWith('..') ? file : short}:${number}`;
  }
  return undefined;
};

/** Says once of each place in a connector that has thrown an error where it is: the line of the failure says only what. */
export const showFailurePlaces = ({ host, context }: DevSession): DevPart => {
  const said = new Set<string>();
  const stop = host.on((event) => {
    if (event.kind !== 'job:settled' || event.stack === undefined) return;
    const place = placeIn(event.stack, process.cwd());
    if (place === undefined) return;
    const text = `${event.connector} threw the error at ${place}\n`;
    if (said.size < said.add(text).size) context.printError(printable(text));
  });
  return { stop };
};
