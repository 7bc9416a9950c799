/** The input of the connectors that the benchmarks measure: five fields of different kinds. */
import * as v from 'valibot';

export const fiveFields = v.object({
  a: v.number(),
  b: v.string(),
  c: v.boolean(),
  d: v.array(v.number()),
  e: v.object({ f: v.number() }),
});
