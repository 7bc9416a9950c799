import { type Fault, fault, isFault } from '../../common/fault.ts';
import { didYouMean, nearest } from '../../common/nearest-name.ts';
import { defaultTenant } from '../machine/tenants.ts';
import { invalidArgument } from './call-status.ts';

/** The tenants of an engine, all of which every client may use; undefined without multi-tenancy. */
export type Tenants = ReadonlySet<string> | undefined;

/** Length limit of the id of a tenant. */
const longest = 31;

/** What is wrong with the id of a tenant; undefined if nothing is. */
export const tenantProblem = (id: string): string | undefined => {
  if (id.trim() === '') return 'no tenant identifier was provided';
  if (id.length > longest) return `tenant identifier is longer than ${longest} characters`;
  return id === defaultTenant || /^[\w.-]+$/.test(id) ? undefined : 'tenant identifier contains illegal characters';
};

const forbidden = (what: string): Fault<'rejection'> => fault('rejection', { what }, { code: 'FORBIDDEN' as const });

const expected = (rpc: string, id: string): string =>
  `Expected to handle request ${rpc} with tenant identifier '${id}', but`;

/**
 * The tenant of a request, as the machine knows it. Without multi-tenancy, only the default tenant exists.
 *
 * @param isLookup the request asks for something that exists: to a tenant that the client may not use, it does not
 * @throws a rejection with the text of a cluster
 */
export const readTenant = (rpc: string, id: string, tenants: Tenants, isLookup = false): string | undefined => {
  if (tenants === undefined) {
    if (id === '' || id === defaultTenant) return undefined;
    throw invalidArgument(`${expected(rpc, id)} multi-tenancy is disabled`);
  }
  const problem = tenantProblem(id);
  if (problem !== undefined) throw invalidArgument(`${expected(rpc, id)} ${problem}`);
  if (!(tenants.has(id) || isLookup)) {
    throw forbidden(`${expected(rpc, id)} tenant is not authorized to perform this operation`);
  }
  return id;
};

const adviceOf = (id: string, tenants: Tenants): string => {
  if (tenants === undefined)
    return 'remove the tenantId, or give the engine tenants: createEngine({ tenants: [ … ] }).';
  const [first = defaultTenant] = tenants;
  const names = [...tenants].join(', ');
  const guess = nearest(id, [...tenants]);
  return didYouMean(`name a tenant of the engine, e.g. { tenantId: '${first}' }. It has ${names}.`, guess);
};

/**
 * As {@link readTenant}, for a function of the engine, whose errors a developer reads: they also say where and how to fix it.
 * A client gets the text of a cluster alone.
 *
 * @param call the name of the function
 */
export const readOwnTenant = (
  call: string,
  rpc: string,
  id: string,
  tenants: Tenants,
  isLookup = false,
): string | undefined => {
  try {
    return readTenant(rpc, id, tenants, isLookup);
  } catch (error) {
    if (!isFault(error, 'rejection')) throw error;
    const { code } = error as Fault<'rejection'> & { readonly code: string };
    throw fault('rejection', { what: error.message, where: `engine.${call}(…)`, fix: adviceOf(id, tenants) }, { code });
  }
};

/**
 * The tenants of a request for jobs; undefined without multi-tenancy.
 *
 * @param isAssigned the request asks for the jobs of all tenants that the client may use
 */
export const readTenants = (
  rpc: string,
  ids: readonly string[],
  tenants: Tenants,
  isAssigned: boolean,
): readonly string[] | undefined => {
  if (isAssigned) {
    if (tenants !== undefined) return [...tenants];
    throw invalidArgument(
      `Expected to handle request ${rpc} with ASSIGNED tenant filter, but multi-tenancy is disabled`,
    );
  }
  if (tenants !== undefined && ids.length === 0) {
    throw invalidArgument(
      `Expected to handle request ${rpc} with tenant identifiers [], but no tenant identifiers were provided`,
    );
  }
  const read = [...new Set(ids)].map((id) => readTenant(rpc, id, tenants));
  return tenants === undefined ? undefined : read.filter((id) => id !== undefined);
};
