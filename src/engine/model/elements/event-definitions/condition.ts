import type { ConditionTrigger, VariableChangeKind } from '../../types.ts';
import { bodyAt, type Element, textAt } from '../../xml/element.ts';
import type { Context } from '../../xml/references.ts';
import { expressionAt } from '../expressions.ts';
import { single } from '../zeebe-extensions.ts';
import type { Place } from './place.ts';

const isChangeKind = (text: string): text is VariableChangeKind => text === 'create' || text === 'update';

const readChanges = (
  definition: Element,
  place: Place,
  { report }: Context,
): readonly VariableChangeKind[] | undefined => {
  const filter = single(definition, 'zeebe:ConditionalFilter', report);
  const text = (filter && textAt(filter, 'variableEvents')) ?? '';
  const kinds = text.split(',').map((each) => each.trim());
  if (filter === undefined || text.trim() === '') return undefined;
  if (place === 'processStart') {
    report(filter, 'The start event of a process cannot have variable events: no variables change before it.');
    return undefined;
  }
  const unknown = kinds.filter((kind) => !isChangeKind(kind));
  if (unknown.length > 0) {
    report(filter, `Only "create" and "update" are variable events, but there is "${unknown.join('", "')}".`);
    return undefined;
  }
  return Object.freeze(kinds.filter(isChangeKind));
};

/** Reads the condition of an event definition; `undefined` after a problem. */
export const readCondition = (definition: Element, place: Place, context: Context): ConditionTrigger | undefined => {
  const text = bodyAt(definition, 'condition');
  const condition = expressionAt('The condition', text, context.report, definition, 'condition');
  const changes = readChanges(definition, place, context);
  if (condition === undefined) return undefined;
  return Object.freeze({ kind: 'condition', condition, ...(changes === undefined ? {} : { changes }) });
};
