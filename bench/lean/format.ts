/** How the lean gateways write jobs: in gRPC's messages, or as JSON over REST. */
import { bytesField, frame, integerField } from './protobuf.ts';

/** What differs from job to job. */
export interface JobParts {
  readonly key: number;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  /** JSON. */
  readonly variables: string;
}

/** The bytes of a protocol. */
export interface Format {
  readonly writeJob: (parts: JobParts) => Buffer;
  /** The answer to a poll. */
  readonly writeAnswer: (jobs: readonly Buffer[]) => Buffer;
  /** One job that is pushed. */
  readonly writePushed: (job: Buffer) => Buffer;
}

/** What does not change from job to job. */
const common = Buffer.concat([
  bytesField(2, 'bench'),
  integerField(3, 2251799813680001),
  bytesField(4, 'bench'),
  integerField(5, 1),
  integerField(6, 2251799813680002),
  bytesField(7, 'task'),
  integerField(8, 2251799813680003),
  bytesField(9, '{}'),
  bytesField(10, 'bench'),
  integerField(11, 3),
  bytesField(14, '<default>'),
]);

export const grpcFormat: Format = {
  writeJob: ({ key, deadline, variables }) =>
    Buffer.concat([integerField(1, key), common, integerField(12, deadline), bytesField(13, variables)]),
  writeAnswer: (jobs) => frame(Buffer.concat(jobs.map((job) => bytesField(1, job)))),
  writePushed: frame,
};

const commonJson =
  '"type":"bench","processInstanceKey":"2251799813680001","processDefinitionId":"bench","processDefinitionVersion":1,"processDefinitionKey":"2251799813680002","elementId":"task","elementInstanceKey":"2251799813680003","customHeaders":{},"worker":"bench","retries":3,"tenantId":"<default>","kind":"BPMN_ELEMENT","listenerEventType":"UNSPECIFIED","tags":[]';

export const restFormat: Format = {
  writeJob: ({ key, deadline, variables }) =>
    Buffer.from(`{"jobKey":"${key}",${commonJson},"deadline":${deadline},"variables":${variables}}`),
  writeAnswer: (jobs) => Buffer.from(`{"jobs":[${jobs.map(String).join(',')}]}`),
  // REST pushes nothing.
  writePushed: (job) => job,
};
