/**
 * Connectors in the six styles of the official outbound connectors: flat, a variant inside a variant, operations on two levels,
 * shared bindings, credentials, and documents.
 */
import * as v from 'valibot';
import { defineOutbound } from '../../../src/connector/define.ts';
import { hints } from '../../../src/connector/hints.ts';
import type { AnyOutboundConnector } from '../../../src/connector/types.ts';

const echo = (input: unknown): object => input as object;

/** One level of fields in sections. */
export const flat: AnyOutboundConnector = defineOutbound({
  name: 'Call a web hook',
  type: 'style:flat:1',
  resultVariable: 'response',
  template: {
    id: 'style.flat.v1',
    groups: [
      { id: 'endpoint', label: 'HTTP endpoint' },
      { id: 'payload', label: 'Payload' },
      { id: 'timeout', label: 'Connection timeout' },
    ],
    keywords: ['http', 'request'],
    documentationRef: 'https://example.org/hook',
  },
  input: v.object({
    method: v.pipe(v.optional(v.picklist(['GET', 'POST', 'PUT']), 'GET'), hints({ group: 'endpoint' })),
    url: v.pipe(v.string(), v.url('must be a URL'), v.title('URL'), hints({ group: 'endpoint' })),
    headers: v.pipe(v.optional(v.record(v.string(), v.string())), hints({ group: 'endpoint' })),
    storeResponse: v.pipe(v.optional(v.boolean(), false), hints({ group: 'endpoint', feel: 'static' })),
    body: v.pipe(
      v.optional(v.unknown()),
      v.title('Request body'),
      hints({ group: 'payload', condition: { property: 'method', oneOf: ['POST', 'PUT'] } }),
    ),
    connectionTimeoutInSeconds: v.pipe(
      v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8192)), 20),
      hints({ group: 'timeout' }),
    ),
  }),
  run: echo,
});

const password = v.pipe(v.string(), hints({ secret: true }));

/** Kinds of authentication, one of which has kinds of its own. */
export const nested: AnyOutboundConnector = defineOutbound({
  name: 'Ask a model',
  type: 'style:nested:1',
  template: { id: 'style.nested.v1', groups: [{ id: 'authentication', label: 'Authentication' }] },
  input: v.object({
    provider: v.pipe(
      v.variant('type', [
        v.object({ type: v.literal('local'), endpoint: v.string() }),
        v.pipe(
          v.object({
            type: v.literal('cloud'),
            region: v.optional(v.picklist(['us-east-1', 'eu-west-1']), 'us-east-1'),
            authentication: v.pipe(
              v.variant('type', [
                v.object({ type: v.literal('credentials'), accessKey: password, secretKey: password }),
                v.pipe(v.object({ type: v.literal('apiKey'), apiKey: password }), v.title('API key')),
                v.pipe(v.object({ type: v.literal('default') }), v.title('Default chain of the machine')),
              ]),
              v.title('Kind of authentication'),
              hints({ default: { type: 'credentials' } }),
            ),
          }),
          v.title('Cloud'),
        ),
      ]),
      v.title('Provider'),
      hints({ group: 'authentication' }),
    ),
    model: v.enum({ 'fast-1.5': 'fast-1.5', 'large-2.5-pro': 'large-2.5-pro' }),
    temperature: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(2))),
    prompt: v.pipe(v.string(), hints({ type: 'Text' })),
  }),
  run: echo,
});

const method = (name: string, title: string, entries: v.ObjectEntries) =>
  v.pipe(v.object({ method: v.literal(name), ...entries }), v.title(title), hints({ keywords: [title.toLowerCase()] }));

/** Resources, each with methods of its own, which are the entries of the menu. */
export const twoLevels: AnyOutboundConnector = defineOutbound({
  name: 'Team rooms',
  type: 'style:levels:1',
  template: {
    id: 'style.levels.v1',
    groups: [
      { id: 'operation', label: 'Operation' },
      { id: 'authentication', label: 'Authentication' },
    ],
  },
  input: v.object({
    data: v.pipe(
      v.variant('resource', [
        v.object({
          resource: v.literal('chat'),
          call: v.pipe(
            v.variant('method', [
              method('send', 'Send a message in a chat', { chatId: v.string(), text: v.string() }),
              method('list', 'List chats', { top: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))) }),
            ]),
            v.title('Method'),
            hints({ default: { method: 'send' } }),
          ),
        }),
        v.object({
          resource: v.literal('channel'),
          call: v.pipe(
            v.variant('method', [
              method('create', 'Create a channel', { name: v.string(), isPrivate: v.optional(v.boolean(), false) }),
              method('send', 'Send a message in a channel', { channelId: v.string(), text: v.string() }),
              method('remove', 'Remove a channel', { channelId: v.string() }),
            ]),
            v.title('Method'),
            hints({ default: { method: 'create' } }),
          ),
        }),
      ]),
      v.title('Resource'),
      hints({ group: 'operation' }),
    ),
    token: v.pipe(password, hints({ group: 'authentication' })),
  }),
  run: echo,
});

/** Members that write to the same input with different fields. */
export const shared: AnyOutboundConnector = defineOutbound({
  name: 'Put into a queue',
  type: 'style:shared:1',
  template: { id: 'style.shared.v1' },
  input: v.object({
    queue: v.variant('type', [
      v.object({
        type: v.literal('standard'),
        target: v.pipe(v.string(), v.title('Queue URL')),
        body: v.unknown(),
        delay: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(900)), 0),
      }),
      v.object({
        type: v.literal('fifo'),
        target: v.pipe(v.string(), v.endsWith('.fifo'), v.title('FIFO queue URL')),
        body: v.unknown(),
        messageGroupId: v.pipe(v.string(), v.regex(/^[\w-]{1,128}$/, 'must have letters, digits, _ and -')),
      }),
      v.object({
        type: v.literal('topic'),
        target: v.pipe(v.picklist(['orders', 'invoices']), v.title('Topic')),
        body: v.unknown(),
      }),
    ]),
  }),
  run: echo,
});

/** One stored credential for several connectors. */
export const storedAccount = v.pipe(
  v.object({
    authentication: v.variant('type', [
      v.object({ type: v.literal('keys'), accessKey: password, secretKey: password }),
      v.object({ type: v.literal('default') }),
    ]),
    region: v.optional(v.string()),
  }),
  hints({ credential: { id: 'style:account:1', name: 'Account' } }),
);

const withoutCredential = { condition: { property: 'account', isEmpty: true } } as const;

/** A stored credential, or the same values inline. */
export const credentials: AnyOutboundConnector = defineOutbound({
  name: 'Call a function',
  type: 'style:credentials:1',
  template: { id: 'style.credentials.v1' },
  input: v.object({
    account: v.pipe(v.optional(storedAccount), v.title('Stored account')),
    accessKey: v.pipe(v.optional(password), hints({ ...withoutCredential, notEmpty: true })),
    region: v.pipe(v.optional(v.string()), hints(withoutCredential)),
    functionName: v.string(),
  }),
  run: echo,
});

/** Documents in, and content out as a document, text or JSON. */
export const documents: AnyOutboundConnector = defineOutbound({
  name: 'Files',
  type: 'style:documents:1',
  template: { id: 'style.documents.v1' },
  input: v.variant('action', [
    v.pipe(
      v.object({
        action: v.literal('upload'),
        bucket: v.string(),
        document: v.pipe(v.looseObject({ 'camunda.document.type': v.string() }), v.title('Document')),
      }),
      v.title('Upload a file'),
    ),
    v.pipe(
      v.object({
        action: v.literal('download'),
        bucket: v.string(),
        key: v.string(),
        documentReturnFormat: v.object({
          choice: v.pipe(
            v.optional(v.picklist(['DOCUMENT', 'TEXT', 'JSON']), 'DOCUMENT'),
            v.title('Return format'),
            hints({ id: 'documentReturnFormat', choices: { DOCUMENT: 'Document', TEXT: 'Text', JSON: 'JSON' } }),
          ),
          encoding: v.pipe(
            v.optional(v.string(), 'UTF-8'),
            hints({
              id: 'documentReturnFormatEncoding',
              condition: { property: 'documentReturnFormat.choice', equals: 'TEXT' },
            }),
          ),
        }),
      }),
      v.title('Download a file'),
    ),
  ]),
  run: echo,
});

export const styles: readonly AnyOutboundConnector[] = [flat, nested, twoLevels, shared, credentials, documents];
