import { isDeepStrictEqual } from 'node:util';
import { setKey } from '../../../common/set-key.ts';
import type { Lookup } from '../../../feel/types.ts';
import type { Json, Variables } from '../types.ts';
import { keyText } from './keys.ts';
import type { ConditionWatch, ElementInstance, Scope } from './records.ts';

const has = (scope: ElementInstance, name: string): boolean =>
  scope.variables !== undefined && Object.hasOwn(scope.variables, name);

/** Reads a variable from the innermost scope that has it; undefined if no scope has it. */
export const readVariable = (from: ElementInstance, name: string): Json | undefined => {
  for (let scope: ElementInstance | undefined = from; scope !== undefined; scope = scope.scope) {
    if (has(scope, name)) return scope.variables![name];
  }
  return undefined;
};

/** No variable has this name. The lookup of a scope answers it with the key of the process instance. */
export const processInstanceKey = '\u0000processInstanceKey';

/** As {@link processInstanceKey}: the business id of the process instance, if it has one. */
export const businessId = '\u0000businessId';

/** The lookup of an expression that is evaluated in a scope. */
export const lookupFrom =
  (scope: ElementInstance): Lookup =>
  (name) => {
    if (name === processInstanceKey) return Number(keyText(scope.root.key));
    return name === businessId ? scope.root.details?.businessId : readVariable(scope, name);
  };

/** Notes that a variable is written, before it is. As in Zeebe, an equal value is not a change. */
const noteChange = (watch: ConditionWatch, scope: ElementInstance, name: string, value: Json): void => {
  const exists = has(scope, name);
  if (exists && isDeepStrictEqual(scope.variables![name], value)) return;
  if (watch.changes.length === 0) watch.changed.push(watch);
  watch.changes.push({ scope, name, kind: exists ? 'update' : 'create' });
};

/** Writes a variable into this scope. */
export const writeLocal = (scope: ElementInstance, name: string, value: Json): void => {
  const watch = scope.root.details?.conditions;
  if (watch !== undefined) noteChange(watch, scope, name, value);
  scope.variables ??= {};
  setKey(scope.variables, name, value);
};

/** Writes a variable into the innermost scope that has it, or else into the process instance. */
export const mergeVariable = (from: ElementInstance, name: string, value: Json): void => {
  let scope = from;
  while (!has(scope, name) && scope.scope !== undefined) scope = scope.scope;
  writeLocal(scope, name, value);
};

/** Writes variables into this scope. */
export const writeAllLocal = (scope: ElementInstance, variables: Variables): void => {
  for (const name of Object.keys(variables)) writeLocal(scope, name, variables[name]!);
};

/** Writes variables, each into the innermost scope that has it, or else into the process instance. */
export const mergeAll = (from: ElementInstance, variables: Variables): void => {
  for (const name of Object.keys(variables)) mergeVariable(from, name, variables[name]!);
};

/** The variables of this scope, without those of outer scopes. */
export const localVariables = (scope: ElementInstance): Variables => ({ ...scope.variables });

/** The variables that are visible in a scope: all of them, or those with the given names that exist. */
export const visibleVariables = (from: ElementInstance, names: readonly string[]): Variables => {
  const result: Scope = {};
  if (names.length > 0) {
    for (const name of names) {
      const value = readVariable(from, name);
      if (value !== undefined) setKey<Json>(result, name, value);
    }
    return result;
  }
  for (let scope: ElementInstance | undefined = from; scope !== undefined; scope = scope.scope) {
    if (scope.variables === undefined) continue;
    for (const name of Object.keys(scope.variables)) {
      if (!Object.hasOwn(result, name)) setKey<Json>(result, name, scope.variables[name]!);
    }
  }
  return result;
};
