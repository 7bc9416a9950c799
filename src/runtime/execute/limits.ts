import { fault } from '../../common/fault.ts';
import { stringifyDocument } from '../../connector/values/json-text.ts';

/** Bytes of JSON that one job may add to its process: 1.5 MiB, as in the official runtime. */
export const largestVariables = 1_572_864;

/**
 * Throws a fault of kind `input` when variables are larger than {@link largestVariables}: a process of such variables
 * slows the whole cluster, and a little more of it would not pass the gateway at all.
 *
 * @param subject what they are, as the beginning of the sentence
 */
export const refuseLarge = (variables: Readonly<Record<string, unknown>>, subject: string): void => {
  const size = Buffer.byteLength(stringifyDocument(variables));
  if (size <= largestVariables) return;
  throw fault('input', {
    what: `${subject} are larger than 1.5 MB: ${size} bytes of JSON, of at most ${largestVariables}.`,
    fix:
      'map only what the process needs with resultExpression, or keep the content elsewhere and map a reference to it. ' +
      '(Create document, which the official runtime has for this, does not exist here.)',
  });
};
