import { pathToFileURL } from 'node:url';
import { errorStack, readProperty } from '../../../runtime/shared/error-text.ts';
import { packageRoot } from '../../own-files.ts';

const deepestCause = 8;

/** The lines of a stack without those inside of this package, which say nothing to the author of a connector. */
const ownLines = (stack: string): string =>
  stack
    .split('\n')
    .filter(
      (line) =>
        !/^\s+at /.test(line) || !(line.includes(packageRoot) || line.includes(pathToFileURL(packageRoot).href)),
    )
    .filter((line) => !/^\s+at (?:new Promise|process\.processTicksAndRejections|async Promise)/.test(line))
    .join('\n');

/** The stacks of an error and of its causes, as Node.js shows them; `undefined` if there are none. */
export const stackOf = (thrown: unknown): string | undefined => {
  const stacks: string[] = [];
  for (let error = thrown; stacks.length < deepestCause; error = readProperty(error, 'cause')) {
    const stack = errorStack(error);
    if (stack === undefined) break;
    stacks.push(ownLines(stack));
  }
  return stacks.length === 0 ? undefined : stacks.join('\nCaused by: ');
};
