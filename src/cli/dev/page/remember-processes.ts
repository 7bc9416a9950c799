import type { MachineProcess } from '../../../engine/index.ts';
import type { DevSession } from '../session.ts';

/**
 * The processes of the engine. Their elements are many, so the list is made anew only when something was deployed or deleted, also by
 * a step back, of which there is no event.
 */
export const rememberProcesses = ({
  engine,
  onRestore,
}: Pick<DevSession, 'engine' | 'onRestore'>): (() => readonly MachineProcess[]) => {
  let known: readonly MachineProcess[] | undefined;
  const forget = (): void => {
    known = undefined;
  };
  engine.on(({ kind }) => {
    if (kind === 'process:deployed' || kind === 'resource:deleted') forget();
  });
  onRestore(() => undefined, forget);
  return () => {
    known ??= engine.processes();
    return known;
  };
};
