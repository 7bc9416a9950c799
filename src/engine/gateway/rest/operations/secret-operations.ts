import type { MachineHost } from '../../../host/machine-host.ts';
import { invalidArgument } from '../../call-status.ts';
import { parseBody, readFields } from '../fields.ts';
import type { Operation } from '../operation.ts';

/** What the operations need. */
export interface SecretServices {
  readonly host: Pick<MachineHost, 'secrets'>;
}

const mostReferences = 20;
const longestReference = 256;
const prefix = 'camunda.secrets.';

/** The name in a reference; `undefined` for what is not one. */
const nameOf = (reference: string): string | undefined => {
  const name = reference.slice(prefix.length);
  const isValid = reference.startsWith(prefix) && reference.length <= longestReference && /^[A-Za-z0-9_-]+$/.test(name);
  return isValid ? name : undefined;
};

const ok = (json: object): { readonly status: number; readonly json: string } => ({
  status: 200,
  json: JSON.stringify(json),
});

/** The operations on the secrets of the cluster, by method and path. */
export const secretOperations = ({ host }: SecretServices): Readonly<Record<string, Operation>> => {
  return {
    'POST /secrets/resolve': {
      kind: 'direct',
      act: ({ body }) => {
        const { references } = readFields('resolveSecrets', parseBody(body.toString('utf8')), {
          'references!': 'texts',
        });
        if (references.length > mostReferences) {
          throw invalidArgument(
            `At most ${mostReferences} references can be resolved at once, but there are ${references.length}.`,
          );
        }
        const resolved: object[] = [];
        const errors: object[] = [];
        for (const reference of references) {
          const name = nameOf(reference);
          const value = name !== undefined && Object.hasOwn(host.secrets, name) ? host.secrets[name] : undefined;
          if (value !== undefined) resolved.push({ reference, value });
          else if (name === undefined) {
            errors.push({ reference, code: 'INVALID_REFERENCE', message: `It is not of the form ${prefix}NAME.` });
          } else errors.push({ reference, code: 'NOT_FOUND', message: 'There is no secret of this name.' });
        }
        return ok({ resolved, errors });
      },
    },
    'POST /secrets/list': {
      kind: 'direct',
      act: ({ body }) => {
        readFields('listSecrets', parseBody(body.toString('utf8')), {});
        const references = Object.keys(host.secrets).map((name) => `${prefix}${name}`);
        return ok({ references: references.filter((reference) => nameOf(reference) !== undefined).sort() });
      },
    },
  };
};
