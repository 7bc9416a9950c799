import { AsyncResource } from 'node:async_hooks';
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';

/*
 * For each request, Node.js binds a function to an asynchronous resource. In Node.js 20 to 24, the bound function gets a deprecated property
 * that nobody reads. Making it takes 13 µs, which is a fifth of what a job costs under load. While a request is started, this function
 * of Node.js is therefore bound without the property. Subscribers of diagnostics channels and asynchronous hooks run meanwhile as well, so
 * every other function is bound as always.
 */

type Act = (...args: unknown[]) => unknown;
type Bind = typeof AsyncResource.prototype.bind;

const { prototype } = AsyncResource;
const slowBind: Bind = prototype.bind;

/** The name of what Node.js binds. A version that names it otherwise is as slow as without this. */
const nameInNode = 'bound requestOnConnect';

/** Binds as Node.js does, but does not add the property to its own function. */
function quickBind(this: AsyncResource, ...given: Parameters<typeof slowBind>): unknown {
  const [act, thisArg] = given as unknown as [Act, unknown];
  if (typeof act !== 'function' || act.name !== nameInNode || act.length !== 0 || thisArg !== undefined) {
    return Reflect.apply(slowBind, this, given);
  }
  const resource = this;
  const bound = function (this: unknown, ...args: unknown[]): unknown {
    return resource.runInAsyncScope(act, this, ...args);
  };
  return bound;
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
    // What has run meanwhile may have replaced it, too.
    if (prototype.bind === quickBind) prototype.bind = slowBind;
  }
};
