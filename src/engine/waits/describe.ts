import type { Difference, JobTypeNearMiss, MessageNearMiss, Wait } from './types.ts';

type WaitOf<Kind extends Wait['kind']> = Wait & { readonly kind: Kind };

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** A length of time with its two largest units, such as `2 h 5 min`. */
const lengthText = (milliseconds: number): string => {
  if (!Number.isFinite(milliseconds)) return 'an unknown time';
  const whole = Math.max(0, Math.round(milliseconds));
  const first = units.findIndex(([, size]) => whole >= size);
  if (first < 0) return `${whole} ms`;
  let left = whole;
  return units
    .slice(first, first + 2)
    .flatMap(([unit, size]) => {
      const count = Math.floor(left / size);
      left -= count * size;
      return count === 0 ? [] : [`${count} ${unit}`];
    })
    .join(' ');
};

const untilText = (time: number, now: number): string => (time <= now ? 'now' : `in ${lengthText(time - now)}`);

const agoText = (time: number, now: number): string => `${lengthText(now - time)} ago`;

const quoted = (text: string): string => `"${text}"`;

const differences: Readonly<Record<Exclude<Difference, 'other'>, string>> = {
  case: 'differs only in capital letters',
  blanks: 'differs only in blanks',
  quotes: 'differs only in quotation marks',
  number: 'is the same number, but another text',
  separators: 'differs only in its separators',
  spelling: 'differs only in a letter or two',
};

const differenceText = (what: string, difference: Difference | undefined): string =>
  difference === undefined || difference === 'other' ? '' : ` (the ${what} ${differences[difference]})`;

const missText = (miss: MessageNearMiss, now: number): string => {
  const message = `The message ${quoted(miss.name)} with the key ${quoted(miss.correlationKey)}`;
  const published = `was published ${agoText(miss.publishedAt, now)}`;
  const details = [differenceText('name', miss.nameDifference), differenceText('key', miss.keyDifference)].join('');
  if (miss.tenants !== undefined) {
    const is = miss.buffered ? 'is buffered' : published;
    return `${message} ${is} for the tenant ${quoted(miss.tenants.message)}, but the instance belongs to ${quoted(miss.tenants.instance)}.`;
  }
  if (miss.reason === 'received')
    return `${message} is buffered, but an instance of the same process has received it, and each process receives a message once.`;
  if (miss.reason === 'expired') {
    return miss.expiresAt > miss.publishedAt
      ? `${message} ${published}, and expired ${agoText(miss.expiresAt, now)}.`
      : `${message} ${published} without a time to live, when nothing waited for it.`;
  }
  return miss.buffered
    ? `${message} is buffered${details}.`
    : `${message} ${published}, and nothing awaited it${details}.`;
};

/** Sentences about the messages that almost fit, each behind a blank. */
export const nearMissText = (misses: readonly MessageNearMiss[], now: number): string =>
  misses.map((miss) => ` ${missText(miss, now)}`).join('');

const typesText = (misses: readonly JobTypeNearMiss[]): string =>
  misses
    .map(({ type, difference, tenantIds = [] }) =>
      difference === 'tenant'
        ? ` A worker asks for those of the ${tenantIds.length === 1 ? 'tenant' : 'tenants'} ${tenantIds.map(quoted).join(', ')}.`
        : ` A worker asks for ${quoted(type)}, which ${differences[difference]}.`,
    )
    .join('');

/** The part after the name of the element, and sentences that follow. */
const describers: { readonly [Kind in Wait['kind']]: (wait: WaitOf<Kind>, now: number) => string } = {
  incident: ({ incidentType, message }) => `has an incident (${incidentType}): ${message}`,

  job: ({ jobType, jobKind, state, worker = '', until = 0, retries, errorMessage, nearMisses }, now) => {
    const what = jobKind === 'BPMN_ELEMENT' ? 'a worker' : 'the worker of a listener';
    const base = `waits for ${what} with the job type ${quoted(jobType)}`;
    const name = worker === '' ? '' : ` ${quoted(worker)}`;
    switch (state) {
      case 'noWorker': {
        const ofTenant = nearMisses.some(({ difference }) => difference === 'tenant') ? ' of its tenant' : '';
        return `${base}, but no worker has asked for this type${ofTenant}.${typesText(nearMisses)}`;
      }
      case 'notAsking':
        return `${base}; the worker${name} has asked for this type before, but does not at the moment.`;
      case 'ready':
        return worker === '' ? `${base}.` : `${base}; the worker${name} can activate the job.`;
      case 'held':
        return `${base}: the worker${name} has the job, and its timeout ends ${untilText(until, now)}.`;
      case 'backoff': {
        const reason = errorMessage === '' ? '' : ` The last attempt failed: ${errorMessage}`;
        const left = retries === 1 ? '1 attempt is' : `${retries} attempts are`;
        return `${base}: the job is activatable again ${untilText(until, now)}, and ${left} left.${reason}`;
      }
    }
  },

  message: ({ name, correlationKey, nearMisses }, now) =>
    `waits for the message ${quoted(name)} with the key ${quoted(correlationKey)}.${nearMissText(nearMisses, now)}`,

  signal: ({ name }) => `waits for the signal ${quoted(name)}.`,

  condition: ({ expression }) => `waits until the condition ${quoted(expression)} is true.`,

  timer: ({ due, repetitions }, now) => {
    const again =
      repetitions === -1 ? ', and again after that' : repetitions > 1 ? `, and ${repetitions - 1} more times` : '';
    return `waits for a timer, which fires ${untilText(due, now)}${again}.`;
  },

  userTask: ({ assignee, candidateGroups, candidateUsers }) => {
    const candidates = [
      ...candidateUsers.map((user) => `user ${quoted(user)}`),
      ...candidateGroups.map((group) => `group ${quoted(group)}`),
    ];
    if (assignee !== null) return `waits for ${quoted(assignee)} to complete the user task.`;
    const of = candidates.length === 0 ? '' : ` Candidates: ${candidates.join(', ')}.`;
    return `waits for the user task to be completed, and it is not assigned.${of}`;
  },

  instance: ({ calledProcessInstanceKey, waits }, now) => {
    const base = `waits for the called process instance ${calledProcessInstanceKey} to complete.`;
    return [base, ...waits.map((wait) => `There, ${describeWait(wait, now)}`)].join(' ');
  },

  activation: () => 'waits for one of its elements to be activated, and nothing runs in it.',

  join: ({ missing }) =>
    `waits for the tokens of ${missing.length === 1 ? 'the flow' : 'the flows'} ${missing.map(quoted).join(', ')}.`,
};

/** What waits, as the subject of a sentence. An event that is not the element itself is named with it. */
export const waitSubject = (wait: Wait): string => {
  if (!('optional' in wait) || wait.eventId === wait.elementId) return wait.elementName;
  return wait.optional
    ? `Meanwhile, ${wait.eventName} at ${wait.elementName}`
    : `${wait.elementName} (${wait.eventName})`;
};

/**
 * Says in English what an element waits for.
 *
 * @param wait from `explainWaits` or `engine.waits`
 * @param now the time of processes in milliseconds since the epoch, from which "in 5 s" is counted
 * @example
 * describeWait(wait, clock.now()); // 'Pay waits for the message "paid" with the key "7".'
 */
export const describeWait = (wait: Wait, now: number): string => {
  // The kind of the wait selects the function.
  const describe = describers[wait.kind] as (wait: Wait, now: number) => string;
  return `${waitSubject(wait)} ${describe(wait, now)}`;
};
