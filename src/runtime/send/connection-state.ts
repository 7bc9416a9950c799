import type { Clock } from '../../common/clock.ts';
import type { ConnectionFault } from '../../connection/port.ts';
import type { Emit } from '../shared/events.ts';

/**
 * Whether the cluster answers. Many calls fail in the same outage. Their failures become one `connection:lost` and their
 * later answers one `connection:restored`: the connection is up again when every caller that failed was answered.
 */
export interface ConnectionState {
  /** The caller got no answer. */
  lost(caller: string, error: ConnectionFault): void;
  /** The caller got an answer. */
  answered(caller: string): void;
  /** The caller stops calling without having got an answer, so the connection is up again when the others were answered. */
  forget(caller: string): void;
  isUp(): boolean;
}

/** Whether an error means that the cluster cannot be reached, rather than a refusal or a busy cluster. */
export const isOutage = ({ reason, status }: ConnectionFault): boolean =>
  reason === 'credentials' || reason === 'certificate' || (reason === 'transient' && status === 'UNAVAILABLE');

/** Creates the state of a connection that is up. */
export const createConnectionState = (address: string, clock: Clock, emit: Emit): ConnectionState => {
  const failing = new Set<string>();
  let downSince: number | undefined;
  return {
    lost: (caller, error) => {
      failing.add(caller);
      if (downSince !== undefined) return;
      downSince = clock.now();
      emit('connection:lost', { address, error });
    },
    answered: (caller) => {
      failing.delete(caller);
      if (downSince === undefined || failing.size > 0) return;
      const downFor = Math.round(clock.now() - downSince);
      downSince = undefined;
      emit('connection:restored', { address, downFor });
    },
    forget: (caller) => {
      failing.delete(caller);
    },
    isUp: () => downSince === undefined,
  };
};
