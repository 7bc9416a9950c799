import type { TemplateEngines } from '../connector/template-settings.ts';
import { isBelow, lowestVersion } from './engine-versions.ts';
import type { Draft } from './fields/draft.ts';
import type { ConfigurationTemplate } from './types.ts';
import type { Report } from './validation/problems.ts';

/** The kinds of credentials that a template asks for, and the versions of Camunda that have them. */

/** The kinds of credentials of the fields, each once. Reports one that two fields describe differently. */
export const credentialsOf = (drafts: readonly Draft[], report: Report): readonly ConfigurationTemplate[] => {
  const known = new Map<string, { readonly template: ConfigurationTemplate; readonly text: string }>();
  for (const { credential, path } of drafts) {
    if (credential === undefined) continue;
    const { id, version } = credential;
    const key = JSON.stringify([id, version]);
    const text = JSON.stringify(credential);
    const first = known.get(key);
    if (first === undefined) known.set(key, { template: credential, text });
    else if (first.text !== text) {
      report(
        path,
        `another field describes version ${version} of the credential ${JSON.stringify(id)} differently`,
        'use one schema for both, or raise the version',
      );
    }
  }
  return [...known.values()].map(({ template }) => template);
};

/** The first version of Camunda with credentials. */
const first = [8, 10, 0] as const;

/**
 * The versions of Camunda that a template with credentials is for. Reports a range with older versions, in which nobody could
 * choose a credential.
 *
 * @param given the range that the author has set
 */
export const enginesWithCredentials = (
  engines: TemplateEngines,
  given: string | TemplateEngines | undefined,
  report: Report,
): TemplateEngines => {
  const own = typeof given === 'string' ? given : given?.camunda;
  if (own === undefined) return { ...engines, camunda: '^8.10' };
  const lowest = lowestVersion(own);
  if (lowest !== undefined && isBelow(lowest, first)) {
    report('template.engines.camunda', 'credentials need Camunda 8.10', "use '^8.10', or leave it out");
  }
  return engines;
};
