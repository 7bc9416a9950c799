import { sendHttpRequest } from '../../connection/network/http-request.ts';
import type { FetchText } from './types.ts';

/** Longest answer in bytes: a certificate or a set of keys has a few thousand. */
const maxBytes = 256 * 1024;

/**
 * Sends a GET request over a connection of its own, through a proxy if the environment names one. Redirects are not followed:
 * they could lead anywhere.
 */
export const fetchText: FetchText = async (url, signal) => {
  const { status, body } = await sendHttpRequest({
    method: 'GET',
    url,
    headers: { accept: 'application/json, application/x-pem-file, */*' },
    maxBytes,
    signal,
  });
  return { status, body };
};
