import { fault } from '../../common/fault.ts';
import type { Connection, SecretRefusal } from '../../connection/port.ts';
import type { SecretProvider } from './provider.ts';

/** The names that a cluster resolves on request. */
const resolvable = /^[A-Za-z0-9_-]{1,239}$/;

/** Milliseconds for the answer of the cluster. */
const answerTimeout = 10_000;

const reasons: Readonly<Partial<Record<SecretRefusal, { readonly what: string; readonly fix: string }>>> = {
  ACCESS_DENIED: {
    what: 'the cluster does not let this client read it (ACCESS_DENIED)',
    fix: 'give the client the permission REVEAL for this secret.',
  },
  UNREADABLE: {
    what: 'the secret store of the cluster could not give it (UNREADABLE)',
    fix: 'check the secret store of the cluster.',
  },
};

type Resolve = NonNullable<Connection['resolveSecrets']>;
type Answers = Awaited<ReturnType<Resolve>>;

const secretOf = (name: string, reference: string, { values, refused }: Answers): string | undefined => {
  const code = refused.get(reference);
  const reason = code && reasons[code];
  if (reason === undefined) return values.get(reference);
  throw fault('secret', { what: `The secret '${name}' is not available: ${reason.what}.`, fix: reason.fix });
};

/**
 * Creates a provider that asks the cluster for its own secrets, for references such as `{{secrets.NAME}}`. It needs the REST
 * API of Camunda 8.10, and the permission REVEAL for the secrets.
 *
 * Requests of the same moment share one call. A name that the cluster does not have, or that no secret of a cluster can have,
 * gives `undefined`, so that another provider can follow in {@link chainSecrets}.
 *
 * @param connection a connection with an address of the REST API
 * @throws a fault of kind `definition` if the connection knows only gRPC
 * @example
 * const connection = createConnection(configFromEnv());
 * createRuntime({ outbound: [log], connection, secrets: chainSecrets(envSecrets(), cachedSecrets(clusterSecrets(connection))) });
 */
export const clusterSecrets = (connection: Pick<Connection, 'address' | 'resolveSecrets'>): SecretProvider => {
  const { resolveSecrets } = connection;
  if (resolveSecrets === undefined) {
    throw fault('definition', {
      what: `The connection ${connection.address} cannot ask the cluster for secrets, because it does not know the REST API.`,
      where: 'clusterSecrets(connection)',
      fix: 'set CAMUNDA_REST_ADDRESS (restAddress), e.g. http://localhost:8080.',
    });
  }
  let next: { readonly references: Set<string>; readonly answers: Promise<Answers> } | undefined;

  const ask = (reference: string): Promise<Answers> => {
    if (next === undefined) {
      const references = new Set<string>();
      const answers = new Promise<Answers>((resolve, reject) => {
        setImmediate(() => {
          next = undefined;
          resolveSecrets([...references], { timeout: answerTimeout }).then(resolve, reject);
        });
      });
      next = { references, answers };
    }
    next.references.add(reference);
    return next.answers;
  };

  return async (name) => {
    if (!resolvable.test(name)) return undefined;
    const reference = `camunda.secrets.${name}`;
    return secretOf(name, reference, await ask(reference));
  };
};
