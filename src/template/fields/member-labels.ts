import { labelOfChoice } from '../labels.ts';
import type { Reading } from '../schema/read-schema.ts';

/**
 * The label of a member of a variant, in the list of the variant and in the create menu.
 *
 * @param value the value of the key that selects the member
 * @param ofLiteral the label that the literal of the key has
 * @param isOnly whether the member has no other value of the key. A title cannot stand for several values
 */
export const labelOfMember = (
  variant: Reading,
  member: Reading,
  value: string,
  ofLiteral: string | undefined,
  isOnly = true,
): string => {
  const title = isOnly ? member.title : undefined;
  // The title of a variant is that of its own list, so the title of the literal comes first.
  const own = member.view.type === 'variant' ? (ofLiteral ?? title) : (title ?? ofLiteral);
  return labelOfChoice(value, variant.hints.choices ?? {}, own);
};
