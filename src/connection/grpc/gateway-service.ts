import type { ServiceDefinition } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import { enums, messages, protocolPackage, serviceName, streamMethods, unaryMethods } from './protocol/description.ts';
import type { Field } from './protocol/types.ts';

/** A type in the JSON form of protobuf.js. */
interface TypeJson {
  fields?: Record<string, object>;
  oneofs?: Record<string, { oneof: string[] }>;
  values?: Record<string, number>;
  nested?: Record<string, TypeJson>;
}

const fieldsJson = (fields: Readonly<Record<string, Field>>): TypeJson => {
  const json: TypeJson = { fields: {}, oneofs: {} };
  for (const [name, [id, type, rule]] of Object.entries(fields)) {
    if (rule === 'optional') {
      json.fields![name] = { id, type, options: { proto3_optional: true } };
      json.oneofs![`_${name}`] = { oneof: [name] };
      continue;
    }
    json.fields![name] = rule === 'repeated' ? { id, type, rule } : { id, type };
    if (typeof rule === 'object') {
      json.oneofs![rule.oneof] ??= { oneof: [] };
      json.oneofs![rule.oneof]!.oneof.push(name);
    }
  }
  return json;
};

/** Adds a type under its name. `Outer.Inner` is nested in `Outer`. */
const addType = (types: Record<string, TypeJson>, name: string, type: TypeJson): void => {
  const dot = name.indexOf('.');
  if (dot < 0) {
    types[name] = { ...type, ...types[name] };
    return;
  }
  const outerName = name.slice(0, dot);
  types[outerName] ??= {};
  const outer = types[outerName];
  outer.nested ??= {};
  addType(outer.nested, name.slice(dot + 1), type);
};

const serviceJson = (): object => {
  const types: Record<string, TypeJson> = {};
  for (const [name, fields] of Object.entries(messages)) addType(types, name, fieldsJson(fields));
  for (const [name, names] of Object.entries(enums)) {
    addType(types, name, { values: Object.fromEntries(names.map((value, number) => [value, number])) });
  }
  const unary = unaryMethods.map((name) => [name, { requestType: `${name}Request`, responseType: `${name}Response` }]);
  const streams = Object.entries(streamMethods).map(([name, responseType]) => [
    name,
    { requestType: `${name}Request`, responseType, responseStream: true },
  ]);
  const service = { methods: Object.fromEntries([...unary, ...streams]) };
  return { nested: { [protocolPackage]: { nested: { ...types, [serviceName]: service } } } };
};

let definition: ServiceDefinition | undefined;

/**
 * The gateway's gRPC service, for clients and for the embedded engine's server. It is built from the library's own
 * description of the protocol at the first call. 64-bit integers are decimal strings in both directions, enums are
 * their names (a number without a name stays a number), field names are as in the protocol, and absent fields have the
 * default values of their types.
 *
 * @returns the definition of `gateway_protocol.Gateway`, with method names as keys (`ActivateJobs`, `CompleteJob`, …)
 * @example
 * const { CompleteJob } = gatewayService();
 * client.makeUnaryRequest(CompleteJob.path, CompleteJob.requestSerialize, CompleteJob.responseDeserialize, request, done);
 */
export const gatewayService = (): ServiceDefinition => {
  if (definition === undefined) {
    const loaded = fromJSON(serviceJson() as never, { longs: String, enums: String, defaults: true, keepCase: true });
    definition = loaded[`${protocolPackage}.${serviceName}`] as ServiceDefinition;
  }
  return definition;
};
