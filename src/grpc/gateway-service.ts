import { createProtocolCodec } from './protobuf/message-codec.ts';
import {
  enums,
  type MethodName,
  messages,
  protocolPackage,
  serviceName,
  streamMethods,
  unaryMethods,
} from './protocol/description.ts';

/** A method of the gateway, with the functions that write and read its messages. */
export interface GatewayMethod {
  readonly path: string;
  readonly requestStream: false;
  /** Whether the answer is any number of messages, instead of one. */
  readonly responseStream: boolean;
  readonly requestSerialize: (request: object) => Buffer;
  readonly requestDeserialize: (bytes: Buffer) => object;
  readonly responseSerialize: (response: object) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => object;
}

const { encode, decode } = createProtocolCodec(messages, enums);

const methodOf = (name: MethodName, responseType: string): GatewayMethod => ({
  path: `/${protocolPackage}.${serviceName}/${name}`,
  requestStream: false,
  responseStream: name in streamMethods,
  requestSerialize: (request) => encode(`${name}Request`, request),
  requestDeserialize: (bytes) => decode(`${name}Request`, bytes),
  responseSerialize: (response) => encode(responseType, response),
  responseDeserialize: (bytes) => decode(responseType, bytes),
});

/**
 * The methods of the gateway's gRPC service, for clients and for the embedded engine's server, from the library's own
 * description of the protocol. 64-bit integers are decimal strings in both directions, enums are their names (a number
 * without a name stays a number), field names are as in the protocol, and absent fields have the default values of their types.
 *
 * @example
 * const { CompleteJob } = gatewayService;
 * const bytes = CompleteJob.requestSerialize({ jobKey: '2251799813685249', variables: '{}' });
 */
export const gatewayService = Object.fromEntries([
  ...unaryMethods.map((name) => [name, methodOf(name, `${name}Response`)]),
  ...Object.entries(streamMethods).map(([name, type]) => [name, methodOf(name as MethodName, type)]),
]) as Readonly<Record<MethodName, GatewayMethod>>;
