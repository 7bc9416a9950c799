import type * as v from 'valibot';
import type {
  AnyInboundConnector,
  AnyOperationsConnector,
  AnyOutbound,
  InboundConnector,
  InboundContext,
  LoopInput,
  LoopResult,
  LoopState,
  MaybePromise,
  OperationInputs,
  OperationOutput,
  OperationOutputs,
  OperationsConnector,
  OutboundConnector,
  OutboundContext,
  RunResult,
  Schema,
} from '../connector/types.ts';
import { outcomeOf, type Sequence } from './outcomes.ts';

type Plain = string | number | boolean | bigint | null | readonly unknown[] | Readonly<Record<string, unknown>>;

/** What a mocked `run` may yield: what its output schema accepts, or an error. Without such a schema: any JSON value. */
type Result<O extends Schema | undefined> = O extends Schema ? RunResult<O> : Plain | Extract<RunResult<O>, Error>;

type Run<I extends Schema, O extends Schema | undefined> = (
  input: v.InferOutput<I>,
  context: OutboundContext,
) => MaybePromise<Result<O>>;

/** What a mocked `run` does: always the same, a function in its place, or a `sequence` of these. */
export type RunMock<I extends Schema, O extends Schema | undefined> =
  | Result<O>
  | Run<I, O>
  | Sequence<Result<O> | Run<I, O>>;

/** A call of a mocked connector. */
export interface MockCall<Input = unknown, Context = OutboundContext> {
  /** The input as the connector's schema has converted it. */
  readonly input: Input;
  readonly context: Context;
}

/** The calls of a mock, oldest first. */
export interface WithCalls<Call> {
  readonly calls: readonly Call[];
}

/** A call of a mocked connector with operations. */
export interface OperationCall extends MockCall {
  readonly operation: string;
}

type OperationMocks<Is extends OperationInputs, Os extends OperationOutputs> = {
  readonly [Id in keyof Is]?: RunMock<Is[Id], OperationOutput<Os, Id>>;
};

/**
 * What `mockOutbound` takes for a connector.
 *
 * @example
 * const answering = (outcomes: MockOf<typeof shelf>) => ({ outbound: [mockOutbound(shelf, outcomes)] });
 */
export type MockOf<Connector> =
  Connector extends OperationsConnector<string, infer Is, infer Os>
    ? OperationMocks<Is, Os>
    : Connector extends OutboundConnector<string, infer I, infer O>
      ? RunMock<I, O>
      : never;

/** A call of the mock of a connector. */
export type CallOf<Connector> =
  Connector extends OperationsConnector<string, infer _Is, infer _Os>
    ? OperationCall
    : Connector extends OutboundConnector<string, infer I, infer _O>
      ? MockCall<v.InferOutput<I>>
      : never;

type AnyFunction = (...given: readonly unknown[]) => unknown;

/** Carries out one call of a mock. Errors among the outcomes are returned, which means the same as throwing them. */
const answer = (mock: unknown, call: number, given: readonly unknown[]): unknown => {
  const outcome = outcomeOf(mock, call);
  return typeof outcome === 'function' ? (outcome as AnyFunction)(...given) : outcome;
};

/** The calls are no property of the connector's definition, so they are not enumerable. */
const withCalls = <Connector extends object, Call>(connector: Connector, calls: readonly Call[]): never =>
  Object.freeze(Object.defineProperty(connector, 'calls', { value: calls })) as never;

const checkOperations = ({ name, operations }: AnyOperationsConnector, mocks: object): void => {
  const unknown = Object.keys(mocks).filter((id) => !Object.hasOwn(operations, id));
  if (unknown.length === 0) return;
  throw new TypeError(
    `The connector "${name}" has no operation ${unknown.map((id) => JSON.stringify(id)).join(', ')}. ` +
      `Fix: mock one of ${Object.keys(operations).join(', ')}.`,
  );
};

const mockAny = (connector: AnyOutbound, outcome: unknown): never => {
  const { use: _, ...rest } = connector;
  if (!('operations' in connector)) {
    const calls: MockCall[] = [];
    const run = (input: unknown, context: OutboundContext): unknown =>
      answer(outcome, calls.push({ input, context }) - 1, [input, context]);
    return withCalls({ ...rest, run }, calls);
  }
  const { operations } = connector;
  const mocks = outcome as Readonly<Record<string, unknown>>;
  checkOperations(connector, mocks);
  const calls: OperationCall[] = [];
  const mocked = Object.entries(operations).map(([id, operation]) => {
    let count = 0;
    const run = (input: unknown, context: OutboundContext): unknown => {
      if (!Object.hasOwn(mocks, id)) {
        throw new Error(`The mock of "${connector.name}" has no outcome for the operation ${id}. Fix: add one.`);
      }
      calls.push({ operation: id, input, context });
      return answer(mocks[id], count++, [input, context]);
    };
    return [id, Object.freeze({ ...operation, run })];
  });
  return withCalls({ ...rest, operations: Object.freeze(Object.fromEntries(mocked)) }, calls);
};

/**
 * Makes a mock of an outbound connector, which is a connector as well: it has the same job type and the same schemas, but
 * another `run`. The variables of a job are converted and checked by the connector's input schema first, and the outcome is
 * checked by its output schema, so that a mock cannot return what the connector could not. Middleware of the connector is
 * left out.
 *
 * @param connector an outbound connector
 * @param outcome the result of `run`, an error of `bpmnError` or `jobError`, a function in place of `run`, or a `sequence` of
 *   these; for a connector with operations, an object with one of these for each operation that is called
 * @returns the connector, with the `calls` of its `run`
 * @throws TypeError for an operation that the connector does not have
 * @example
 * const get = mockOutbound(httpGet, { status: 200, body: 'ok' });
 * const test = await createProcessTest(t, { resources: 'processes', connectors: { outbound: [get] } });
 * @example
 * const charge = mockOutbound(payment, sequence(jobError('busy', { backoff: 60 }), ({ amount }) => ({ paid: amount })));
 * @example
 * const library = mockOutbound(shelf, { lend: bpmnError('UNKNOWN_BOOK'), find: ({ isbn }) => ({ title: isbn }) });
 */
export const mockOutbound = <Connector extends AnyOutbound>(
  connector: Connector,
  outcome: MockOf<Connector>,
): Connector & WithCalls<CallOf<Connector>> => mockAny(connector, outcome);

type Loop<I extends Schema | undefined, O extends Schema | undefined, S extends Schema | undefined> = (
  input: LoopInput<I>,
  context: InboundContext<LoopState<S>>,
) => MaybePromise<LoopResult<O, S>>;

/** What a mocked `loop` does in each call: as {@link RunMock}. */
export type LoopMock<I extends Schema | undefined, O extends Schema | undefined, S extends Schema | undefined> =
  | LoopResult<O, S>
  | Loop<I, O, S>
  | Sequence<LoopResult<O, S> | Loop<I, O, S>>;

/** What `mockInbound` takes for a connector. */
export type LoopMockOf<Connector> =
  Connector extends InboundConnector<string, infer I, infer O, infer S> ? LoopMock<I, O, S> : never;

/** A call of the mock of an inbound connector. */
export type LoopCallOf<Connector> =
  Connector extends InboundConnector<string, infer I, infer _O, infer S>
    ? MockCall<LoopInput<I>, InboundContext<LoopState<S>>>
    : never;

/**
 * Makes a mock of an inbound connector, which is a connector as well: it has the same name, schemas and `cycle`, but another
 * `loop`. With a message, the first call delivers it; a `sequence` that begins with `undefined` delivers it later.
 *
 * @param connector an inbound connector
 * @param outcome the variables of the message, `undefined` while there is none, a function in place of `loop`, or a
 *   `sequence` of these
 * @returns the connector, with the `calls` of its `loop`
 * @example
 * const parcels = mockInbound(parcel, sequence(undefined, undefined, { signedBy: 'Ada' })); // the third call
 */
export const mockInbound = <Connector extends AnyInboundConnector>(
  connector: Connector,
  outcome: LoopMockOf<Connector>,
): Connector & WithCalls<LoopCallOf<Connector>> => {
  const { use: _, ...rest } = connector;
  const calls: MockCall<unknown, InboundContext>[] = [];
  const loop = (input: unknown, context: InboundContext): unknown =>
    answer(outcome, calls.push({ input, context }) - 1, [input, context]);
  return withCalls({ ...rest, loop }, calls);
};
