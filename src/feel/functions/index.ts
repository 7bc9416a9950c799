import type { Builtin } from './builtin.ts';
import { contextFunctions } from './contexts.ts';
import { conversionFunctions } from './conversions.ts';
import { listFunctions } from './lists.ts';
import { numberFunctions } from './numbers.ts';
import { rangeFunctions } from './ranges.ts';
import { stringFunctions } from './strings.ts';
import { temporalFunctions } from './temporals.ts';

/** Every function that expressions can call by name, but `is defined`, which asks about a name, not a value. */
export const builtins: ReadonlyMap<string, Builtin> = new Map(
  [
    conversionFunctions,
    stringFunctions,
    numberFunctions,
    listFunctions,
    contextFunctions,
    rangeFunctions,
    temporalFunctions,
  ].flatMap((functions) => Object.entries(functions)),
);
