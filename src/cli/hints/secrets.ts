import { didYouMean, nearest } from '../../common/nearest-name.ts';
import type { Source } from '../../engine/model/types.ts';
import { findPlaces } from '../../feel/index.ts';
import { findReferences } from '../../runtime/secrets/references.ts';
import { type JobPart, jobsOf } from './model-parts.ts';
import type { Hint, HintFacts } from './types.ts';

const clusterPrefix: readonly string[] = ['camunda', 'secrets'];

/** The texts in which the runtime finds references: those of expressions are their literals. */
const textsOf = (source: Source | undefined): readonly string[] => {
  if (source === undefined) return [];
  return source.kind === 'static' ? [source.text] : findPlaces(source.expression.source, clusterPrefix).texts;
};

const ofCluster = (source: Source | undefined): readonly string[] =>
  source?.kind === 'feel'
    ? findPlaces(source.expression.source, clusterPrefix).places.flatMap(({ names }) => names.slice(0, 1))
    : [];

const hintOf = (
  { model, elementId, subject }: JobPart,
  reference: string,
  name: string,
  known: ReadonlySet<string>,
): Hint => ({
  kind: 'secret',
  level: 'warning',
  bpmnProcessId: model.id,
  elementId,
  text: `${model.resourceName}: ${didYouMean(
    `no secret has the name ${name}, to which ${subject} refers as ${reference}.`,
    nearest(name, [...known]),
  )} Fix: set SECRET_${name} in the environment or in .env, or correct the name.`,
});

/** Names references to secrets that nobody provides. */
export const unknownSecrets = ({ models, secrets, clusterSecrets }: HintFacts): readonly Hint[] =>
  models.flatMap(jobsOf).flatMap((part) => {
    const sources = (part.node?.inputs ?? []).map(({ source }) => source);
    const own = secrets === undefined ? [] : sources.flatMap(textsOf).flatMap(findReferences);
    const missing = [...new Set(own.map(({ name }) => name))].filter((name) => secrets?.has(name) === false);
    const cluster = clusterSecrets === undefined ? [] : [...new Set(sources.flatMap(ofCluster))];
    const none: ReadonlySet<string> = new Set();
    return [
      ...missing.map((name) => hintOf(part, `{{secrets.${name}}}`, name, secrets ?? none)),
      ...cluster
        .filter((name) => clusterSecrets?.has(name) === false)
        .map((name) => hintOf(part, `camunda.secrets.${name}`, name, clusterSecrets ?? none)),
    ];
  });
