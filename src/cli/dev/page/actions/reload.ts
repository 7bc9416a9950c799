import { fault } from '../../../../common/fault.ts';
import type { DevSession } from '../../session.ts';

/**
 * Loads the connectors anew, with all that they import, unless nothing has changed since they were loaded.
 *
 * @throws a fault that says why they cannot be loaded or started, and whether those before stay at work
 */
export const reloadConnectors = async ({ host, context }: Pick<DevSession, 'host' | 'context'>): Promise<void> => {
  if (host.reload === undefined) {
    throw fault('rejection', {
      what: 'dev does not load changed connectors in this session.',
      fix: 'start it with --watch.',
    });
  }
  const result = await host.reload(true);
  if (!result.ok) throw fault('definition', { what: result.problem });
  if (result.isSame !== true) context.print('The page has reloaded the connectors.\n');
};
