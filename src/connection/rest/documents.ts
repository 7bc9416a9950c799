/** Documents over REST. */
import type { DocumentCallOptions, DocumentId, DocumentStore, NewDocument } from '../../connector/document.ts';
import { checkedStore } from '../../connector/documents/check-arguments.ts';
import { contentTypeOf, longestUpload, readContent, tooLarge } from '../../connector/documents/content.ts';
import { stringifyValue } from '../../connector/values/json-text.ts';
import { abortedFault, deadlineFault } from '../faults.ts';
import { partsWithin } from '../network/content-stream.ts';
import { methodOf, type RestCall, type RestCalls } from './calls.ts';
import { faultOfLostStream } from './http/network-faults.ts';
import type { RestRequest } from './http/request-text.ts';
import { strangeAnswer } from './messages/answer-faults.ts';
import { formOfParts } from './messages/multipart.ts';
import { readLink, readReference } from './messages/read-answers.ts';

/** Time limit of a call in milliseconds, and of each part of a content. */
const documentTimeout = 60_000;

/** Asks for an answer in JSON with this status. */
export type AskJson = <Result>(call: RestCall, read: (body: string) => Result, status: number) => Promise<Result>;

const queryOf = (parameters: Readonly<Record<string, string | null | undefined>>): string => {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
};

/** An id may come from anywhere, so it must not change the path. */
const pathOf = (documentId: string): string => `/documents/${encodeURIComponent(documentId)}`;

const timeText = (time: Date | string): string => (time instanceof Date ? time.toISOString() : time);

const creationRequest = (document: NewDocument, content: Uint8Array): RestRequest => {
  const { fileName, contentType, expiresAt, customProperties, processDefinitionId, processInstanceKey } = document;
  const { documentId, storeId } = document;
  const type = contentType ?? contentTypeOf(fileName);
  const metadata = {
    contentType: type,
    ...(fileName == null ? {} : { fileName }),
    ...(expiresAt === undefined ? {} : { expiresAt: timeText(expiresAt) }),
    size: content.length,
    ...(processDefinitionId === undefined ? {} : { processDefinitionId }),
    ...(processInstanceKey === undefined ? {} : { processInstanceKey }),
    ...(customProperties === undefined ? {} : { customProperties }),
  };
  return {
    method: 'POST',
    path: `/documents${queryOf({ storeId, documentId })}`,
    ...formOfParts([
      { name: 'metadata', contentType: 'application/json', content: Buffer.from(stringifyValue(metadata)) },
      // A cluster takes only a part with a file name for a file.
      { name: 'file', fileName: fileName ?? documentId ?? 'document', contentType: type, content },
    ]),
  };
};

/** A login page is never a document, unless the document is a page. */
const isPage = (type: string | undefined, { metadata }: DocumentId): boolean =>
  /^text\/html/i.test(type ?? '') && !/^text\/html/i.test(metadata?.contentType ?? '');

/**
 * Makes the documents of a cluster out of calls to its REST API.
 *
 * @param ask makes a call whose answer is JSON
 * @param tell makes a call whose answer has no content
 */
export const createRestDocuments = (
  calls: RestCalls,
  ask: AskJson,
  tell: (call: RestCall) => Promise<void>,
): DocumentStore => {
  const limitsOf = ({ timeout = documentTimeout, signal }: DocumentCallOptions) => ({ timeout, signal });
  return checkedStore({
    create: async (document, options = {}) => {
      const refused = () => tooLarge('The document', longestUpload, 'store less, or in several documents.');
      const content = await readContent(document.content, longestUpload, refused, options.signal);
      return ask({ ...creationRequest(document, content), ...limitsOf(options) }, readReference, 201);
    },
    read: async (document, options = {}) => {
      const { documentId, storeId, contentHash } = document;
      const path = pathOf(documentId) + queryOf({ storeId, contentHash });
      const accept = 'application/octet-stream, */*';
      const call: RestCall = { method: 'GET', path, accept, streams: true, isIdempotent: true, ...limitsOf(options) };
      const { status, headers, stream } = await calls.call(call);
      if (status !== 200 || stream === undefined || isPage(headers['content-type'], document)) {
        stream?.destroy();
        throw strangeAnswer(methodOf(call), calls.address, status, 'not the content of a document');
      }
      const { address, closing } = calls;
      const limits = { milliseconds: call.timeout, signals: [call.signal, closing] };
      return partsWithin(stream, limits, (end) => {
        if (end === 'late') return deadlineFault(methodOf(call), address, call.timeout, 'the content');
        if (end === 'aborted') return abortedFault(methodOf(call), address, closing.aborted);
        return faultOfLostStream(methodOf(call), address, end);
      });
    },
    createLink: ({ documentId, storeId, contentHash }, { timeToLive, ...options } = {}) => {
      const path = `${pathOf(documentId)}/links${queryOf({ storeId, contentHash })}`;
      const body = JSON.stringify(timeToLive === undefined ? {} : { timeToLive });
      return ask({ method: 'POST', path, body, ...limitsOf(options) }, readLink, 201);
    },
    delete: ({ documentId, storeId }, options = {}) =>
      tell({ method: 'DELETE', path: pathOf(documentId) + queryOf({ storeId }), ...limitsOf(options) }),
  });
};
