import { findCall, resendCall } from '../../actions/resend-call.ts';
import type { DevSession } from '../../session.ts';
import type { ResentCall } from '../contract.ts';
import type { ActionsOf } from '../sources.ts';

/** The action that sends a call of a webhook or callback again. */
export const inboundActions = (session: Pick<DevSession, 'host' | 'inbound'>): ActionsOf<'resend'> => ({
  resend: async ({ number }): Promise<ResentCall> => ({
    text: await resendCall(session, findCall(session.inbound.calls(), number)),
  }),
});
