/** What the compiler infers for middleware. The code does not run: `npm run types` is the test. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { defineInbound, defineOutbound } from '../../src/connector/define.ts';
import { bpmnError, jobError } from '../../src/connector/errors.ts';
import type {
  AnyOutboundConnector,
  InboundContext,
  InboundMiddleware,
  OutboundContext,
  OutboundMiddleware,
} from '../../src/connector/types.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const expectEqual = <A>(_: A) => ({ to: <B>(..._proof: Equal<A, B> extends true ? [] : [never]): void => {} });

const compiles = (title: string, body: () => void): void => {
  test(title, () => assert.equal(typeof body, 'function'));
};

const input = v.object({ name: v.string() });
const output = v.object({ status: v.picklist(['ok', 'error']) });

compiles("functions of a connector know its schemas' types", () => {
  defineOutbound({
    name: 'a',
    type: 'a',
    input,
    output,
    use: [
      async (value, context, next) => {
        expectEqual(value).to<{ name: string }>();
        expectEqual(context).to<OutboundContext>();
        await next();
        await next({ name: 'x' });
        // @ts-expect-error the input has a name
        await next({ nome: 'x' });
        return next(value, context);
      },
      () => ({ status: 'ok' as const }),
      () => bpmnError('CODE'),
      () => jobError('later'),
    ],
    run: () => ({ status: 'ok' }),
  });
  defineOutbound({
    name: 'a',
    type: 'a',
    input,
    output,
    // @ts-expect-error the output schema requires ok or error
    use: [() => ({ status: 'maybe' })],
    run: () => ({ status: 'ok' }),
  });
  defineInbound({
    name: 'a',
    input,
    use: [
      (value, context, next) => {
        expectEqual(value).to<{ name: string }>();
        expectEqual(context).to<InboundContext>();
        return next();
      },
    ],
    loop: () => null,
  });
});

compiles(
  'functions of a connector with operations know nothing of the inputs, and the operations keep their types',
  () => {
    const connector = defineOutbound({
      name: 'a',
      type: 'a',
      use: [
        (value, context, next) => {
          expectEqual(value).to<unknown>();
          expectEqual(context).to<OutboundContext>();
          return next();
        },
      ],
      operations: {
        one: { input, output, run: ({ name }) => ({ status: name === '' ? 'error' : 'ok' }) },
        two: { input: v.object({ n: v.number() }), run: ({ n }) => n.toFixed() },
      },
    });
    void connector.operations.one.run({ name: 'x' }, {} as OutboundContext);
    // @ts-expect-error n is a number
    void connector.operations.two.run({ n: 'x' }, {} as OutboundContext);
  },
);

compiles('one that knows nothing fits every connector', () => {
  const plain: OutboundMiddleware = (_input, _context, next) => next();
  const generic = <Input, Result>(
    given: Input,
    _context: OutboundContext,
    next: (changed?: Input) => Promise<Result>,
  ): Promise<Result> => next(given);
  const polling: InboundMiddleware = (_input, _context, next) => next();
  const connector = defineOutbound({
    name: 'a',
    type: 'a',
    input,
    output,
    use: [plain, generic],
    run: () => ({ status: 'ok' }),
  });
  const list: readonly AnyOutboundConnector[] = [connector, { ...connector, use: [plain] }];
  defineInbound({ name: 'a', input, use: [polling], loop: () => null });
  void list;
});
