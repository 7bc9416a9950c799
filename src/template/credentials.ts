import type { Need } from './engine-versions.ts';
import type { Draft } from './fields/draft.ts';
import type { ConfigurationTemplate } from './types.ts';
import type { Report } from './validation/problems.ts';

/** The kinds of credentials that a template asks for. */

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

/** What a template with these credentials needs. */
export const credentialNeeds = (credentials: readonly ConfigurationTemplate[]): readonly Need[] =>
  credentials.length === 0 ? [] : [{ what: 'credentials', since: [8, 10] }];
