import type { MachineHost } from '../../../host/machine-host.ts';
import { defaultTenant } from '../../../machine/tenants.ts';
import type { Operation } from '../operation.ts';
import type { SearchField } from '../search/filter.ts';
import { search } from '../search/search.ts';
import { bodyOf, direct, found, jsonAnswer, text } from './shared.ts';

interface ShownTenant {
  readonly order: number;
  readonly tenantId: string;
  readonly name: string;
}

const tenantsOf = ({ tenants }: MachineHost): readonly ShownTenant[] =>
  [...(tenants ?? [defaultTenant])].map((tenantId, order) => ({
    ...{ order, tenantId, name: tenantId === defaultTenant ? 'Default' : tenantId },
  }));

const toItem = ({ tenantId, name }: ShownTenant): object => ({ tenantId, name, description: null });

const fields: Readonly<Record<string, SearchField<ShownTenant>>> = {
  tenantId: { ...text(({ tenantId }: ShownTenant) => tenantId), isExact: true },
  name: { ...text(({ name }: ShownTenant) => name), isExact: true },
};

/** The operations that read tenants, by method and path. */
export const tenantQueries = (host: MachineHost): Readonly<Record<string, Operation>> => ({
  'POST /tenants/search': direct((request) =>
    jsonAnswer(search({ operation: 'searchTenants', fields, toItem }, bodyOf(request), tenantsOf(host))),
  ),
  'GET /tenants/*': direct((request) => {
    const byId = new Map(tenantsOf(host).map((tenant) => [tenant.tenantId, tenant]));
    return jsonAnswer(toItem(found(byId, 'Tenant', request)));
  }),
});
