import { isDeepStrictEqual } from 'node:util';
import { setKey } from '../../../common/set-key.ts';
import type { Lookup } from '../../../feel/types.ts';
import type { Json, MachineVariable, Variables } from '../types.ts';
import type { Context } from './context.ts';
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

/** As {@link processInstanceKey}: the tenant, unless it is the default one. */
export const tenantOfExpression = '\u0000tenant';

/** The lookup of an expression that is evaluated in a scope. */
export const lookupFrom =
  (scope: ElementInstance): Lookup =>
  (name) => {
    if (name === processInstanceKey) return Number(keyText(scope.root.key));
    if (name === businessId) return scope.root.details?.businessId;
    return name === tenantOfExpression ? scope.definition.tenant : readVariable(scope, name);
  };

/** The lookup of an expression that is evaluated without a process instance. */
export const lookupIn =
  (tenant: string | undefined, variables: Variables = {}): Lookup =>
  (name) => {
    if (name === tenantOfExpression) return tenant;
    return Object.hasOwn(variables, name) ? variables[name] : undefined;
  };

/** Notes that a variable is written, before it is. As in Zeebe, an equal value is not a change. */
const noteChange = (watch: ConditionWatch, scope: ElementInstance, name: string, value: Json): void => {
  const exists = has(scope, name);
  if (exists && isDeepStrictEqual(scope.variables![name], value)) return;
  if (watch.changes.length === 0) watch.changed.push(watch);
  watch.changes.push({ scope, name, kind: exists ? 'update' : 'create' });
};

/** The id of an element; of a process instance, that of the process. */
export const elementIdOf = ({ node, definition }: ElementInstance): string => node?.id ?? definition.model.id;

const viewVariable = (scope: ElementInstance, name: string, value: Json): MachineVariable => ({
  name,
  value,
  scopeKey: keyText(scope.key),
  elementId: elementIdOf(scope),
  processInstanceKey: keyText(scope.root.key),
  bpmnProcessId: scope.definition.model.id,
});

/** Sets a variable of a scope without an event: the scope is new. */
const setVariable = (scope: ElementInstance, name: string, value: Json): void => {
  scope.variables ??= {};
  setKey(scope.variables, name, value);
};

/** Sets the variables of a new scope. No event reports them before {@link announceVariables}. */
export const setInitialVariables = (scope: ElementInstance, variables: Variables): void => {
  for (const name of Object.keys(variables)) setVariable(scope, name, variables[name]!);
};

/** Reports the variables of a new scope as created. */
export const announceVariables = ({ emit }: Context, scope: ElementInstance): void => {
  if (emit === undefined) return;
  for (const [name, value] of Object.entries(scope.variables ?? {}))
    emit({ kind: 'variable:created', variable: viewVariable(scope, name, value) });
};

/** Writes a variable into this scope. */
export const writeLocal = ({ emit }: Context, scope: ElementInstance, name: string, value: Json): void => {
  const watch = scope.root.details?.conditions;
  if (watch !== undefined) noteChange(watch, scope, name, value);
  const previous = emit !== undefined && has(scope, name) ? scope.variables![name] : undefined;
  setVariable(scope, name, value);
  if (emit === undefined) return;
  const variable = viewVariable(scope, name, value);
  if (previous === undefined) emit({ kind: 'variable:created', variable });
  // As in Zeebe, an equal value is not a change.
  else if (!isDeepStrictEqual(previous, value)) emit({ kind: 'variable:updated', variable, previous });
};

/** Variables that are written in an activation of an ad-hoc subprocess remain there. */
const isBarrier = ({ node }: ElementInstance): boolean => node?.kind === 'adHocInnerInstance';

/** Writes a variable into the innermost scope that has it, or else into the process instance. */
export const mergeVariable = (context: Context, from: ElementInstance, name: string, value: Json): void => {
  let scope = from;
  while (!has(scope, name) && scope.scope !== undefined && !isBarrier(scope)) scope = scope.scope;
  writeLocal(context, scope, name, value);
};

/** Writes variables into this scope. */
export const writeAllLocal = (context: Context, scope: ElementInstance, variables: Variables): void => {
  for (const name of Object.keys(variables)) writeLocal(context, scope, name, variables[name]!);
};

/** Writes variables, each into the innermost scope that has it, or else into the process instance. */
export const mergeAll = (context: Context, from: ElementInstance, variables: Variables): void => {
  for (const name of Object.keys(variables)) mergeVariable(context, from, name, variables[name]!);
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
