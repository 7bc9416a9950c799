import type { MethodDefinition } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import {
  enums,
  type MethodName,
  messages,
  protocolPackage,
  serviceName,
  streamMethods,
  unaryMethods,
} from '../../../src/grpc/protocol/description.ts';
import type { Field } from '../../../src/grpc/protocol/types.ts';

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

/** The gateway's service as protobuf.js reads and writes it, from the same description: the yardstick for the codec. */
export const protobufjsService = fromJSON(serviceJson() as never, {
  ...{ longs: String, enums: String, defaults: true, keepCase: true },
})[`${protocolPackage}.${serviceName}`] as unknown as Readonly<Record<MethodName, MethodDefinition<object, object>>>;
