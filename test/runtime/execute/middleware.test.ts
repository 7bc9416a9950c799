import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { defineInbound, defineOutbound } from '../../../src/connector/define.ts';
import { bpmnError, jobError } from '../../../src/connector/errors.ts';
import type {
  AnyInboundConnector,
  AnyOutbound,
  InboundMiddleware,
  OutboundContext,
  OutboundMiddleware,
} from '../../../src/connector/types.ts';
import { executeOutbound } from '../../../src/runtime/execute/execute-outbound.ts';
import { silentLogger } from '../../../src/runtime/shared/logger.ts';
import { callWithMiddleware } from '../../../src/runtime/shared/middleware.ts';
import { callLoop } from '../../../src/runtime/subscriptions/call-loop.ts';
import { createTwin } from '../support/cluster.ts';
import { observe } from '../support/runtime.ts';

/** Middleware that records when it is entered and left, even by an error. */
const telling = (name: string, steps: string[]): OutboundMiddleware & InboundMiddleware => {
  const tell = async (_input: unknown, _context: unknown, next: () => Promise<unknown>): Promise<unknown> => {
    steps.push(`> ${name}`);
    try {
      return await next();
    } finally {
      steps.push(`< ${name}`);
    }
  };
  return tell as OutboundMiddleware & InboundMiddleware;
};

const greet = defineOutbound({
  name: 'Greet',
  type: 'greet',
  input: v.object({ name: v.string() }),
  output: v.object({ text: v.string() }),
  run: ({ name }) => ({ text: `Hello ${name}` }),
});

const execute = (connector: AnyOutbound, use: readonly OutboundMiddleware[] = [], name: unknown = 'Ada') =>
  executeOutbound(connector, { variables: { name } }, { use, secrets: () => 'hunter2' });

test("the runtime's middleware is outside the connector's, and the first of a list is the outermost", async () => {
  const steps: string[] = [];
  const connector = {
    ...greet,
    use: [telling('c1', steps), telling('c2', steps)],
    run: () => {
      steps.push('run');
      return { text: '' };
    },
  };
  await execute(connector, [telling('r1', steps), telling('r2', steps)]);
  assert.deepEqual(steps, ['> r1', '> r2', '> c1', '> c2', 'run', '< c2', '< c1', '< r2', '< r1']);
});

test('middleware sees the input that the schema returns, with its secrets', async () => {
  const seen: unknown[] = [];
  const look: OutboundMiddleware = (input, { job }, next) => {
    seen.push(input, job.variables);
    return next();
  };
  await execute(greet, [look], '{{secrets.NAME}}');
  assert.deepEqual(seen, [{ name: 'hunter2' }, { name: '{{secrets.NAME}}' }]);
});

test('middleware may change the input, the context and the result', async () => {
  let logger: unknown;
  const connector = {
    ...greet,
    run: (input: { name: string }, context: OutboundContext) => {
      logger = context.logger;
      return { text: input.name };
    },
  };
  const change: OutboundMiddleware<{ name: string }, { text: string }> = async ({ name }, context, next) => {
    const { text } = await next({ name: name.toUpperCase() }, { ...context, logger: silentLogger });
    return { text: `${text}!` };
  };
  assert.deepEqual(await execute(connector, [change]), { kind: 'complete', variables: { text: 'ADA!' } });
  assert.equal(logger, silentLogger);
});

test('changes are passed on to the inner middleware', async () => {
  const seen: unknown[] = [];
  const outer: OutboundMiddleware = (input, context, next) => next({ ...input, name: 'Grace' }, { ...context });
  const inner: OutboundMiddleware = (input, _context, next) => {
    seen.push(input.name);
    return next();
  };
  const outcome = await execute(greet, [outer, inner]);
  assert.deepEqual(seen, ['Grace']);
  assert.deepEqual(outcome, { kind: 'complete', variables: { text: 'Hello Grace' } });
});

test('middleware may return a result itself, which is validated like any other', async () => {
  const answer =
    (result: unknown): OutboundMiddleware =>
    () =>
      result;
  assert.deepEqual(await execute(greet, [answer({ text: 'cached' })]), {
    kind: 'complete',
    variables: { text: 'cached' },
  });
  const unfit = await execute(greet, [answer({ text: 7 })]);
  assert.ok(unfit.kind === 'fail');
  assert.match(unfit.message, /output schema:\n- text: expected text/);
  assert.equal((await execute(greet, [answer(bpmnError('NO'))])).kind, 'bpmnError');
});

test('middleware may call the rest again', async () => {
  let calls = 0;
  const flaky = {
    ...greet,
    run: () => {
      if (++calls < 3) throw new Error('not yet');
      return { text: 'done' };
    },
  };
  const again: OutboundMiddleware = async (_input, _context, next) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await next();
      } catch (error) {
        if (attempt === 3) throw error;
      }
    }
  };
  assert.deepEqual(await execute(flaky, [again]), { kind: 'complete', variables: { text: 'done' } });
  assert.equal(calls, 3);
});

for (const [how, make] of [
  [
    'at once',
    (error: unknown): OutboundMiddleware =>
      () => {
        throw error;
      },
  ],
  [
    'later',
    (error: unknown): OutboundMiddleware =>
      async () => {
        throw error;
      },
  ],
] as const) {
  test(`an error thrown ${how} counts as thrown by run, and outer middleware may catch it`, async () => {
    const failed = await execute(greet, [make(jobError('later', { retries: 7, backoff: 3 }))]);
    assert.ok(failed.kind === 'fail' && failed.retries === 7 && failed.backoff === 3_000);
    const rescue: OutboundMiddleware = (_input, _context, next) => next().catch(() => ({ text: 'rescued' }));
    const rescued = await execute({ ...greet, use: [make(new Error('x'))] }, [rescue]);
    assert.deepEqual(rescued, { kind: 'complete', variables: { text: 'rescued' } });
  });
}

test('an error thrown by middleware does not reveal a secret', async () => {
  const leak: OutboundMiddleware = (input) => {
    throw new Error(`refused ${input.name}`);
  };
  const outcome = await execute(greet, [leak], '{{secrets.NAME}}');
  assert.ok(outcome.kind === 'fail');
  assert.equal(outcome.message, 'refused ***');
});

test('a job with invalid input does not reach the middleware', async () => {
  const steps: string[] = [];
  await execute(greet, [telling('r', steps)], { not: 'text' });
  assert.deepEqual(steps, []);
});

test('the middleware of a connector with operations is outside each operation', async () => {
  const steps: string[] = [];
  const calculator = defineOutbound({
    name: 'Calculator',
    type: 'calculator',
    use: [telling('c', steps)],
    operations: {
      double: { input: v.object({ n: v.number() }), run: ({ n }) => ({ n: n * 2 }) },
      negate: { input: v.object({ n: v.number() }), run: ({ n }) => ({ n: -n }) },
    },
  });
  const job = { variables: { n: 3 }, customHeaders: { operation: 'negate' } };
  assert.deepEqual(await executeOutbound(calculator, job, { use: [telling('r', steps)] }), {
    kind: 'complete',
    variables: { n: -3 },
  });
  assert.deepEqual(steps, ['> r', '> c', '< c', '< r']);
});

test('a runtime calls its middleware for every connector', async (t) => {
  const twin = createTwin();
  const types: string[] = [];
  const note: OutboundMiddleware = (_input, { job }, next) => {
    types.push(job.type);
    return next();
  };
  const other = { ...greet, type: 'greet:2' };
  const { runtime, count } = observe({ outbound: [greet, other], connection: twin.connection, use: [note] });
  t.after(() => runtime.stop());
  await runtime.start();
  for (const type of ['greet', 'greet:2']) twin.push({ type, variables: '{"name":"Ada"}' });
  await count('job:settled', 2);
  assert.deepEqual(types.sort(), ['greet', 'greet:2']);
});

test("an inbound connector's middleware is outside loop", async () => {
  const steps: string[] = [];
  const stamp: InboundMiddleware<Record<string, never>, { at: number } | null | undefined> = async (
    _input,
    context,
    next,
  ) => {
    const message = await next();
    return message && { ...message, key: context.activation.correlationKey };
  };
  const ticker: AnyInboundConnector = defineInbound({
    name: 'ticker',
    use: [telling('c', steps), stamp as InboundMiddleware],
    loop: () => ({ at: 1 }),
  });
  const activation = {
    ...{ id: 'a', connector: 'ticker', messageName: 'ticker', correlationKey: 'k', variables: {} },
    ...{ processInstanceKey: '1', bpmnProcessId: 'p', elementId: 'e' },
  };
  const services = { signal: new AbortController().signal, logger: silentLogger };
  const result = await callLoop(ticker, activation, services);
  assert.ok(result.kind === 'message');
  assert.deepEqual(result.variables, { at: 1, key: 'k' });
  assert.deepEqual(steps, ['> c', '< c']);
});

test('without middleware, the function is called directly', async () => {
  assert.equal(await callWithMiddleware([], (input: number, context: number) => input + context, 1, 2), 3);
});
