import { isConnectionFault } from '../../connection/faults.ts';
import type { Connection, Identity, TenantSelection } from '../../connection/port.ts';
import { tenantsText } from '../../connection/tenants.ts';
import { compareTenants, isTenantRefusal, requestNoJob, tenantProbes } from '../../runtime/send/await-tenants.ts';
import type { CliContext } from '../command.ts';

const capitalized = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/**
 * Requests jobs in each tenant of a connection, of a type that no process has, and prints the answers.
 *
 * @param identity whom the cluster takes the client for, if it tells
 * @returns whether a runtime could get jobs of all tenants
 */
export const reportTenants = async (
  connection: Connection,
  identity: Identity | undefined,
  { print, printError }: CliContext,
): Promise<boolean> => {
  const { tenants = {} } = connection;
  let isFine = true;
  const refuse = (text: string): void => {
    isFine = false;
    printError(`${text}\n`);
  };
  const ask = async (probe: TenantSelection): Promise<void> => {
    const name = capitalized(tenantsText(probe));
    try {
      await requestNoJob(connection, probe);
      if (name !== '') print(`${name}: the cluster accepts requests for jobs.\n`);
    } catch (error) {
      if (!isConnectionFault(error)) throw error;
      if (isTenantRefusal(error, probe)) refuse(name === '' ? error.message : `${name}: ${error.message}`);
      else print(`Note: ${error.message}\n`);
    }
  };
  // One after the other, so that the lines have the order of the settings.
  for (const probe of tenantProbes(tenants)) await ask(probe);
  const misfit = compareTenants(tenants, identity?.tenantIds ?? []);
  if (misfit === undefined) return isFine;
  const text = `${misfit.what} Fix: ${misfit.fix}`;
  if (misfit.isCertain) refuse(text);
  else print(`Note: ${text}\n`);
  return isFine;
};
