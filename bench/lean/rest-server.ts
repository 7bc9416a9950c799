/** A REST gateway that does as little as possible, so that what is measured against it is the client. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Jobs, microseconds } from './jobs.ts';
import { isTenantProbe, type LeanServer } from './server.ts';
import type { Source } from './source.ts';

const topology = Buffer.from(
  '{"brokers":[{"nodeId":0,"host":"localhost","port":26501,"version":"8.8.0","partitions":[{"partitionId":1,"role":"leader","health":"healthy"}]}],"clusterSize":1,"partitionsCount":1,"replicationFactor":1,"gatewayVersion":"8.8.0"}',
);
const noJobs = Buffer.from('{"jobs":[]}');

interface ActivationRequest {
  readonly type: string;
  readonly maxJobsToActivate: number;
  readonly requestTimeout?: number;
}

const answer = (response: ServerResponse, body: Buffer): void => {
  if (response.destroyed) return;
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
};

export const startLeanRestServer = async (jobs: Jobs, source: Source): Promise<LeanServer> => {
  let noteAsked: (at: number) => void = () => {};
  const firstAsked = new Promise<number>((resolve) => {
    noteAsked = resolve;
  });

  const activate = (response: ServerResponse, body: string): void => {
    const { type, maxJobsToActivate, requestTimeout = 0 } = JSON.parse(body) as ActivationRequest;
    if (isTenantProbe(type)) {
      answer(response, noJobs);
      return;
    }
    noteAsked(microseconds());
    const target = { maxJobs: maxJobsToActivate, answer: (bytes: Buffer) => answer(response, bytes) };
    const leave = (): void => {
      clearTimeout(timer);
      if (source.giveUp(target)) answer(response, noJobs);
    };
    const timer = requestTimeout < 0 ? undefined : setTimeout(leave, requestTimeout === 0 ? 10_000 : requestTimeout);
    response.on('close', leave);
    source.ask(target);
    if (timer === undefined) leave();
  };

  const settle = (response: ServerResponse, key: number, act: (key: number) => void): void => {
    act(key);
    response.writeHead(204).end();
    source.settled();
  };

  const serve = ({ url = '' }: IncomingMessage, response: ServerResponse, body: string): void => {
    const [, , first, key, action] = url.split('/');
    if (first === 'topology') answer(response, topology);
    else if (key === 'activation') activate(response, body);
    else if (action === 'completion') settle(response, Number(key), jobs.complete);
    else if (action === 'failure') settle(response, Number(key), jobs.fail);
    else response.writeHead(501).end();
  };

  const server = createServer({ noDelay: true, keepAliveTimeout: 60_000 }, (request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => serve(request, response, body));
    response.on('error', () => {});
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, firstAsked };
};
