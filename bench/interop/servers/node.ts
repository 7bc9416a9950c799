/**
 * The scripted gateway of bench/interop on grpc-js. Prints its port; ends with its standard input.
 *
 * All scripted gateways do the same: `batch` gives two jobs in two messages, `large` one job of 3 MB, `silent` no answer. A
 * stream pushes 1,000 jobs of 10 KB and stays open. The job 404 does not exist. The topology has the number of completed jobs as
 * the size of the cluster, and the number of open streams as the number of partitions.
 */
import { Server, ServerCredentials, type ServerUnaryCall, type ServerWritableStream, status } from '@grpc/grpc-js';
import { gatewayService } from '../../../src/grpc/gateway-service.ts';

type Request = Readonly<Record<string, unknown>>;
type Callback = (error: object | null, answer?: object) => void;
type Stream = ServerWritableStream<Request, object>;

const padding = (length: number): string => JSON.stringify({ p: 'x'.repeat(length) });
const jobOf = (key: bigint | number, variables: string): object => ({
  ...{ key: String(key), type: 'interop', retries: 3, deadline: '1794477978000', customHeaders: '{}', variables },
});

let completed = 0;
let streams = 0;

const batches: Readonly<Record<string, readonly object[]>> = {
  batch: [jobOf(9_007_199_254_740_993n, '{"text":"größer, 100 %"}'), jobOf(9_007_199_254_740_994n, '{}')],
  large: [jobOf(1, padding(3_000_000))],
};

const server = new Server();
server.addService(gatewayService, {
  Topology: (_call: unknown, callback: Callback) =>
    callback(null, { gatewayVersion: '8.8.0', clusterSize: completed, partitionsCount: streams, brokers: [] }),
  CompleteJob: ({ request }: ServerUnaryCall<Request, object>, callback: Callback) => {
    if (request.jobKey === '404') {
      callback({ code: status.NOT_FOUND, details: 'no job 404: größer, 100 %' });
      return;
    }
    completed++;
    callback(null, {});
  },
  ActivateJobs: (call: Stream) => {
    const type = String(call.request.type);
    if (type === 'silent') return;
    for (const job of batches[type] ?? []) call.write({ jobs: [job] });
    call.end();
  },
  StreamActivatedJobs: (call: Stream) => {
    streams++;
    call.on('cancelled', () => streams--);
    for (let key = 1; key <= 1_000; key++) call.write(jobOf(key, padding(10_000)));
  },
} as never);

server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.stdout.write(`${port}\n`);
});
process.stdin.on('end', () => server.forceShutdown()).resume();
