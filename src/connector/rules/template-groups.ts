import { anyText, flag, text } from './common-rules.ts';
import { inTurn, listOf, objectOf, type Rule } from './rule-engine.ts';

const group = objectOf(
  { id: text, label: text, tooltip: anyText, openByDefault: flag },
  { expected: '{ id, label, tooltip?, openByDefault? }', required: ['id', 'label'] },
);

/** The rule for a list of sections. */
export const groupsRule: Rule = inTurn(listOf(group, 'a list of groups'), (value) => {
  const ids = (value as readonly { readonly id: string }[]).map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  return twice === undefined ? undefined : `two groups have the id ${JSON.stringify(twice)}`;
});
