import { request as openRequest } from 'node:http';
import { fault } from '../../../common/fault.ts';
import type { RawRequest } from '../../../connector/webhooks/auth-types.ts';
import { callbackPrefix } from '../../../runtime/inbound/callback-address.ts';
import { type SignAgainServices, signAgain } from '../../../runtime/inbound/sign-again.ts';
import type { AnyInbound } from '../../../runtime/index.ts';
import type { Resent, ServerAddress, StoredRequest } from '../session.ts';

/** Milliseconds for an answer. A webhook answers within a few seconds. */
const patience = 60_000;

/** Headers that belong to the connection on which a request has arrived. */
const ofConnection: ReadonlySet<string> = new Set([
  ...['connection', 'content-length', 'expect', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
]);

/** An address at which this machine reaches a server that listens on all addresses. */
const reachable = (url: string): string => url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');

/** Sends a request as it is, and returns the status of the answer. */
const send = (url: string, { method, path, query, headers, body }: RawRequest): Promise<number> => {
  const own = headers.filter(([name]) => !ofConnection.has(name.toLowerCase()));
  const length = body.length === 0 && method === 'GET' ? [] : [['content-length', String(body.length)]];
  return new Promise((resolve, reject) => {
    const sent = openRequest(
      reachable(url),
      {
        ...{ method, path: query === '' ? path : `${path}?${query}` },
        // As a list, so that repeated headers stay.
        headers: [...own, ...length, ['connection', 'close']] as never,
        signal: AbortSignal.timeout(patience),
      },
      (response) => {
        response.resume();
        response.once('error', reject).once('end', () => resolve(response.statusCode ?? 0));
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
};

/** What {@link resendRequest} needs. */
export interface ResendServices extends Omit<SignAgainServices, 'publicUrl' | 'now'> {
  readonly inbound: readonly AnyInbound[];
  /** Absent while there is no server. */
  readonly server: ServerAddress | undefined;
}

/** What is sent: signed anew, if it is for a webhook. The address of a callback needs no signature. */
const prepare = async (
  { connector, request }: StoredRequest,
  { inbound, server, ...services }: ResendServices & { readonly server: ServerAddress },
): ReturnType<typeof signAgain> => {
  if (request.path.startsWith(callbackPrefix)) return { request, signature: 'unchanged' };
  const webhook = inbound.find((one) => one.kind === 'webhook' && one.name === connector);
  if (webhook?.kind === 'webhook') {
    return await signAgain(webhook, request, { ...services, publicUrl: server.publicUrl, now: Date.now() });
  }
  throw fault('rejection', {
    what: `No loaded webhook has the name ${JSON.stringify(connector)}.`,
    fix: 'send a call of a webhook that is loaded, or give the webhook its name of before.',
  });
};

/**
 * Sends a request to the server for webhooks and callbacks again.
 *
 * @throws a fault that says why it could not be signed or sent
 */
export const resendRequest = async (stored: StoredRequest, services: ResendServices): Promise<Resent> => {
  const { server } = services;
  if (server === undefined) {
    throw fault('rejection', {
      what: 'No webhook or callback is served.',
      fix: 'load a module with a webhook or a callback, then repeat it.',
    });
  }
  const { request, signature } = await prepare(stored, { ...services, server });
  try {
    return { status: await send(server.url, request), signature };
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw fault('connection', {
      what: `The server for webhooks did not answer (${code ?? message}).`,
      fix: 'wait until the connectors work, then repeat it.',
      cause,
    });
  }
};
