import type { AnyOperationsConnector, Operation, Schema } from '../connector/types.ts';
import { formatPath } from '../connector/values/path.ts';
import type { Draft } from './fields/draft.ts';
import { draftInput } from './fields/from-schema.ts';
import { isOneOf, mergeMembers } from './fields/merge-members.ts';
import { labelOfChoice } from './labels.ts';
import { type MenuEntry, menuEntries } from './menu/menu-entries.ts';
import type { FieldContext } from './schema/field-context.ts';
import { ownHints } from './schema/read-schema.ts';
import type { Group, TemplateProperty } from './types.ts';

/** The section of the list of operations. It comes first, because all other fields depend on the operation. */
export const operationGroup: Group = { id: 'operation', label: 'Operation' };

/** The id of the list until `finishProperties` removes the `#`: an input may be called `operation` too. */
const chooser = '#operation';

type Operations = AnyOperationsConnector['operations'];

const operationsOf = (operations: Operations): readonly (readonly [id: string, operation: Operation])[] =>
  Object.entries<Operation>(operations);

const labelOf = (id: string, { name }: Operation): string => labelOfChoice(id, {}, name);

const choiceOf = (operations: Operations): TemplateProperty & { readonly id: string } => {
  const all = operationsOf(operations);
  return {
    id: chooser,
    label: 'Operation',
    ...(all.length === 1 ? { value: all[0]![0] } : { constraints: { notEmpty: true } }),
    group: operationGroup.id,
    binding: { type: 'zeebe:taskHeader', key: 'operation' },
    type: 'Dropdown',
    choices: all.map(([id, operation]) => ({ name: labelOf(id, operation), value: id })),
  };
};

const joined = (
  operations: Operations,
  draft: (operation: Operation, context: FieldContext) => readonly Draft[],
  context: FieldContext,
): readonly Draft[] => {
  const members = operationsOf(operations).map(([id, operation]) => ({
    label: id,
    drafts: draft(operation, { ...context, conditions: [...context.conditions, isOneOf(chooser, [id])] }),
  }));
  return mergeMembers(members, chooser, Object.keys(operations), '');
};

/** The list of the operations, and the inputs of each operation, shown while it is selected. */
export const draftOperations = (operations: Operations, context: FieldContext): readonly Draft[] => {
  for (const id of Object.keys(operations)) {
    if (id.startsWith('=') || id.startsWith('#')) {
      context.report(
        formatPath(['operations', id]),
        'the Modeler cannot compare such an id',
        'let it start with a letter',
      );
    }
  }
  return [
    { path: chooser, property: choiceOf(operations), conditions: [] },
    ...joined(operations, ({ input }, inside) => draftInput(input, inside, true), context),
  ];
};

/** The output properties of each operation, shown while it is selected. */
export const draftOperationOutputs = (
  operations: Operations,
  outputs: (output: Schema | undefined) => readonly TemplateProperty[],
  context: FieldContext,
): readonly Draft[] =>
  joined(
    operations,
    ({ output }, { conditions }) =>
      outputs(output).map((property) => ({
        path: property.id!,
        property: { ...property, id: property.id! },
        conditions,
      })),
    context,
  );

/** The entries of the create menu: one for each operation, with entries of its own if its input has some. */
export const operationEntries = (operations: Operations, context: FieldContext): readonly MenuEntry[] =>
  operationsOf(operations).map(([id, operation]) => {
    const { description, input } = operation;
    const choices = [{ path: 'operation', value: id }];
    const entries = menuEntries(input, context, false, choices);
    const { keywords } = ownHints(input);
    if (keywords !== undefined && (entries.length > 0 || Object.keys(operations).length < 2)) {
      context.report(
        '(root)',
        'the hint "keywords" has no effect on an operation without an entry of its own',
        'leave it out',
      );
    }
    return {
      name: labelOf(id, operation),
      ...(description === undefined ? {} : { description }),
      ...(keywords === undefined ? {} : { keywords }),
      choices,
      entries,
    };
  });
