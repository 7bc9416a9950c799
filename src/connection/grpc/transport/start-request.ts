import { AsyncResource } from 'node:async_hooks';
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';

/*
 * For each request, Node.js binds a function to an asynchronous resource. Some versions, such as 20, give it a deprecated property that
 * nobody reads. Making that property takes 13 µs, which is a fifth of what a job costs under load. A request is started synchronously, so for that
 * time such functions are bound without the property. What is called later is not affected.
 */

type Bind = typeof AsyncResource.prototype.bind;

const { prototype } = AsyncResource;
const slowBind: Bind = prototype.bind;

function quickBind(this: AsyncResource, act: (...args: unknown[]) => unknown, thisArg?: unknown): unknown {
  if (thisArg !== undefined) return Reflect.apply(slowBind, this, [act, thisArg]);
  return (...args: unknown[]): unknown => this.runInAsyncScope(act, undefined, ...args);
}

/** Whether this version of Node.js makes the property, and whether nobody forbids to replace the function. */
const canReplace: boolean =
  Object.hasOwn(
    AsyncResource.bind(() => {}),
    'asyncResource',
  ) && Object.getOwnPropertyDescriptor(prototype, 'bind')?.writable === true;

/** Starts a request, as `session.request(headers)` does. */
export const startRequest = (
  session: ClientHttp2Session,
  headers: Readonly<Record<string, string>>,
): ClientHttp2Stream => {
  // Somebody else may have replaced it for good.
  if (!canReplace || prototype.bind !== slowBind) return session.request(headers);
  prototype.bind = quickBind as Bind;
  try {
    return session.request(headers);
  } finally {
    prototype.bind = slowBind;
  }
};
