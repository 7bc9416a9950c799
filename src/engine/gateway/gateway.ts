import type { StartTimer } from '../../common/timer.ts';
import type { MachineHost } from '../host/machine-host.ts';
import type { TaskChanges } from '../host/task-changes.ts';
import type { TestClock } from '../host/test-clock.ts';
import type { ClusterVersion } from '../model/cluster-version.ts';
import type { CompileBpmn } from '../model/types.ts';
import type { JobHandOut } from './job-hand-out.ts';

/** What a gateway needs. */
export interface GatewayOptions {
  /** 0: a free port. */
  readonly port: number;
  readonly host: MachineHost;
  readonly changes: TaskChanges;
  readonly compile: CompileBpmn;
  /** The version of the cluster as which the gateway behaves. */
  readonly version: ClusterVersion;
  readonly startTimer: StartTimer;
  readonly handOut: JobHandOut;
  /** Absent if the engine has the system clock. */
  readonly clock?: TestClock | undefined;
}

/** A running gateway. */
export interface Gateway {
  readonly port: number;
  /** Ends held calls and closes the port. With `abrupt`, it resets the connections. */
  stop(abrupt: boolean): Promise<void>;
}
