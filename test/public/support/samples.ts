/** Every event of a runtime in all its forms, to see what becomes of it in logs and measurements. */
import { activationType } from '../../../src/connector/activation-names.ts';
import type { Activation, Outcome } from '../../../src/connector/types.ts';
import type { Delivery } from '../../../src/runtime/shared/delivery.ts';
import type { Emit, RuntimeEvents } from '../../../src/runtime/shared/events.ts';
import { makeJob } from '../../runtime/support/cluster.ts';

type Name = keyof RuntimeEvents;

/** The forms of one event, by what tells them apart; an event with one form has it under `''`. */
type Forms<Event> = Readonly<Record<string, Event>>;

const error = new Error('no');

const job = makeJob({
  type: 'work',
  customHeaders: JSON.stringify({ elementTemplateId: 'template-7', elementTemplateVersion: '3' }),
});

const activation: Activation = {
  id: 'activation-1',
  connector: 'wait',
  messageName: 'wait',
  correlationKey: 'k',
  variables: {},
  processInstanceKey: '1',
  bpmnProcessId: 'process',
  elementId: 'task',
};

const waiting = { activation, state: 'waiting', failures: 0 } as const;
const publishing = { activation, state: 'publishing', failures: 8 } as const;

const outcomes: Readonly<Record<string, Outcome>> = {
  completed: { kind: 'complete', variables: {} },
  failed: { kind: 'fail', message: 'no', retries: 1, backoff: 0, cause: error },
  'failed for good': { kind: 'fail', message: 'no', retries: 0, backoff: 0 },
  'BPMN error': { kind: 'bpmnError', code: 'NO', message: 'no' },
};

const deliveries: { readonly [Kind in Delivery['kind']]: Extract<Delivery, { kind: Kind }> } = {
  accepted: { kind: 'accepted' },
  gone: { kind: 'gone' },
  superseded: { kind: 'superseded' },
  duplicate: { kind: 'duplicate' },
  refused: { kind: 'refused', error },
  expired: { kind: 'expired', error },
  abandoned: { kind: 'abandoned' },
};

const settled = Object.fromEntries(
  Object.entries(outcomes).flatMap(([what, outcome]) =>
    Object.values(deliveries).map((delivery) => [
      `${what}, ${delivery.kind}`,
      { connector: 'Work', job, outcome, delivery, handled: 40, took: 50 },
    ]),
  ),
);

const address = 'grpc://127.0.0.1:26500';

const endedCall = {
  connector: 'payments',
  method: 'POST',
  route: '/hooks/payments',
  took: 12,
  bodySize: 52,
  messages: [],
};
const message = { messageName: 'paid', correlationKey: 'o-1', messageId: 'evt_1', duplicate: false };

/** One of each; the compiler sees to it that no event is missing. */
export const samples: { readonly [N in Name]: Forms<RuntimeEvents[N]> } = {
  'runtime:state': {
    starting: { state: 'starting', previous: 'idle' },
    running: { state: 'running', previous: 'starting', address },
    draining: { state: 'draining', previous: 'running', address },
    stopped: { state: 'stopped', previous: 'draining', address },
    failed: { state: 'failed', previous: 'starting', error },
  },
  'runtime:signal': {
    first: { signal: 'SIGTERM', forced: false },
    forced: { signal: 'SIGTERM', forced: true },
  },
  'runtime:suspended': { '': { for: 75_000 } },
  'connection:waiting': { '': { address, attempt: 1, error } },
  'connection:lost': { '': { address, error } },
  'connection:restored': { '': { address, downFor: 1000 } },
  'poll:failed': { '': { type: 'work', error, attempt: 1, pause: 100 } },
  'tenant:refused': { '': { tenantId: 'south', error } },
  'tenant:restored': { '': { tenantId: 'south', refusedFor: 1000 } },
  'stream:opened': { '': { type: 'work' } },
  'stream:ended': {
    lost: { type: 'work', reason: 'lost', error },
    busy: { type: 'work', reason: 'busy' },
    stale: { type: 'work', reason: 'stale' },
  },
  'job:started': { '': { connector: 'Work', job } },
  'job:settled': {
    ...settled,
    'activation failed': {
      connector: activationType,
      job: makeJob({ type: activationType }),
      outcome: outcomes.failed!,
      delivery: deliveries.accepted,
      handled: 40,
      took: 50,
    },
  },
  'job:overran': { '': { connector: 'Work', job } },
  'job:returned': { '': { connector: 'Work', job, delivery: deliveries.accepted } },
  'command:repeated': { '': { subject: job.key, command: 'completeJob', attempt: 1, error, pause: 100 } },
  'subscription:opened': { '': { subscription: waiting } },
  'loop:ended': {
    pending: { subscription: waiting, result: 'pending', took: 5 },
    message: { subscription: waiting, result: 'message', took: 5 },
    failed: { subscription: waiting, result: 'failed', took: 5 },
  },
  'subscription:failed': {
    waiting: { subscription: waiting, error, attempt: 1, pause: 100 },
    publishing: { subscription: publishing, error, attempt: 8, pause: 100 },
  },
  'message:published': { '': { activation, variables: {}, duplicate: false } },
  'subscription:delivered': { '': { subscription: publishing } },
  'subscription:expired': { '': { subscription: waiting } },
  'subscription:halted': {
    stored: { subscription: publishing, error, incident: true },
    'in memory': { subscription: publishing, error, incident: false },
  },
  'subscription:released': {
    stopping: { subscription: waiting, reason: 'stopping' },
    offered: { subscription: waiting, reason: 'offered' },
    lost: { subscription: waiting, reason: 'lost' },
  },
  'subscription:overran': { '': { subscription: waiting } },
  'subscriptions:volatile': { '': { error } },
  'subscriptions:ended': { '': { subscriptions: [waiting, publishing] } },
  'server:listening': { '': { url: 'http://127.0.0.1:8085', publicUrl: 'https://hooks.example.org' } },
  'call:ended': {
    published: { ...endedCall, result: 'published', status: 200, messages: [message] },
    duplicate: { ...endedCall, result: 'duplicate', status: 200, messages: [{ ...message, duplicate: true }] },
    refused: { ...endedCall, result: 'refused', status: 401, error },
    unavailable: { ...endedCall, result: 'unavailable', status: 503, error },
    failed: { ...endedCall, result: 'failed', status: 500, error },
    closed: { ...endedCall, result: 'published', messages: [message] },
  },
};

/**
 * Emits every sample.
 *
 * @param after called after each, with what it was, e.g. `job:settled (failed, accepted)`
 */
export const emitSamples = (emit: Emit, after: (what: string) => void = () => {}): void => {
  for (const [name, forms] of Object.entries(samples) as [Name, Forms<never>][]) {
    for (const [form, event] of Object.entries(forms)) {
      emit(name, event);
      after(form === '' ? name : `${name} (${form})`);
    }
  }
};
