import { type ServiceDefinition, status, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';

/** grpc.health.v1 as a descriptor, without its `Watch`. */
const descriptor = {
  nested: {
    'grpc.health.v1': {
      nested: {
        HealthCheckRequest: { fields: { service: { type: 'string', id: 1 } } },
        HealthCheckResponse: {
          fields: { status: { type: 'ServingStatus', id: 1 } },
          nested: { ServingStatus: { values: { UNKNOWN: 0, SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 } } },
        },
        Health: { methods: { Check: { requestType: 'HealthCheckRequest', responseType: 'HealthCheckResponse' } } },
      },
    },
  },
};

/** The definition of gRPC's health service. */
export const loadHealthDefinition = (): ServiceDefinition =>
  // The parameter type does not allow nested namespaces.
  fromJSON(descriptor as unknown as Parameters<typeof fromJSON>[0], { enums: String, defaults: true })[
    'grpc.health.v1.Health'
  ] as ServiceDefinition;

const known: ReadonlySet<string> = new Set(['', 'gateway_protocol.Gateway']);

/** Answers for the gateway and for the whole server. */
export const healthCalls: UntypedServiceImplementation = {
  Check: (
    call: { readonly request: { readonly service: string } },
    answer: (error: object | null, response?: object) => void,
  ) => {
    const { service } = call.request;
    if (known.has(service)) answer(null, { status: 'SERVING' });
    else answer({ code: status.NOT_FOUND, details: `There is no service '${service}'.` });
  },
};
