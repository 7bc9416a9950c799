import { fault } from '../../../../common/fault.ts';
import type { DevSession } from '../../session.ts';

/**
 * Loads the connectors anew, with all that they import.
 *
 * @throws a fault that says why they cannot be loaded or started, and whether those before stay at work
 */
export const reloadConnectors = async ({ host }: Pick<DevSession, 'host'>): Promise<void> => {
  if (host.reload === undefined) {
    throw fault('rejection', {
      what: 'dev does not load changed connectors in this session.',
      fix: 'start it with --watch.',
    });
  }
  const result = await host.reload();
  if (!result.ok) throw fault('definition', { what: result.problem });
};
