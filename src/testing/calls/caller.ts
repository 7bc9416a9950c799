import { fault } from '../../common/fault.ts';
import { didYouMean, nearest } from '../../common/nearest-name.ts';
import type { RawRequest, WebhookAuth } from '../../connector/webhooks/auth-types.ts';
import type { AnyWebhook } from '../../connector/webhooks/types.ts';
import { callbackPrefix, callbackRoute } from '../../runtime/inbound/callback-address.ts';
import { resolveAuth } from '../../runtime/inbound/prepare-webhooks.ts';
import type { SecretProvider } from '../../runtime/secrets/provider.ts';
import type { EndedCall } from '../../runtime/shared/call.ts';
import { errorText } from '../../runtime/shared/error-text.ts';
import { silentLogger } from '../../runtime/shared/logger.ts';
import type { Runtime } from '../../runtime/shared/runtime-interface.ts';
import { requestOf, webhookRequest } from './request.ts';
import { sendRequest } from './send.ts';
import type { CallAnswer, CallRequest, WebhookCall } from './types.ts';

/** Calls the webhooks and callbacks of a test as the world outside would: over HTTP, at the server of its runtime. */
export interface Caller {
  /** Calls a webhook of the test, which is found by its name. */
  webhook(webhook: Pick<AnyWebhook, 'name'>, call: WebhookCall): Promise<CallAnswer>;
  /** Calls an address of the server. */
  address(address: string, call: CallRequest): Promise<CallAnswer>;
  /** The cluster has a message. Calls that are still open may wait for something else from now on. */
  published(): void;
  /** The calls that have led to nothing so far, in words. */
  underWay(): readonly string[];
}

/** What calls are made with. */
export interface CallerParts {
  readonly runtime: Pick<Runtime, 'on'>;
  readonly webhooks: readonly AnyWebhook[];
  readonly secrets: SecretProvider;
  /** Milliseconds since 1970: the time of processes, which requests are signed with. */
  readonly now: () => number;
  /** Called when a call has begun or ended. */
  readonly onChange: () => void;
}

/**
 * Turns of the event loop until the end of a call is reported. The server reports it when the operating system has the answer, which
 * may be after the caller has read it.
 */
const maxTurns = 50;

const unknownWebhook = (name: string, known: readonly string[]): Error =>
  fault('definition', {
    what: didYouMean(
      `The test has no webhook with the name ${JSON.stringify(name)}.`,
      nearest(name, known),
      known.length === 0 ? 'It has no webhooks.' : `Its webhooks: ${known.join(', ')}.`,
    ),
    where: 'processes.call(webhook, request)',
    fix: 'add the webhook to the option connectors: { inbound: [ … ] }.',
  });

const foreign = (): Error =>
  fault('definition', {
    what: 'The address does not belong to the server of this test.',
    where: 'processes.call(address, request)',
    fix: 'pass the address that a callback has set (callback_url), or a path such as /hooks/payments. The test needs a webhook or a callback.',
  });

/** Creates what makes the calls of a test. It must be created before the runtime starts. */
export const createCaller = ({ runtime, webhooks, secrets, now, onChange }: CallerParts): Caller => {
  const unclaimed = new Set<EndedCall>();
  const auths = new Map<string, Promise<WebhookAuth>>();
  /** The calls that wait for an answer; true: it may depend on something else than the runtime. */
  const open = new Map<symbol, { readonly text: string; hasPublished: boolean }>();
  let url: string | undefined;
  let count = 0;

  runtime.on('server:listening', (event) => {
    url = event.url;
  });
  runtime.on('call:ended', (call) => {
    unclaimed.add(call);
  });

  const authOf = (webhook: AnyWebhook): Promise<WebhookAuth> => {
    const known = auths.get(webhook.name);
    if (known !== undefined) return known;
    const services = { logger: silentLogger, signal: new AbortController().signal };
    const resolved = resolveAuth(webhook, { secrets }, services);
    auths.set(webhook.name, resolved);
    return resolved;
  };

  /** The report about a call. Those of calls that look the same may be swapped, which nobody can notice. */
  const reportOf = async (
    { method, body }: RawRequest,
    route: string | undefined,
    status: number,
    earlier: ReadonlySet<EndedCall>,
  ): Promise<EndedCall | undefined> => {
    if (route === undefined) return undefined;
    for (let turn = 0; turn < maxTurns; turn++) {
      const found = [...unclaimed].find(
        (call) =>
          !earlier.has(call) &&
          call.route === route &&
          call.method === method &&
          (call.status ?? status) === status &&
          (call.bodySize ?? body.length) === body.length,
      );
      if (found !== undefined) {
        unclaimed.delete(found);
        return found;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    return undefined;
  };

  const send = async (raw: RawRequest, route: string | undefined): Promise<CallAnswer> => {
    if (url === undefined) throw foreign();
    const earlier = new Set(unclaimed);
    const { status, headers, body } = await sendRequest(url, raw);
    const report = await reportOf(raw, route, status, earlier);
    return {
      ...{ status, headers, body },
      ...(report === undefined ? {} : { result: report.result }),
      ...(report?.error === undefined ? {} : { reason: errorText(report.error) }),
    };
  };

  /** Counts a call as under way, from the moment at which the test makes it. */
  const during = async (what: string, call: () => Promise<CallAnswer>): Promise<CallAnswer> => {
    const id = Symbol('call');
    open.set(id, { text: `a call of ${what}, which is not answered`, hasPublished: false });
    onChange();
    try {
      return await call();
    } finally {
      open.delete(id);
      onChange();
    }
  };

  const routeOf = (path: string): string | undefined => {
    if (path.startsWith(callbackPrefix)) return callbackRoute;
    return webhooks.some((one) => one.path === path) ? path : undefined;
  };

  const callWebhook = async (webhook: AnyWebhook, call: WebhookCall): Promise<CallAnswer> => {
    if (url === undefined) throw foreign();
    const { name, path } = webhook;
    const target = { method: call.method ?? webhook.method, path, query: '' };
    const nextId = (): string => `delivery-${++count}`;
    const auth = await authOf(webhook);
    const raw = webhookRequest(target, call, { name, auth, address: `${url}${path}`, now: now(), nextId });
    return send(raw, path);
  };

  const callAddress = async (address: string, call: CallRequest): Promise<CallAnswer> => {
    const rest = url !== undefined && address.startsWith(`${url}/`) ? address.slice(url.length) : address;
    if (url === undefined || !rest.startsWith('/')) throw foreign();
    const mark = rest.indexOf('?');
    const path = mark === -1 ? rest : rest.slice(0, mark);
    const target = { method: call.method ?? 'POST', path, query: mark === -1 ? '' : rest.slice(mark + 1) };
    return send(requestOf(target, call), routeOf(path));
  };

  return {
    webhook: async ({ name }, call) => {
      const webhook = webhooks.find((one) => one.name === name);
      const known = webhooks.map((one) => one.name);
      if (webhook === undefined) throw unknownWebhook(name, known);
      return during(`the webhook "${name}"`, () => callWebhook(webhook, call));
    },
    address: async (address, call) => during('an address', () => callAddress(address, call)),
    published: () => {
      for (const call of open.values()) call.hasPublished = true;
    },
    underWay: () => [...open.values()].filter(({ hasPublished }) => !hasPublished).map(({ text }) => text),
  };
};
