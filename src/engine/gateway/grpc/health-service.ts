import { createProtocolCodec } from '../../../grpc/protobuf/message-codec.ts';
import { statusCodes } from '../../../grpc/status-codes.ts';
import type { GrpcHandler } from './call.ts';

const { encode, decode } = createProtocolCodec(
  {
    HealthCheckRequest: { service: [1, 'string'] },
    HealthCheckResponse: { status: [1, 'ServingStatus'] },
  },
  { ServingStatus: ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'] },
);

/** The method `Check` of gRPC's health service, the only one that the engine has. */
export const healthMethod = {
  path: '/grpc.health.v1.Health/Check',
  requestDeserialize: (bytes: Buffer): object => decode('HealthCheckRequest', bytes),
  responseSerialize: (response: object): Buffer => encode('HealthCheckResponse', response),
};

const known: ReadonlySet<string> = new Set(['', 'gateway_protocol.Gateway']);

/** Answers for the gateway and for the whole server. */
export const checkHealth: GrpcHandler<{ readonly service: string }> = ({ request: { service }, send, end }) => {
  if (!known.has(service)) {
    end({ code: statusCodes.NOT_FOUND, details: `There is no service '${service}'.` });
    return;
  }
  send({ status: 'SERVING' });
  end();
};
