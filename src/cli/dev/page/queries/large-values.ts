import type { Key, Variables } from '../../../../engine/index.ts';
import { isLonger, printShort } from '../../../../testing/state/print-json.ts';
import type { Attempt, CutValue, Step } from '../contract.ts';
import { entriesOf, eventOf } from '../history/entry.ts';
import type { Sources } from '../sources.ts';

/** Characters of JSON from which on a value is large: what shows it is read again and again, and is folded up anyway. */
const large = 2_000;

/** Characters of a large value that are sent. */
const beginning = 200;

/** Objects never change, and are looked at again with each read. */
const known = new WeakMap<object, boolean>();

const isLarge = (value: unknown): boolean => {
  if (typeof value === 'string') return value.length > large;
  if (typeof value !== 'object' || value === null) return false;
  let found = known.get(value);
  if (found === undefined) {
    found = isLonger(value, large);
    known.set(value, found);
  }
  return found;
};

/**
 * A value, or its beginning with the place of the whole one.
 *
 * @param address the parameters of the place; absent: nowhere
 */
export const withoutLarge = <Value>(value: Value, address?: Readonly<Record<string, string>>): Value => {
  if (!isLarge(value)) return value;
  const cut: CutValue = {
    'camunda-connectors:cut': {
      text: printShort(value, beginning),
      ...(address === undefined ? {} : { path: `/data/value?${new URLSearchParams(address)}` }),
    },
  };
  return cut as Value;
};

/** A step without large values. */
export const smallStep = (step: Step, instance: Key | undefined): Step => {
  const { variables, variable } = step;
  if (variables === undefined && variable === undefined) return step;
  const place = (part: string): Readonly<Record<string, string>> | undefined =>
    instance === undefined ? undefined : { instance, seq: String(step.seq), part };
  return {
    ...step,
    ...(variables === undefined ? {} : { variables: withoutLarge(variables, place('variables')) }),
    ...(variable === undefined
      ? {}
      : {
          variable: {
            ...variable,
            value: withoutLarge(variable.value, step.seq > 0 ? place('value') : valuePlace(instance, step)),
            ...(variable.previous === undefined ? {} : { previous: withoutLarge(variable.previous) }),
          },
        }),
  };
};

/** The place of a value that no entry has: the variable has it still. */
const valuePlace = (
  instance: Key | undefined,
  { scope, variable }: Step,
): Readonly<Record<string, string>> | undefined =>
  instance === undefined || scope === undefined ? undefined : { instance, scope, name: variable?.name ?? '' };

const attemptParts = ['input', 'given', 'result', 'returned'] as const;

/** An attempt without large values. */
export const smallAttempt = (
  attempt: Attempt,
  place: { readonly instance: Key; readonly job: Key },
  number: number,
): Attempt => {
  const parts = attemptParts.flatMap((part) =>
    attempt[part] === undefined
      ? []
      : [[part, withoutLarge(attempt[part], { ...place, attempt: String(number), part })] as const],
  );
  return { ...attempt, ...Object.fromEntries(parts) };
};

const variablesOf = (sources: Sources, instance: Key, scope: string): Variables | undefined => {
  const engine = sources.engine();
  if (scope === instance) return engine.instance(instance)?.variables;
  return engine.elements(instance).find(({ key }) => key === scope)?.variables;
};

/** A value of a decision that was evaluated: its output, or a column of its inputs or of a rule that matched. */
const decisionValue = (sources: Sources, key: string, part: string, column: number): unknown => {
  const decision = sources
    .engine()
    .decisionInstances()
    .find((each) => each.key === key);
  if (part === 'output') return decision?.output;
  if (part === 'input') return decision?.inputs[column]?.value;
  return decision?.matchedRules.find((_, index) => part === `rule${index}`)?.outputs[column]?.value;
};

/**
 * A large value as a whole.
 *
 * @param given the parameters of its place
 * @param attemptsOf the attempts of a job of an instance as they are
 * @returns `undefined` if it is not kept any more
 */
export const largeValue = (
  sources: Sources,
  given: URLSearchParams,
  attemptsOf: (instance: Key, job: Key) => readonly Attempt[],
): { readonly value: unknown } | undefined => {
  const read = (name: string): string => given.get(name) ?? '';
  const found = (value: unknown): { readonly value: unknown } | undefined =>
    value === undefined ? undefined : { value };
  const part = read('part');
  if (given.has('job')) {
    const attempt = attemptsOf(read('instance'), read('job'))[Number(read('attempt'))];
    const name = attemptParts.find((each) => each === part);
    return name && found(attempt?.[name]);
  }
  if (given.has('decision')) return found(decisionValue(sources, read('decision'), part, Number(read('column'))));
  if (given.has('message')) {
    return found(
      sources
        .engine()
        .messages()
        .find(({ key }) => key === read('message'))?.variables,
    );
  }
  const instance = read('instance');
  if (given.has('scope')) {
    const variables = variablesOf(sources, instance, read('scope')) ?? {};
    return Object.hasOwn(variables, read('name')) ? found(variables[read('name')]) : undefined;
  }
  const history = sources.history.instance(instance);
  const entry = history && entriesOf(history).find(({ seq }) => seq === Number(read('seq')));
  const event = entry && eventOf(entry);
  if (event === undefined) return undefined;
  if ('variable' in event) return found(event.variable.value);
  return found('variables' in event ? event.variables : 'instance' in event ? event.instance.variables : undefined);
};
