import { missingDocuments } from './documents.ts';
import type { Connection } from './port.ts';
import type { RestConnection } from './rest/connection.ts';

/**
 * A connection over gRPC without the REST API.
 *
 * @param fix how to add it, for errors
 */
export const withoutRest = (grpc: Connection, fix: string): Connection => ({
  ...grpc,
  documents: missingDocuments(grpc.address, fix),
});

/** A connection over gRPC that asks over REST for what only REST has. */
export const withRest = (
  grpc: Connection,
  { identity, documents, resolveSecrets, correlateMessage, close }: RestConnection,
): Connection => ({
  ...grpc,
  identity,
  documents,
  resolveSecrets,
  correlateMessage,
  close: async () => {
    await Promise.all([grpc.close(), close()]);
  },
});
