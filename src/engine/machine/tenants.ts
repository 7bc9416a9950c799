/** The tenant of everything that names none. */
export const defaultTenant = '<default>';

/**
 * The name of something in an index that all tenants share: a process id, a message name, a job type. For the default tenant,
 * it is the name itself, which needs no memory. No name of one tenant is equal to a name of another one.
 */
export const tenantKey = (tenant: string | undefined, name: string): string => {
  if (tenant !== undefined && tenant !== defaultTenant) return `${tenant}\u0000${name}`;
  return name.includes('\u0000') ? `${defaultTenant}\u0000${name}` : name;
};

/** The name of a process in the indexes. */
export const processKey = ({
  tenant,
  model,
}: {
  readonly tenant?: string;
  readonly model: { readonly id: string };
}): string => tenantKey(tenant, model.id);

/** The tenant as records have it: absent for the default tenant. */
export const recordTenant = (tenant: string | undefined): { readonly tenant?: string } =>
  tenant === undefined || tenant === '' || tenant === defaultTenant ? {} : { tenant };

/** Tells whether a record belongs to the tenant that a request names. Without one, the key of the record suffices. */
export const isOfTenant = ({ tenant }: { readonly tenant?: string }, tenantId: string | undefined): boolean =>
  tenantId === undefined || tenantId === '' || tenantId === (tenant ?? defaultTenant);

/** The tenant as clients see it: absent for the default tenant. */
export const viewTenant = ({ tenant }: { readonly tenant?: string }): { readonly tenantId?: string } =>
  tenant === undefined ? {} : { tenantId: tenant };
