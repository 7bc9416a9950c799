import { fault, isFault } from '../../../common/fault.ts';
import { isObject } from '../../../common/is-object.ts';
import { type DocumentResult, type DocumentReturnFormat, returnFormats } from '../../../connector/document.ts';
import { checkArgument } from '../../../connector/documents/check-arguments.ts';
import { closeContent, longestUpload, readContent, tooLarge } from '../../../connector/documents/content.ts';
import { decodeText } from '../../../connector/documents/open-document.ts';
import { parseValue } from '../../../connector/values/json-text.ts';
import { largestVariables } from '../../shared/stored-variables.ts';
import { createJobDocument, type JobDocuments } from './job-documents.ts';

/** The variable that says what becomes of content. */
export const returnFormatVariable = 'documentReturnFormat';

interface Format {
  readonly choice: DocumentReturnFormat;
  readonly encoding: string;
}

const formatOf = (value: unknown): Format => {
  const { choice, encoding } = isObject(value) ? value : {};
  if (choice === undefined || choice === null) {
    throw fault('output', {
      what: `The task does not say in which format it wants the content: the variable ${returnFormatVariable}.choice is missing.`,
      fix: `map ${returnFormats.join(', ')} to ${returnFormatVariable}.choice, and put documentReturnFormat() into the input schema of the connector.`,
    });
  }
  const known = returnFormats.find((format) => format === choice);
  if (known === undefined) {
    throw fault('input', {
      what: `${returnFormatVariable}.choice must be one of ${returnFormats.join(', ')}.`,
      fix: 'choose a format in the task.',
    });
  }
  return { choice: known, encoding: typeof encoding === 'string' && encoding.trim() !== '' ? encoding : 'UTF-8' };
};

const jsonOf = (bytes: Uint8Array): unknown => {
  try {
    return parseValue(decodeText(bytes, 'UTF-8'));
  } catch (error) {
    if (!isFault(error, 'value')) throw error;
    throw fault('output', {
      what: 'The content is not JSON, although the task asks for JSON.',
      fix: `choose TEXT or DOCUMENT in ${returnFormatVariable}.choice.`,
    });
  }
};

/**
 * Gives the content of a result the format that the task asks for, as the official runtime does. A stream is closed in any
 * case.
 *
 * Throws a fault of kind `input` for what another attempt would find again: an unknown format or encoding, and content that is
 * too large for a variable.
 *
 * @param format the variable `documentReturnFormat` of the job
 * @param signal ends the reading of a stream
 */
export const convertResult = async (
  { document, wrap }: DocumentResult,
  format: unknown,
  documents: JobDocuments,
  signal: AbortSignal,
): Promise<unknown> => {
  try {
    checkArgument('a new document', document, 'documentResult(document)');
    const { choice, encoding } = formatOf(format);
    if (choice === 'DOCUMENT') {
      const refused = () => tooLarge('The document', longestUpload, 'store less, or in several documents.');
      const content = await readContent(document.content, longestUpload, refused, signal);
      return await wrap(await createJobDocument(documents, { ...document, content }));
    }
    const refused = () =>
      tooLarge(
        'The content',
        largestVariables,
        `choose DOCUMENT in ${returnFormatVariable}.choice: a variable takes 1.5 MB at most.`,
      );
    const bytes = await readContent(document.content, largestVariables, refused, signal);
    return await wrap(choice === 'TEXT' ? decodeText(bytes, encoding) : jsonOf(bytes));
  } finally {
    await closeContent(document?.content);
  }
};
