import { isObject } from '../../../common/is-object.ts';
import { parseStrictDocument, stringifyDocument } from '../../../connector/values/json-text.ts';
import { type ClusterVersion, isSince } from '../../model/cluster-version.ts';
import { invalidArgument } from '../call-status.ts';
import { parseBody } from './fields.ts';
import { newerParts } from './newer-parts.ts';
import type { HeldOperation, Operation, OperationAnswer, OperationRequest } from './operation.ts';
import { problemOf } from './problems.ts';

/*
 * A gateway does not know the operations of newer versions, refuses their fields in requests, and has none of them in its
 * answers. The operations here are those of the newest version.
 */

type Fields = Readonly<Record<string, unknown>>;

/** What a version does not have of a list of fields. */
const missingIn = (version: ClusterVersion, fields: Readonly<Record<string, ClusterVersion>> = {}) =>
  Object.entries(fields).filter(([, since]) => !isSince(version, since));

const adviceFor = (since: ClusterVersion): string =>
  `Fix: do without it, or choose the version of your cluster: createEngine({ version: '${since}' }).`;

/** Whether a value has the field at a path. In a list, one entry with it suffices. Null counts as absent. */
const has = (value: unknown, [name, ...rest]: readonly string[]): boolean => {
  if (name === undefined) return value !== undefined && value !== null;
  if (Array.isArray(value)) return value.some((entry) => has(entry, [name, ...rest]));
  return isObject(value) && Object.hasOwn(value, name) && has((value as Fields)[name], rest);
};

/** The value without the field at a path. In a list, each entry loses it. */
const without = (value: unknown, path: readonly string[]): unknown => {
  if (Array.isArray(value)) return value.map((entry) => without(entry, path));
  const [name = '', ...rest] = path;
  if (!isObject(value) || !Object.hasOwn(value, name)) return value;
  const { [name]: found, ...others } = value as Fields;
  return rest.length === 0 ? others : { ...others, [name]: without(found, rest) };
};

const notThere = (version: ClusterVersion, name: string, since: ClusterVersion): HeldOperation => ({
  kind: 'held',
  act: (_request, reply) =>
    reply.fail(problemOf(404, `Camunda ${version} has no operation ${name}, but ${since} does.\n${adviceFor(since)}`)),
});

/** Refuses a request that has a field of a newer version, and takes the fields of newer versions out of the answer. */
const asOlder = (version: ClusterVersion, name: string, operation: Operation): Operation => {
  const { request: requestFields, answer: answerFields } = newerParts[name] ?? {};
  const refused = missingIn(version, requestFields).map(([path, since]) => ({ path, parts: path.split('.'), since }));
  const dropped = missingIn(version, answerFields).map(([path]) => path.split('.'));
  if (refused.length === 0 && dropped.length === 0) return operation;

  const check = ({ body }: OperationRequest): void => {
    if (refused.length === 0 || body.length === 0) return;
    const document = parseBody(body.toString('utf8'));
    const found = refused.find(({ parts }) => has(document, parts));
    if (found === undefined) return;
    const { path, since } = found;
    throw invalidArgument(
      `The request of ${name} is not valid: Camunda ${version} has no field ${path}, but ${since} does.\n${adviceFor(since)}`,
    );
  };
  const toOlder = (answer: OperationAnswer): OperationAnswer => {
    if (answer.json === undefined || dropped.length === 0) return answer;
    const document = parseStrictDocument(answer.json, 'The answer');
    const older = dropped.reduce<unknown>((value, path) => without(value, path), document);
    return { ...answer, json: stringifyDocument(older as Record<string, unknown>) };
  };

  if (operation.kind === 'held') {
    return {
      kind: 'held',
      act: (request, reply) => {
        check(request);
        operation.act(request, { ...reply, send: (answer, written) => reply.send(toOlder(answer), written) });
      },
    };
  }
  return {
    kind: 'direct',
    act: (request) => {
      check(request);
      const answer = operation.act(request);
      return answer instanceof Promise ? answer.then(toOlder) : toOlder(answer);
    },
  };
};

/** The operations as a gateway of a version has them. Those that it does not have answer 404. */
export const operationsOf = (
  version: ClusterVersion,
  operations: Readonly<Record<string, Operation>>,
): Readonly<Record<string, Operation>> =>
  Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => {
      const since = newerParts[name]?.since;
      if (since !== undefined && !isSince(version, since)) return [name, notThere(version, name, since)];
      return [name, asOlder(version, name, operation)];
    }),
  );
