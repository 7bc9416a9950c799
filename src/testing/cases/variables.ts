import { toJson } from '../../connector/values/to-json.ts';
import type { Variables } from '../../engine/machine/types.ts';

/** Variables of an instruction, as the engine takes them. */
export const variablesOf = (given: unknown): Variables => toJson(given ?? {}) as Variables;
