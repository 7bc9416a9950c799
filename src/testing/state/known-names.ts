import { fault } from '../../common/fault.ts';
import { didYouMean, nearest } from '../../common/nearest-name.ts';

/** Names that exist. */
export interface KnownNames {
  /** What has the names, as the beginning of a sentence, e.g. `No process has a job of the type`. */
  readonly sentence: string;
  /** What a name is, e.g. `job type`. */
  readonly noun: string;
  readonly names: readonly string[];
}

/** An expression can yield any name. */
const hasExpression = (names: readonly string[]): boolean => names.some((name) => name.startsWith('='));

const unknownFault = (name: string, { sentence, noun, names }: KnownNames, where: string): Error => {
  const known = names.filter((each) => each !== '');
  const otherwise = known.length === 0 ? undefined : `Known: ${known.join(', ')}.`;
  return fault('definition', {
    what: didYouMean(`${sentence} ${JSON.stringify(name)}.`, nearest(name, known), otherwise),
    where,
    fix: `correct the ${noun}.`,
  });
};

/**
 * Checks that a name exists. A misspelt one would never be found, and nobody would notice.
 *
 * @param where the call or the option with the name
 * @throws a fault of kind `definition` that names the nearest one
 */
export const checkKnown = (name: string, known: KnownNames, where: string): void => {
  if (!known.names.includes(name) && !hasExpression(known.names)) throw unknownFault(name, known, where);
};

/**
 * As {@link checkKnown}, but only for a name that is almost one that exists: others may be meant for something that is not
 * deployed yet.
 */
export const checkNotMisspelt = (name: string, known: KnownNames, where: string): void => {
  if (nearest(name, known.names) !== undefined) checkKnown(name, known, where);
};
