import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fault, isFault } from '../../../common/fault.ts';
import { isObject } from '../../../common/is-object.ts';
import type { JsonText } from '../../../connector/types.ts';
import { parseValue } from '../../../connector/values/json-text.ts';
import { loopback } from '../../../engine/gateway/listen.ts';
import { createAccess, safeHeaders } from './access.ts';
import type { Asset } from './assets.ts';
import type { Gone, Problem } from './contract.ts';
import type { EventStream } from './event-stream.ts';
import type { WriteJson } from './json.ts';

/** Largest body of a request in bytes: the variables that a cluster takes at once, 4 MiB, and what stands around them. */
const maxBody = 4_300_000;

/** What the server serves. */
export interface PageContent {
  /** A file of the page by its path, such as `/page.js`. */
  readonly asset: (path: string) => Promise<Asset | undefined>;
  /** Reads of the page by their path, such as `/state`. `undefined`: there is no such thing. */
  readonly queries: Readonly<Record<string, (parameters: URLSearchParams) => unknown>>;
  /** What the answers to some reads depend on, as a text: while it is the same, the page keeps the answer that it has. */
  readonly stamps?: Readonly<Record<string, (parameters: URLSearchParams) => string | undefined>>;
  /** Why something that was read does not exist, if more is known. */
  readonly gone?: (path: string, parameters: URLSearchParams) => string | undefined;
  /** Actions by their name. What they return is sent to the page. */
  readonly actions: Readonly<Record<string, (body: never) => unknown>>;
  /** The largest bodies of actions that take more than others, in bytes. */
  readonly largeBodies?: Readonly<Record<string, number>>;
  readonly events: EventStream;
  readonly json: WriteJson;
}

/** A page that is served. */
export interface PageServer {
  readonly port: number;
  /** With the token, which opens the page. */
  readonly address: string;
  readonly stop: () => Promise<void>;
}

/** Ports from here on, below those that systems give to connections. */
const [firstPort, portCount] = [20_000, 10_000];

/**
 * The port of the page for a folder, if it is free. It stays the same, because a browser remembers by host and port: the variables
 * with which instances were started are there again the next time.
 *
 * @example
 * usualPort('/home/ada/orders'); // from 20000 to 29999
 */
export const usualPort = (folder: string): number =>
  firstPort + (createHash('sha256').update(folder).digest().readUInt32BE(0) % portCount);

/** What is wrong with a request. */
const refuse = (status: number, text: string): Error => Object.assign(new Error(text), { status });

const statusOf = (error: unknown): number => {
  const { status } = error as { readonly status?: unknown };
  if (typeof status === 'number') return status;
  return isFault(error) ? 400 : 500;
};

const readBody = async (request: IncomingMessage, largest: number): Promise<unknown> => {
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  // No form of another page can send this type.
  if (type !== 'application/json') throw refuse(415, 'The content type must be application/json.');
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > largest) throw refuse(413, `The request is larger than ${largest} bytes. Fix: send less.`);
    parts.push(part);
  }
  const body = parseValue(Buffer.concat(parts).toString('utf8') as JsonText, 'The body');
  if (!isObject(body)) throw refuse(400, 'The body must be a JSON object.');
  return body;
};

/** A stamp as a header has it. */
const tagOf = (stamp: string): string => `"${createHash('sha256').update(stamp).digest('base64url').slice(0, 22)}"`;

/** The address of a request: its path. One with a host, as proxies get it, is not for this server. */
const urlOf = (target = '/'): URL => {
  try {
    // `new URL` alone would take a path such as `//` for a host.
    if (target.startsWith('/')) return new URL(`http://${loopback}${target}`);
  } catch {
    // See below.
  }
  throw refuse(400, 'The request has no path. Fix: open the address that dev has printed.');
};

const goneText = 'It does not exist (any more).';

const signInText = `Only the person who started dev may use this page. Fix: open the address that dev has printed, with everything after "?".\n`;

/**
 * Serves a page on 127.0.0.1, and only there. Every request needs the token of the address, as a cookie.
 *
 * @param port 0: a free one
 * @param usualPort is tried before it
 * @throws a `configuration` fault if the port is not available
 */
export const startPageServer = async (content: PageContent, port: number, usualPort?: number): Promise<PageServer> => {
  const answer = (response: ServerResponse, status: number, type: string, body: string | Buffer): void => {
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
    response.end(body);
  };
  const answerJson = (response: ServerResponse, value: unknown): void =>
    answer(response, 200, 'application/json', content.json(value));

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refusal = access.refusal(request.headers);
    if (refusal !== undefined) throw refuse(refusal.status, refusal.text);
    const { pathname, searchParams } = urlOf(request.url);
    const token = searchParams.get('t');
    if (request.method === 'GET' && pathname === '/' && token !== null && access.isToken(token)) {
      response.writeHead(303, { location: '/', 'set-cookie': access.cookie }).end();
      return;
    }
    if (!access.hasCookie(request.headers)) {
      answer(response, 401, 'text/plain; charset=utf-8', signInText);
      return;
    }
    if (request.method === 'POST') {
      const name = pathname.replace(/^\/do\//, '');
      const action = Object.hasOwn(content.actions, name) ? content.actions[name] : undefined;
      if (action === undefined || !pathname.startsWith('/do/')) throw refuse(404, `There is no action ${pathname}.`);
      answerJson(response, await action((await readBody(request, content.largeBodies?.[name] ?? maxBody)) as never));
      return;
    }
    if (request.method !== 'GET') throw refuse(405, 'The page takes GET and POST.');
    if (pathname === '/events') {
      const last = Number(request.headers['last-event-id'] ?? searchParams.get('after') ?? Number.NaN);
      content.events.open(response, last, searchParams.has('steps'));
      return;
    }
    const query = Object.hasOwn(content.queries, pathname) ? content.queries[pathname] : undefined;
    if (query !== undefined) {
      const began = performance.now();
      const stamp = content.stamps?.[pathname]?.(searchParams);
      const tag = stamp === undefined ? undefined : tagOf(stamp);
      if (tag !== undefined && request.headers['if-none-match'] === tag) {
        response.writeHead(304, { etag: tag }).end();
        content.events.readTook(performance.now() - began);
        return;
      }
      const asked = query(searchParams);
      const asking = performance.now() - began;
      const found = await asked;
      const written = performance.now();
      if (found === undefined) {
        // Not an error: a page often shows something that has just gone, and browsers report each 404 on their console.
        const gone: Gone = { 'camunda-connectors:gone': content.gone?.(pathname, searchParams) ?? goneText };
        answerJson(response, gone);
        return;
      }
      if (tag !== undefined) response.setHeader('etag', tag);
      answerJson(response, found);
      content.events.readTook(asking + performance.now() - written);
      return;
    }
    const asset = await content.asset(pathname);
    if (asset === undefined) throw refuse(404, `There is no ${pathname}.`);
    answer(response, 200, asset.type, asset.content);
  };

  const server = createServer({ requestTimeout: 30_000, headersTimeout: 30_000 }, (request, response) => {
    response.on('error', () => undefined);
    for (const [name, value] of Object.entries(safeHeaders as OutgoingHttpHeaders)) response.setHeader(name, value!);
    serve(request, response).catch((error: unknown) => {
      if (response.headersSent) {
        response.destroy();
        return;
      }
      const problem: Problem = { error: error instanceof Error ? error.message : String(error) };
      response.shouldKeepAlive = false;
      request.resume();
      answer(response, statusOf(error), 'application/json', content.json(problem));
    });
  });
  server.maxConnections = 100;
  const listen = async (at: number): Promise<void> => {
    server.listen({ port: at, host: loopback });
    await once(server, 'listening');
  };
  try {
    if (usualPort === undefined) await listen(port);
    else await listen(usualPort).catch(() => listen(port));
  } catch (error) {
    const cause = error as NodeJS.ErrnoException;
    throw fault('configuration', {
      what: `The page cannot listen on ${loopback}:${port} (${cause.code ?? cause.message}).`,
      where: `--page-port ${port}`,
      fix: 'choose a free port, or leave it out to use any free one.',
      cause,
    });
  }
  // A connection that cannot be accepted must not end the process.
  server.on('error', () => {});
  const own = (server.address() as AddressInfo).port;
  const access = createAccess(own);
  return {
    port: own,
    address: `http://${loopback}:${own}/?t=${access.token}`,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      content.events.stop();
      server.closeAllConnections();
      await closed;
    },
  };
};
