import { didYouMean, nearest } from '../../../common/nearest-name.ts';
import { isIdSlip } from '../slips.ts';
import type { Definition, DefinitionKind, Hint, HintFacts, KnownDefinitions } from '../types.ts';
import { type Reference, referencesOf } from './references-of.ts';

const quoted = (text: string): string => JSON.stringify(text);

const files: Readonly<Record<DefinitionKind, string>> = {
  process: 'the file with the process',
  decision: 'the DMN file with the decision',
  form: 'the form',
  embeddedForm: 'the form',
  file: 'the file',
};

const places: Readonly<Record<DefinitionKind, string>> = {
  process: 'the called element',
  decision: 'the id in the task',
  form: 'the id in the element',
  embeddedForm: 'the form key',
  file: 'the id of the linked resource',
};

const hintOf = ({ model, elementId }: Reference, level: Hint['level'], text: string): Hint => ({
  ...{ kind: 'reference', level, bpmnProcessId: model.id, elementId },
  text: `${model.resourceName}: ${text}`,
});

/** Whether a definition has the version that a reference wants; a version tag that is not known may be the one. */
const fits = ({ binding, versionTag }: Reference, definition: Definition): boolean =>
  binding !== 'versionTag' ||
  versionTag === undefined ||
  definition.mayHaveTag === true ||
  definition.versionTag === versionTag;

/** What is wrong: that nothing has the id, or not in the version that is wanted. */
const problemOf = (
  { kind, binding, versionTag, model }: Reference,
  alike: readonly Definition[],
  isForCluster: boolean,
): string => {
  if (kind === 'embeddedForm') return `which ${model.resourceName} does not contain`;
  const missing = isForCluster ? 'which none of these files contains' : 'which is not deployed';
  if (alike.length === 0) return binding === 'deployment' ? `${missing} together with ${model.resourceName}` : missing;
  if (binding === 'deployment') return `which is deployed, but not together with ${model.resourceName}`;
  const tags = [...new Set(alike.flatMap((each) => each.versionTag ?? []))];
  const others = tags.length === 0 ? 'no version tag' : `the version tag ${tags.map(quoted).join(', ')}`;
  return `of which no version has the version tag ${quoted(versionTag ?? '')}: it has ${others}`;
};

/** What was probably meant, and its file if that is not deployed either. */
interface Guess {
  readonly id: string;
  readonly file: string | undefined;
}

const fixOf = (
  { kind, id, binding, versionTag, model }: Reference,
  alike: readonly Definition[],
  beside: Definition | undefined,
  guess: Guess | undefined,
): string => {
  if (kind === 'embeddedForm') {
    const key = guess === undefined ? 'correct the form key' : `write the id ${quoted(guess.id)} in the form key`;
    return `${key}, or use a form with a file of its own.`;
  }
  if (alike.length > 0 && binding === 'versionTag') {
    return `set the version tag ${quoted(versionTag ?? '')} in the file of ${id}, or correct it in the element.`;
  }
  if (beside !== undefined) {
    return `deploy ${beside.resourceName} as well, with --resource: it is in the same folder and contains ${id}.`;
  }
  const together = binding === 'deployment' ? ` together with ${model.resourceName}` : '';
  const deploy = `deploy ${files[kind]} ${id}${together}, for example with --resource`;
  if (guess === undefined) return `${deploy}, or correct ${places[kind]}.`;
  const also = guess.file === undefined ? '' : ` and deploy ${guess.file} as well, with --resource`;
  return `write the id ${quoted(guess.id)}${also}, or ${deploy}.`;
};

/** A called process that exists, but that no call activity can start. */
const uncallable = (reference: Reference, found: readonly Definition[]): readonly Hint[] => {
  const { kind, id, text } = reference;
  if (kind !== 'process' || found.length === 0 || found.some(({ isCallable }) => isCallable !== false)) return [];
  return [
    hintOf(
      reference,
      'warning',
      `${text}, which has no start event without a trigger, ${reference.consequence}. Fix: add a none start event to the process ${id}, or call another one.`,
    ),
  ];
};

const hintsAbout = (reference: Reference, known: KnownDefinitions): readonly Hint[] => {
  const { kind, id, text, binding, consequence, model } = reference;
  if (known.open.has(kind)) return [];
  const isThere = (definition: Definition): boolean =>
    kind !== 'embeddedForm' || definition.resourceName === model.resourceName;
  const ofKind = (list: readonly Definition[]): readonly Definition[] =>
    list.filter((each) => each.kind === kind && isThere(each));
  const together = ofKind(known.together);
  const beside = ofKind(known.beside);
  // For a cluster, other files of the folder are going to be deployed as well, or were.
  const elsewhere = known.isForCluster ? beside : ofKind(known.before);
  const usable = binding === 'deployment' && !known.isForCluster ? together : [...together, ...elsewhere];
  const found = usable.filter((each) => each.id === id && fits(reference, each));
  if (found.length > 0) return uncallable(reference, found);
  const all = [...together, ...elsewhere];
  const alike = all.filter((each) => each.id === id);
  const ids = [...new Set([...all, ...beside].map((each) => each.id))].filter((each) => each !== id);
  const neighbour = beside.find((each) => each.id === id && fits(reference, each));
  const slip = known.isForCluster ? ids.find((each) => isIdSlip(id, each)) : undefined;
  const guess = alike.length > 0 || neighbour !== undefined ? undefined : (slip ?? nearest(id, ids));
  // A cluster may have what these files do not contain, so only a slip of the pen is a mistake.
  const isUncertain = known.isForCluster && slip === undefined && kind !== 'embeddedForm' && alike.length === 0;
  const result = isUncertain ? 'so it has to be on the cluster already' : consequence;
  const what = didYouMean(
    `${text}, ${problemOf(reference, alike, known.isForCluster)}, ${result}.`,
    guess && quoted(guess),
  );
  const file = all.some((each) => each.id === guess) ? undefined : beside.find((each) => each.id === guess);
  const meant = guess === undefined ? undefined : { id: guess, file: file?.resourceName };
  const fix = fixOf(reference, alike, neighbour, meant);
  return [hintOf(reference, isUncertain ? 'note' : 'warning', `${what} Fix: ${fix}`)];
};

/** Names references to processes, decisions, forms and linked resources that are not deployed, or not in the version that is wanted. */
export const missingReferences = ({ models, definitions }: HintFacts): readonly Hint[] =>
  definitions === undefined ? [] : models.flatMap(referencesOf).flatMap((each) => hintsAbout(each, definitions));
