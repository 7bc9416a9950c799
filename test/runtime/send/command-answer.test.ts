/** What the cluster's answer to a command means. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command, ConnectionFault, StatusName } from '../../../src/connection/port.ts';
import { deliveryOfError, isContentRefused } from '../../../src/runtime/send/command-answer.ts';
import type { Delivery } from '../../../src/runtime/shared/delivery.ts';
import { connectionFault } from '../support/cluster.ts';

const complete: Command = { kind: 'completeJob', jobKey: '7', variables: '{}' };
const large: Command = { kind: 'completeJob', jobKey: '7', variables: JSON.stringify({ text: 'x'.repeat(4_000_000) }) };
const update: Command = { kind: 'updateJobTimeout', jobKey: '7', timeout: 1 };
const publish: Command = {
  kind: 'publishMessage',
  name: 'm',
  correlationKey: 'k',
  messageId: 'i',
  timeToLive: 1,
  variables: '{}',
};

const again = undefined;

type Row = readonly [
  command: Command,
  status: StatusName,
  reason: ConnectionFault['reason'],
  attempt: number,
  meaning: Delivery['kind'] | undefined,
];

const rows: readonly Row[] = [
  [complete, 'CANCELLED', 'aborted', 1, 'abandoned'],
  [complete, 'NOT_FOUND', 'rejected', 1, 'gone'],
  [publish, 'NOT_FOUND', 'rejected', 1, 'gone'],
  [publish, 'ALREADY_EXISTS', 'rejected', 1, 'duplicate'],
  [complete, 'ALREADY_EXISTS', 'rejected', 1, 'refused'],
  [complete, 'FAILED_PRECONDITION', 'rejected', 1, 'refused'],
  [complete, 'INVALID_ARGUMENT', 'rejected', 1, 'refused'],
  [complete, 'PERMISSION_DENIED', 'rejected', 1, 'refused'],
  [update, 'UNIMPLEMENTED', 'rejected', 1, 'refused'],
  [complete, 'UNAVAILABLE', 'transient', 1, again],
  [complete, 'UNAVAILABLE', 'transient', 1_000, again],
  [complete, 'DEADLINE_EXCEEDED', 'transient', 1, again],
  [complete, 'UNAUTHENTICATED', 'credentials', 1, again],
  [complete, 'UNAVAILABLE', 'certificate', 1, again],
  [complete, 'RESOURCE_EXHAUSTED', 'transient', 1_000, again],
  [update, 'RESOURCE_EXHAUSTED', 'transient', 1_000, again],
  [large, 'RESOURCE_EXHAUSTED', 'transient', 2, again],
  [large, 'RESOURCE_EXHAUSTED', 'transient', 3, 'refused'],
  [large, 'UNAVAILABLE', 'transient', 3, again],
];

for (const [command, status, reason, attempt, meaning] of rows) {
  const size = command === large ? ' of 4 MB' : '';
  const result = meaning === again ? 'send it again' : meaning;
  test(`${command.kind}${size}, attempt ${attempt}, ${status} (${reason}): ${result}`, () => {
    const error = connectionFault(status, reason);
    const delivery = deliveryOfError(command, error, attempt);
    assert.equal(delivery?.kind, meaning);
    if (delivery !== undefined && 'error' in delivery) assert.equal(delivery.error, error);
  });
}

test('an error that is not of the connection counts as a refusal', () => {
  const error = new TypeError('a bug');
  assert.deepEqual(deliveryOfError(complete, error, 1), { kind: 'refused', error });
});

const contents: readonly [delivery: Delivery, isContent: boolean][] = [
  [{ kind: 'refused', error: connectionFault('INVALID_ARGUMENT', 'rejected') }, true],
  [{ kind: 'refused', error: connectionFault('OUT_OF_RANGE', 'rejected') }, true],
  [{ kind: 'refused', error: connectionFault('RESOURCE_EXHAUSTED') }, true],
  [{ kind: 'refused', error: connectionFault('FAILED_PRECONDITION', 'rejected') }, false],
  [{ kind: 'refused', error: new TypeError('a bug') }, false],
  [{ kind: 'expired', error: connectionFault('RESOURCE_EXHAUSTED') }, false],
  [{ kind: 'gone' }, false],
];

for (const [delivery, isContent] of contents) {
  const error = 'error' in delivery ? ` (${(delivery.error as Error).message})` : '';
  test(`${delivery.kind}${error}: ${isContent ? 'a smaller command may be accepted' : 'a smaller command is no help'}`, () => {
    assert.equal(isContentRefused(delivery), isContent);
  });
}
