/** The input of the connectors that the benchmarks measure: five fields of different kinds. */
import * as v from 'valibot';

export const fiveFields = v.object({
  a: v.number(),
  b: v.string(),
  c: v.boolean(),
  d: v.array(v.number()),
  e: v.object({ f: v.number() }),
});

/** The same with a variable of any size. */
export const withPayload = v.object({ ...fiveFields.entries, p: v.unknown() });
