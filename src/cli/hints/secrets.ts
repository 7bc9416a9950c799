import { didYouMean, misspelt, nearest } from '../../common/nearest-name.ts';
import type { Source } from '../../engine/model/types.ts';
import { findPlaces } from '../../feel/index.ts';
import { findReferences } from '../../runtime/secrets/references.ts';
import { type JobPart, jobsOf } from './model-parts.ts';
import { isSlip } from './slips.ts';
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

/** What a variable of the environment that was meant as the secret has to be called; empty without one. */
const renaming = (name: string, { names, prefix }: NonNullable<HintFacts['environment']>): string => {
  const wanted = prefix + name;
  const found = names.includes(name)
    ? name
    : misspelt(
        wanted,
        names.filter((each) => !each.startsWith(prefix)),
      );
  return found === undefined || wanted === name
    ? ''
    : ` The environment has ${found}, which would have to be called ${wanted}.`;
};

const hintOf = (
  { model, elementId, subject }: JobPart,
  referenceTo: (name: string) => string,
  name: string,
  known: ReadonlySet<string>,
  environment: NonNullable<HintFacts['environment']>,
): Hint => {
  const guess = nearest(name, [...known]);
  const what = `no secret has the name ${name}, to which ${subject} refers as ${referenceTo(name)}.`;
  const set = `set ${environment.prefix}${name} in the environment or in .env`;
  const fix = guess === undefined ? `${set}, or correct the name` : `write ${referenceTo(guess)}, or ${set}`;
  return {
    ...{ kind: 'secret', level: 'warning', bpmnProcessId: model.id, elementId },
    text: `${model.resourceName}: ${didYouMean(what, guess)}${renaming(name, environment)} Fix: ${fix}.`,
  };
};

const ofRuntime = (name: string): string => `{{secrets.${name}}}`;

const inExpression = (name: string): string => `camunda.secrets.${name}`;

const noEnvironment: NonNullable<HintFacts['environment']> = { names: [], prefix: 'SECRET_' };

/** Names references to secrets that nobody provides. */
export const unknownSecrets = ({
  models,
  secrets,
  clusterSecrets,
  environment = noEnvironment,
}: HintFacts): readonly Hint[] =>
  models.flatMap(jobsOf).flatMap((part) => {
    const sources = (part.node?.inputs ?? []).map(({ source }) => source);
    const own = secrets === undefined ? [] : sources.flatMap(textsOf).flatMap(findReferences);
    const missing = [...new Set(own.map(({ name }) => name))].filter((name) => secrets?.has(name) === false);
    const cluster = clusterSecrets === undefined ? [] : [...new Set(sources.flatMap(ofCluster))];
    const none: ReadonlySet<string> = new Set();
    return [
      ...missing.map((name) => hintOf(part, ofRuntime, name, secrets ?? none, environment)),
      ...cluster
        .filter((name) => clusterSecrets?.has(name) === false)
        .map((name) => hintOf(part, inExpression, name, clusterSecrets ?? none, environment)),
    ];
  });

/** What looks like a braced reference: a word, `.` or `:`, and a name. */
const likeReference =
  /(\{\{?) {0,3}([A-Za-z_]{5,9}) {0,3}([.:]) {0,3}([A-Za-z0-9]+(?:[/._-][A-Za-z0-9]+)*) {0,3}\}\}?/g;

const isSecretsWord = (word: string): boolean => /^secrets?$/i.test(word) || isSlip(word, 'secrets');

/** What was meant as a reference in a text, but is not one: what is written, and how to write it. */
const spoiltReferences = (text: string): readonly { readonly written: string; readonly meant: string }[] => {
  let rest = text;
  for (const { start, end, braced } of findReferences(text)) {
    if (braced) rest = rest.slice(0, start) + ' '.repeat(end - start) + rest.slice(end);
  }
  return [...rest.matchAll(likeReference)].flatMap(([written, , word = '', , name = '']) =>
    isSecretsWord(word) ? [{ written, meant: ofRuntime(name) }] : [],
  );
};

/** Names what was meant as a reference to a secret, but is not replaced, or not with its braces. */
export const misspeltReferences = ({ models }: HintFacts): readonly Hint[] =>
  models.flatMap(jobsOf).flatMap(({ model, elementId, subject, job, node }): readonly Hint[] => {
    const make = (place: string, text: string): Hint => ({
      ...{ kind: 'secret', level: 'warning', bpmnProcessId: model.id, elementId },
      text: `${model.resourceName}: ${place} of ${subject} ${text}`,
    });
    const ofInputs = (node?.inputs ?? []).flatMap(({ source, target }) =>
      textsOf(source)
        .flatMap(spoiltReferences)
        .map(({ written, meant }) => {
          const what = didYouMean(`contains ${written}, which is not a reference to a secret.`, meant);
          return make(`the input ${target.join('.')}`, `${what} Fix: write ${meant}.`);
        }),
    );
    const ofHeaders = Object.entries(job.headers).flatMap(([header, text]) =>
      spoiltReferences(text).map(({ written, meant }) =>
        make(
          `the task header ${JSON.stringify(header)}`,
          `contains ${written}, which is not a reference to a secret, and task headers cannot have one. Fix: write ${meant} in an input mapping.`,
        ),
      ),
    );
    return [...ofInputs, ...ofHeaders];
  });
