import type { DocumentStore } from '../connector/document.ts';
import { connectionFault } from './faults.ts';

/**
 * The documents of a connection that has none: every call is rejected with what is missing.
 *
 * @param address of the connection
 * @param fix how to get documents
 */
export const missingDocuments = (address: string, fix: string): DocumentStore => {
  const refuse = async (): Promise<never> => {
    throw connectionFault('rejected', 'UNIMPLEMENTED', {
      what: 'Documents need the REST API of the cluster, and this connection has only gRPC.',
      where: address,
      fix,
    });
  };
  return { create: refuse, read: refuse, createLink: refuse, delete: refuse };
};
