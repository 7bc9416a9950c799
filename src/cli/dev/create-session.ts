import { createActionSteps } from './actions/action-steps.ts';
import { rememberStarts } from './actions/versions.ts';
import { createAdvice } from './advice/advice.ts';
import type { DevSession } from './session.ts';
import type { StartedEngine } from './start-engine.ts';
import { recordInbound } from './webhooks/inbound-record.ts';

/**
 * Composes a session from the engine and the connectors, before anything is deployed.
 *
 * @param started the engine, from `startEngine`
 */
export const createSession = (
  given: Pick<DevSession, 'request' | 'context' | 'host'>,
  { updateSecrets: _, ...started }: StartedEngine,
): DevSession => ({
  ...given,
  inbound: recordInbound({ host: given.host, engine: started.engine, onRestore: started.onRestore }),
  steps: createActionSteps(),
  starts: rememberStarts(started),
  advice: createAdvice(started.engine),
  ...started,
});
