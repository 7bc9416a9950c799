import { isObject } from '../../../common/is-object.ts';
import { isConnectionFault } from '../../faults.ts';
import type { RestRequest } from '../http/request-text.ts';

/** Some job of a type that may be there to activate. */
export interface JobHint {
  readonly type: string;
  /** Changes with each job, and when the job may have become activatable again. */
  readonly job: string;
}

/** Most jobs of one search. The newest come first, so that old ones which somebody works on hide nothing new. */
const mostJobs = 200;

/** The states in which a job can be activated, by their names since the first version with a search. */
const states = ['CREATED', 'FAILED', 'TIMED_OUT', 'RETRIES_UPDATED'];

/** Searches for jobs of some types. A job that a worker has is found too: the cluster does not tell. */
export const hintsRequest = (types: readonly string[]): RestRequest & { readonly body: string } => ({
  method: 'POST',
  path: '/jobs/search',
  body: JSON.stringify({
    filter: { type: { $in: types }, state: { $in: states }, retries: { $gt: 0 } },
    sort: [{ field: 'jobKey', order: 'DESC' }],
    page: { limit: mostJobs },
  }),
});

/**
 * Reads the answer: the newest job of each type. Throws a TypeError if it is not a page of jobs.
 *
 * @param tenants the tenants whose jobs count, because the search also finds those of others; `undefined`: all
 */
export const readHints = (body: string, tenants?: ReadonlySet<string>): readonly JobHint[] => {
  const value: unknown = JSON.parse(body);
  const { items } = (isObject(value) ? value : {}) as { readonly items?: unknown };
  if (!Array.isArray(items)) throw new TypeError('items is not a list');
  const newest = new Map<string, string>();
  for (const item of items as readonly unknown[]) {
    const { type, jobKey, state, retries, tenantId } = (isObject(item) ? item : {}) as Readonly<
      Record<string, unknown>
    >;
    if (typeof type !== 'string' || newest.has(type)) continue;
    if (typeof tenantId === 'string' && tenants?.has(tenantId) === false) continue;
    newest.set(type, `${String(jobKey)} ${String(state)} ${String(retries)}`);
  }
  return [...newest].map(([type, job]) => ({ type, job }));
};

/** Whether the cluster cannot be searched at all: it is too old, has no storage for it, or does not allow it. */
export const isWithoutSearch = (error: unknown): boolean => isConnectionFault(error) && error.reason === 'rejected';
