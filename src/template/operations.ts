import type { AnyOperationsConnector, Operation, Schema } from '../connector/types.ts';
import type { Menu } from './create-menu.ts';
import type { Draft } from './fields/field.ts';
import { draftInput } from './fields/from-schema.ts';
import { isOneOf, joinMembers } from './fields/merge-members.ts';
import { labelOfValue } from './labels.ts';
import type { Place } from './schema/field-context.ts';
import type { Group, TemplateProperty } from './types.ts';

/** Section of the choice; it comes first, since all other fields depend on it. */
export const operationGroup: Group = { id: 'operation', label: 'Operation' };

/** Id of the choice while an input may still be called the same; see `settle`. */
const chooser = '#operation';

type Operations = AnyOperationsConnector['operations'];

const operationsOf = (operations: Operations): readonly (readonly [id: string, operation: Operation])[] =>
  Object.entries<Operation>(operations);

const nameOf = (id: string, { name }: Operation): string => name ?? labelOfValue(id);

const choiceOf = (operations: Operations): TemplateProperty & { readonly id: string } => {
  const all = operationsOf(operations);
  return {
    id: chooser,
    label: 'Operation',
    ...(all.length === 1 ? { value: all[0]![0] } : { constraints: { notEmpty: true } }),
    group: operationGroup.id,
    binding: { type: 'zeebe:taskHeader', key: 'operation' },
    type: 'Dropdown',
    choices: all.map(([id, operation]) => ({ name: nameOf(id, operation), value: id })),
  };
};

const joined = (
  operations: Operations,
  draft: (operation: Operation, place: Place) => readonly Draft[],
  place: Place,
): readonly Draft[] => {
  const members = operationsOf(operations).map(([id, operation]) => ({
    label: id,
    drafts: draft(operation, { ...place, conditions: [...place.conditions, isOneOf(chooser, [id])] }),
  }));
  return joinMembers(members, chooser, Object.keys(operations), '');
};

/** The choice of the operation, and the inputs of each under the condition that it is chosen. */
export const draftOperations = (operations: Operations, place: Place): readonly Draft[] => {
  for (const id of Object.keys(operations)) {
    if (id.startsWith('=') || id.startsWith('#')) {
      place.report(
        `operations[${JSON.stringify(id)}]`,
        'the Modeler compares no such id',
        'let it start with a letter',
      );
    }
  }
  return [
    { path: chooser, property: choiceOf(operations), conditions: [] },
    ...joined(operations, ({ input }, inside) => draftInput(input, inside), place),
  ];
};

/** The output properties of each operation under the condition that it is chosen. */
export const draftOperationOutputs = (
  operations: Operations,
  outputs: (output: Schema | undefined) => readonly TemplateProperty[],
  place: Place,
): readonly Draft[] =>
  joined(
    operations,
    ({ output }, { conditions }) =>
      outputs(output).map((property) => ({
        path: property.id!,
        property: { ...property, id: property.id! },
        conditions,
      })),
    place,
  );

/** One entry of the create menu per operation. */
export const operationMenu = (operations: Operations): Menu | undefined => {
  const all = operationsOf(operations);
  if (all.length < 2) return undefined;
  return {
    steps: all.map(([id, operation]) => ({
      name: nameOf(id, operation),
      ...(operation.description === undefined ? {} : { description: operation.description }),
      keywords: [nameOf(id, operation).toLowerCase()],
      presetId: id,
    })),
    presets: all.map(([id]) => ({ id, properties: { operation: id } })),
  };
};
