import { createRequire } from 'node:module';
import type { ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

let definition: ServiceDefinition | undefined;

/**
 * Zeebe's gateway service as the installed @camunda8/sdk describes it, for clients and for the embedded engine's
 * server. Read from the package's proto file at the first call and kept. 64-bit integers are decimal strings in both
 * directions, enums their names, field names as in the file, and absent fields have their default values.
 *
 * @returns the definition of `gateway_protocol.Gateway`; method names as keys (`ActivateJobs`, `CompleteJob`, …)
 * @throws Error when @camunda8/sdk is not installed or its proto file has moved
 * @example
 * const { CompleteJob } = loadGatewayDefinition();
 * client.makeUnaryRequest(CompleteJob.path, CompleteJob.requestSerialize, CompleteJob.responseDeserialize, request, done);
 */
export const loadGatewayDefinition = (): ServiceDefinition => {
  if (definition === undefined) {
    const path = createRequire(import.meta.url).resolve('@camunda8/sdk/dist/proto/zeebe.proto');
    const loaded = loadSync(path, { longs: String, enums: String, defaults: true, keepCase: true });
    definition = loaded['gateway_protocol.Gateway'] as ServiceDefinition;
  }
  return definition;
};
