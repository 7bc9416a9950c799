/** A payment provider on this machine: it accepts every payment and calls back, twice, as providers sometimes do. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A provider that runs. */
export interface Provider {
  readonly url: string;
  /** What its calls were answered, in order. */
  readonly answers: readonly string[];
  /** Resolves when it has called that often. */
  called(times: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a provider on a free port. */
export const startProvider = async (): Promise<Provider> => {
  const payments = new Map<string, string>();
  const answers: string[] = [];
  const waiting: { readonly times: number; readonly resolve: () => void }[] = [];

  const notify = async (address: string): Promise<void> => {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify({ status: 'paid' }),
    });
    answers.push(`${response.status} ${(await response.text()).trim()}`);
    for (const { times, resolve } of waiting) if (answers.length >= times) resolve();
  };

  const server = createServer(async (request, response) => {
    const { notify: address } = JSON.parse(await text(request)) as { notify: string };
    const key = String(request.headers['idempotency-key']);
    const isNew = !payments.has(key);
    if (isNew) payments.set(key, `pay_${payments.size + 1}`);
    response.writeHead(201, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify({ paymentId: payments.get(key) }));
    if (!isNew) return;
    await notify(address);
    await notify(address);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    called: (times) =>
      new Promise((resolve) => {
        if (answers.length >= times) resolve();
        else waiting.push({ times, resolve });
      }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
