/** A sender without a runtime: what tests of the rooms above `send` stand on. */
import type { Clock } from '../../../src/common/clock.ts';
import { createConnectionState } from '../../../src/runtime/send/connection-state.ts';
import { createSender } from '../../../src/runtime/send/sender.ts';
import { createEvents } from '../../../src/runtime/shared/events.ts';
import { createTwin } from './cluster.ts';

/** Creates a sender that sends to a twin of a cluster, with the state of its connection and the events of both. */
export const createTwinSender = <TestClock extends Clock>(clock: TestClock) => {
  const twin = createTwin();
  const { emit, on } = createEvents();
  const connectionState = createConnectionState('twin', clock, emit);
  const sender = createSender(twin.connection, clock, connectionState, emit);
  return { twin, clock, emit, on, connectionState, sender };
};
