import type { Builtin } from './builtin.ts';
import { contextFunctions } from './contexts.ts';
import { conversionFunctions } from './conversions.ts';
import { listFunctions } from './lists.ts';
import { numberFunctions } from './numbers.ts';
import { rangeFunctions } from './ranges.ts';
import { stringFunctions } from './strings.ts';
import { temporalFunctions } from './temporals.ts';

/** All built-in functions by name, except `is defined`, which needs the name of its argument instead of the value. */
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
