import type { Builtin } from './builtin.ts';
import { contextFunctions } from './contexts.ts';
import { conversionFunctions } from './conversions.ts';
import { listFunctions } from './lists.ts';
import { numberFunctions } from './numbers.ts';
import { rangeFunctions } from './ranges.ts';
import { stringFunctions } from './strings.ts';
import { temporalFunctions } from './temporals.ts';

/** All built-in functions by name, each with its alternatives. */
export const builtins: ReadonlyMap<string, readonly Builtin[]> = new Map(
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
