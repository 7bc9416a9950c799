import { fault } from '../../common/fault.ts';
import { callback, flag } from '../../connector/rules/common-rules.ts';
import { asList, check, objectOf, oneOf } from '../../connector/rules/rule-engine.ts';
import { stringifyValue } from '../../connector/values/json-text.ts';
import { createEngineEntries } from './engine-entries.ts';
import { createTraceLogger } from './logger.ts';
import { createPaths } from './path.ts';
import { followRuntime } from './runtime-entries.ts';
import { createTextWriter } from './text.ts';
import type { Trace, TraceEntry, TraceOptions } from './types.ts';

const optionsRule = objectOf(
  { write: callback, format: oneOf('text', 'json'), colours: flag },
  { expected: 'an object such as { write: console.log }', noun: 'option', required: ['write'] },
);

const checkOptions = (options: TraceOptions): void => {
  const problems = check(optionsRule, options);
  if (problems.length === 0) return;
  throw fault('definition', {
    what: `The trace cannot be created:\n${asList(problems)}`,
    where: 'createTrace(options)',
    fix: 'correct what is listed above.',
  });
};

/** An entry as a JSON object, with the time at which it was written. */
const jsonLine = (entry: TraceEntry): string => {
  const parts = Object.entries({ time: new Date().toISOString(), ...entry });
  return stringifyValue(Object.fromEntries(parts.filter(([, value]) => value !== undefined)));
};

/**
 * Creates a trace: it shows what processes do, line by line, in the order in which it happens. Use it in programs that show
 * something to people, such as demos. The command `dev` shows the same lines.
 *
 * Values are those of the engine, in which references to secrets are not resolved, and results and log lines are those from which
 * the runtime has removed secrets.
 *
 * @param options where the lines go, and in which form
 * @throws a fault of kind `definition` that names every wrong option
 * @example
 * const trace = createTrace({ write: (line) => console.log(line) });
 * const engine = await createEngine();
 * trace.engine(engine);
 * // #1 hello with { name: 'Ada' }
 * //     log             SayHello        input  { message: 'Hello, Ada' }
 */
export const createTrace = (options: TraceOptions): Trace => {
  checkOptions(options);
  const { write, format = 'text', colours = false } = options;
  const writeText = createTextWriter(write, colours);
  const add = (entry: TraceEntry): void => {
    if (format === 'text') writeText(entry);
    else write(jsonLine(entry));
  };
  const paths = createPaths();
  return {
    engine: (engine) => {
      const entriesOf = createEngineEntries();
      return engine.on((event) => {
        paths.record(event);
        for (const entry of entriesOf(event, engine.now())) add(entry);
      });
    },
    runtime: (runtime) => followRuntime(runtime, add),
    logger: (next) => createTraceLogger(add, next),
    path: (processInstanceKey) => paths.of(processInstanceKey),
  };
};
