import { parseDayTimeDuration } from '../../../common/duration.ts';
import { isFault } from '../../../common/fault.ts';
import { isObject } from '../../../common/is-object.ts';
import { type Document, hasDocumentMark } from '../../../connector/document.ts';
import { type DocumentSource, openDocument } from '../../../connector/documents/open-document.ts';
import { toJson } from '../../../connector/values/to-json.ts';
import { plainErrorText } from '../../shared/error-text.ts';

/**
 * Intrinsic functions of the official runtime: objects in the input of an outbound connector that stand for the result of a
 * function, `{ "camunda.function.type": "base64", "params": ["hi"] }`.
 */
export const functionMark = 'camunda.function.type';

type Fields = Readonly<Record<string, unknown>>;

/** A call that cannot be carried out. Its text never quotes a parameter. */
interface Refusal {
  readonly refused: string;
}

/** What a function gives. */
export type IntrinsicResult = { readonly value: unknown } | Refusal;

/** Whether a value stands for the result of a function. */
export const isCall = (value: unknown): value is Fields => isObject(value) && Object.hasOwn(value, functionMark);

const textOf = async (document: Document, charset: unknown): Promise<IntrinsicResult> => {
  const encoding = charset === undefined || charset === null ? 'UTF-8' : String(charset);
  const bytes = await document.bytes();
  try {
    return { value: new TextDecoder(encoding).decode(bytes) };
  } catch {
    return { refused: 'its charset is unknown' };
  }
};

const partOf = async (root: Fields, expression: unknown): Promise<IntrinsicResult> => {
  if (expression === undefined || expression === null || (typeof expression === 'string' && expression.trim() === '')) {
    return { value: root };
  }
  if (typeof expression !== 'string') return { refused: 'its second parameter must be a FEEL expression' };
  // Loaded here, because hardly any job needs it.
  const { compileExpression } = await import('../../../feel/index.ts');
  try {
    const found = compileExpression(expression).evaluate((name) =>
      Object.hasOwn(root, name) ? root[name] : undefined,
    );
    return { value: toJson(found) };
  } catch {
    return { refused: 'its FEEL expression cannot be evaluated' };
  }
};

type Open = (value: unknown) => Document | undefined;

interface Intrinsic {
  /** The number of parameters without which it cannot be called. */
  readonly needs: number;
  readonly call: (open: Open, ...params: readonly unknown[]) => Promise<IntrinsicResult>;
}

const notADocument: Refusal = { refused: 'its first parameter must be a document' };

const functions: Readonly<Record<string, Intrinsic>> = {
  base64: {
    needs: 1,
    call: async (open, given) => {
      if (typeof given === 'string') return { value: Buffer.from(given, 'utf8').toString('base64') };
      const document = open(given);
      if (document === undefined) return { refused: 'its parameter must be text or a document' };
      return { value: Buffer.from(await document.bytes()).toString('base64') };
    },
  },
  getText: {
    needs: 1,
    call: async (open, given, charset) => {
      const document = open(given);
      return document === undefined ? notADocument : textOf(document, charset);
    },
  },
  getJson: {
    needs: 1,
    call: async (open, given, expression) => {
      const document = open(given);
      if (document === undefined) return notADocument;
      let root: unknown;
      try {
        root = await document.json();
      } catch (error) {
        if (isFault(error, 'input') && /not JSON/.test(error.message)) return { refused: 'the document is not JSON' };
        throw error;
      }
      return isObject(root) ? partOf(root, expression) : { refused: 'the JSON of the document must be an object' };
    },
  },
  createLink: {
    needs: 1,
    call: async (open, given, duration) => {
      const document = open(given);
      if (document === undefined) return notADocument;
      if (duration === undefined || duration === null) return { value: (await document.link()).url };
      const timeToLive = typeof duration === 'string' ? parseDayTimeDuration(duration.trim()) : undefined;
      if (timeToLive === undefined || timeToLive <= 0)
        return { refused: 'its second parameter must be a duration such as PT1H' };
      return { value: (await document.link({ timeToLive })).url };
    },
  },
  createGithubAppInstallationToken: {
    needs: 0,
    call: async () => ({ refused: 'this runtime does not request tokens; pass a token' }),
  },
};

/** The names of all functions. */
export const functionNames: readonly string[] = Object.keys(functions);

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/**
 * Carries out a function whose parameters are known. A store that does not answer is an error; everything else that goes wrong
 * is a refusal.
 */
export const callFunction = async (
  name: string,
  params: readonly unknown[],
  source: DocumentSource,
): Promise<IntrinsicResult> => {
  const { needs, call } = functions[name]!;
  if (params.length < needs) return { refused: `it needs ${needs === 1 ? 'a parameter' : `${needs} parameters`}` };
  const open: Open = (value) => (hasDocumentMark(value) ? openDocument(value, source) : undefined);
  try {
    return await call(open, ...params);
  } catch (error) {
    if (!isFault(error, 'input')) throw error;
    return { refused: lowerFirst(plainErrorText(error).replace(/\.$/, '')) };
  }
};
