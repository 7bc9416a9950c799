import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { defineWebhook } from '../../../../src/connector/definitions/define-webhook.ts';
import type { WaitingWebhook } from '../../../../src/connector/webhooks/answer-task.ts';
import type { CallEnd } from '../../../../src/runtime/inbound/call-end.ts';
import { awaitProcess } from '../../../../src/runtime/inbound/calls/await-process.ts';
import type { Publication, SentEffect } from '../../../../src/runtime/inbound/calls/effect.ts';
import { httpAnswer, unavailable } from '../../../../src/runtime/inbound/http-answer.ts';
import { createHeldCalls } from '../../../../src/runtime/inbound/waits/held-calls.ts';
import { readReference } from '../../../../src/runtime/inbound/waits/reference.ts';

const webhook = defineWebhook({
  name: 'ask',
  path: '/hooks/ask',
  auth: 'none',
  body: v.object({}),
  waits: { input: v.object({}) },
  run: () => ({ publish: { messageName: 'asked', correlationKey: '', variables: {} }, wait: true }),
}) as WaitingWebhook;

const messageOf = (more: Partial<Publication> = {}): Publication => ({
  kind: 'publishMessage',
  ...{ name: 'asked', correlationKey: '', variables: '{}', messageId: 'id-1', timeToLive: 60_000 },
  ...more,
});

const publish = (...messages: readonly Publication[]): SentEffect => ({
  kind: 'publish',
  ...{ messages, answer: httpAnswer(200), wait: true },
});

/** The id of a call, from the variable of its first message. */
const callOf = (effect: SentEffect): string => {
  const { variables } = effect.kind === 'publish' ? effect.messages[0]! : effect.message;
  return readReference((JSON.parse(variables) as { readonly caller: unknown }).caller)!.call;
};

const own = httpAnswer(200, {}, 'sunny');

/** Calls of one runtime. The test plays the cluster: what becomes of a publication, and the jobs that answer. */
const waiting = () => {
  const held = createHeldCalls(10);
  const ask = (effect: SentEffect, send: (call: string) => CallEnd | Promise<CallEnd>) => {
    const over = new AbortController();
    const services = { held, caller: { onGone: () => () => {} }, signal: over.signal, until: 0 };
    const end = awaitProcess(webhook, effect, async (given) => send(callOf(given)), services);
    return { end, over: () => over.abort() };
  };
  return { held, ask };
};

const sent = (result: 'published' | 'duplicate'): CallEnd => ({ answer: httpAnswer(200), result });

const lost = (): CallEnd => ({ answer: unavailable('No answer.', 5), result: 'unavailable', error: new Error('lost') });

/** A call that is answered while its messages are published, and what its job learns. */
const answeredEarly = async (effect: SentEffect, end: CallEnd) => {
  const { held, ask } = waiting();
  let answered: Promise<boolean> | undefined;
  const call = ask(effect, (id) => {
    answered = held.answer(id, 'job', own);
    return end;
  });
  return { end: await call.end, answered: await answered };
};

describe('a call with an id whose process has answered before', () => {
  test('waits for its own answer if the cluster took its message as new', async () => {
    const { held, ask } = waiting();
    const first = ask(publish(messageOf()), (call) => {
      void held.answer(call, 'job-1', own);
      return sent('published');
    });
    assert.equal((await first.end).answer, own);
    const another = httpAnswer(200, {}, 'cloudy');
    let answered: Promise<boolean> | undefined;
    const second = ask(publish(messageOf()), (call) => {
      // After the publication, since the process may take its time.
      setImmediate(() => {
        answered = held.answer(call, 'job-2', another);
      });
      return sent('published');
    });
    const { answer, result } = await second.end;
    assert.deepEqual([answer, result, await answered], [another, 'published', true]);
  });

  test('gets the late answer at once if the cluster had its message', async () => {
    const { held, ask } = waiting();
    const first = ask(publish(messageOf()), (call) => {
      void held.answer(call, 'job-1', own);
      return sent('published');
    });
    await first.end;
    const { answer, result } = await ask(publish(messageOf()), () => sent('duplicate')).end;
    assert.deepEqual([answer.status, result], [202, 'late']);
  });
});

test('messages with one id that the cluster does not keep are different calls', async () => {
  const { held, ask } = waiting();
  const calls: string[] = [];
  const effect = publish(messageOf({ timeToLive: 0 }));
  const asked = [1, 2].map(() =>
    ask(effect, (call) => {
      calls.push(call);
      return sent('published');
    }),
  );
  assert.notEqual(calls[0], calls[1]);
  const answers = [own, httpAnswer(200, {}, 'cloudy')];
  assert.equal(await held.answer(calls[1]!, 'job-2', answers[1]!), true);
  assert.equal(await held.answer(calls[0]!, 'job-1', answers[0]!), true);
  const ends = await Promise.all(asked.map(({ end }) => end));
  assert.deepEqual(
    ends.map(({ answer }) => answer),
    answers,
  );
});

describe('a process that answers before the cluster has confirmed the publication', () => {
  test('proves that the message has arrived: its caller gets the answer', async () => {
    const { end, answered } = await answeredEarly(publish(messageOf({ messageId: '' })), lost());
    assert.deepEqual([end.answer, end.result, end.error, answered], [own, 'published', undefined, true]);
    assert.deepEqual(end.messages, [{ messageName: 'asked', correlationKey: '', messageId: '', duplicate: false }]);
  });

  test('proves the same of a correlation', async () => {
    const message = { name: 'decided', correlationKey: 'o-1', variables: '{}' };
    const effect: SentEffect = { kind: 'correlate', message, unmatched: httpAnswer(404), wait: true };
    const { end, answered } = await answeredEarly(effect, lost());
    assert.deepEqual([end.answer, end.result, answered], [own, 'correlated', true]);
  });

  test('does not prove that the other messages have arrived: the caller must repeat them, and the job learns that', async () => {
    const effect = publish(messageOf(), messageOf({ name: 'other' }));
    const { end, answered } = await answeredEarly(effect, lost());
    assert.deepEqual([end.answer.status, end.result, answered], [503, 'unavailable', false]);
  });

  test('leaves the error of the publication if there is no answer', async () => {
    const { ask } = waiting();
    const end = await ask(publish(messageOf()), lost).end;
    assert.deepEqual([end.answer.status, end.result], [503, 'unavailable']);
  });
});
