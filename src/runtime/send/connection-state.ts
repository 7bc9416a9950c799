import type { Clock } from '../../common/clock.ts';
import type { ConnectionFault } from '../../connection/port.ts';
import type { Emit } from '../shared/events.ts';

/**
 * Knows whether the cluster answers. Many loops meet the same outage; this turns their failures into one
 * `connection:lost` and their successes into one `connection:restored`: the link is up again when everybody who
 * met the outage was answered.
 */
export interface Link {
  /** The party's call failed for want of an answer. */
  lost(party: string, error: ConnectionFault): void;
  /** The party was answered. */
  answered(party: string): void;
  /** The party asks no more, without having been answered: whether the link is up is for the others to find out. */
  forget(party: string): void;
  isUp(): boolean;
}

/** Whether an error means that the cluster cannot be reached, and not that it said no or is busy. */
export const isOutage = ({ reason, status }: ConnectionFault): boolean =>
  reason === 'credentials' || reason === 'certificate' || (reason === 'transient' && status === 'UNAVAILABLE');

/** Makes a link that is up. */
export const createLink = (address: string, clock: Clock, emit: Emit): Link => {
  const failing = new Set<string>();
  let downSince: number | undefined;
  return {
    lost: (party, error) => {
      failing.add(party);
      if (downSince !== undefined) return;
      downSince = clock.now();
      emit('connection:lost', { address, error });
    },
    answered: (party) => {
      failing.delete(party);
      if (downSince === undefined || failing.size > 0) return;
      const downFor = Math.round(clock.now() - downSince);
      downSince = undefined;
      emit('connection:restored', { address, downFor });
    },
    forget: (party) => {
      failing.delete(party);
    },
    isUp: () => downSince === undefined,
  };
};
