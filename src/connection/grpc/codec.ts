import type { ServiceDefinition } from '@grpc/grpc-js';
import type { JobKind, ListenerEvent, UserTaskProperties } from '../../connector/job-kinds.ts';
import type { JsonText } from '../../connector/types.ts';
import type { ActivatedJob } from '../port.ts';
import { jobEnums } from './protocol/jobs.ts';

/*
 * A codec for the messages that every job needs. The general codec takes several times as long, mostly for the keys, which
 * are 64-bit integers. The field numbers are those of the protocol; unknown fields are skipped.
 */

/** Wire types of protocol buffers. */
const varint = 0;
const fixed64 = 1;
const lengthDelimited = 2;
const fixed32 = 5;

/** A position in a buffer. */
interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

const byteAt = ({ bytes, at }: Cursor): number => {
  const byte = bytes[at];
  if (byte === undefined) throw new RangeError('The message ends in the middle of a field.');
  return byte;
};

/** The last varint that was read, as two halves of a 64-bit integer, both below 2^32. */
const halves: { low: number; high: number } = { low: 0, high: 0 };

const readVarint = (cursor: Cursor): void => {
  let low = 0;
  let high = 0;
  for (let shift = 0; ; shift += 7) {
    if (shift > 63) throw new RangeError('The message has a number of more than 64 bits.');
    const byte = byteAt(cursor);
    cursor.at++;
    const bits = byte & 0x7f;
    if (shift < 28) low |= bits << shift;
    else if (shift === 28) {
      low |= bits << 28;
      high |= bits >> 4;
    } else high |= bits << (shift - 32);
    if (byte < 0x80) break;
  }
  halves.low = low >>> 0;
  halves.high = high >>> 0;
};

/** From this upper half on, the integer is negative or not an exact number in JavaScript. */
const exactHigh = 2 ** 21;

const readKey = (cursor: Cursor): string => {
  readVarint(cursor);
  const { low, high } = halves;
  if (high < exactHigh) return String(high * 2 ** 32 + low);
  return String(BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low)));
};

const readInt32 = (cursor: Cursor): number => {
  readVarint(cursor);
  return halves.low | 0;
};

/** Reads the length of a part and returns the position of its end, which must lie within the message. */
const readLength = (cursor: Cursor): number => {
  readVarint(cursor);
  const end = cursor.at + halves.low;
  if (halves.high !== 0 || end > cursor.bytes.length) throw new RangeError('The message is shorter than it says.');
  return end;
};

const readText = (cursor: Cursor): string => {
  const end = readLength(cursor);
  const text = cursor.bytes.toString('utf8', cursor.at, end);
  cursor.at = end;
  return text;
};

const skip = (cursor: Cursor, wireType: number): void => {
  switch (wireType) {
    case varint:
      readVarint(cursor);
      break;
    case fixed64:
      cursor.at += 8;
      break;
    case lengthDelimited:
      cursor.at = readLength(cursor);
      break;
    case fixed32:
      cursor.at += 4;
      break;
    default:
      throw new RangeError(`The message has a field of the unknown wire type ${wireType}.`);
  }
  if (cursor.at > cursor.bytes.length) throw new RangeError('The message ends in the middle of a field.');
};

const jobKinds = jobEnums['ActivatedJob.JobKind']!;
const listenerEvents = jobEnums['ActivatedJob.ListenerEventType']!;
const noTags: readonly string[] = Object.freeze([]);

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

/** Reads a `UserTaskProperties`; a field that is absent stays absent. */
const readUserTask = (cursor: Cursor, end: number): UserTaskProperties => {
  const groups: string[] = [];
  const users: string[] = [];
  const changed: string[] = [];
  const task: Writable<UserTaskProperties> = {
    candidateGroups: groups,
    candidateUsers: users,
    changedAttributes: changed,
  };
  while (cursor.at < end) {
    const tag = readInt32(cursor);
    switch (tag) {
      case (1 << 3) | lengthDelimited:
        task.action = readText(cursor);
        break;
      case (2 << 3) | lengthDelimited:
        task.assignee = readText(cursor);
        break;
      case (3 << 3) | lengthDelimited:
        groups.push(readText(cursor));
        break;
      case (4 << 3) | lengthDelimited:
        users.push(readText(cursor));
        break;
      case (5 << 3) | lengthDelimited:
        changed.push(readText(cursor));
        break;
      case (6 << 3) | lengthDelimited:
        task.dueDate = readText(cursor);
        break;
      case (7 << 3) | lengthDelimited:
        task.followUpDate = readText(cursor);
        break;
      case (8 << 3) | varint:
        task.formKey = readKey(cursor);
        break;
      case (9 << 3) | varint:
        task.priority = readInt32(cursor);
        break;
      case (10 << 3) | varint:
        task.userTaskKey = readKey(cursor);
        break;
      default:
        skip(cursor, tag & 7);
    }
  }
  if (cursor.at !== end) throw new RangeError('A user task in the message is longer than it says.');
  return task;
};

/** A kind or an event that this version does not know becomes `UNKNOWN`, so that jobs of newer clusters can be read. */
const kindOf = (number: number): JobKind => (jobKinds[number] as JobKind | undefined) ?? 'UNKNOWN';

const eventOf = (number: number): ListenerEvent => {
  const name = listenerEvents[number];
  return name === undefined || name === 'UNSPECIFIED' ? 'UNKNOWN' : (name as ListenerEvent);
};

const readJob = (cursor: Cursor, end: number): ActivatedJob => {
  const job: Writable<ActivatedJob> = {
    key: '0',
    type: '',
    processInstanceKey: '0',
    bpmnProcessId: '',
    processDefinitionVersion: 0,
    processDefinitionKey: '0',
    elementId: '',
    elementInstanceKey: '0',
    customHeaders: '' as JsonText,
    worker: '',
    retries: 0,
    deadline: 0,
    variables: '' as JsonText,
    tenantId: '',
    kind: 'BPMN_ELEMENT',
    listenerEvent: undefined,
    userTask: undefined,
    tags: noTags,
  };
  let event = 0;
  while (cursor.at < end) {
    const tag = readInt32(cursor);
    switch (tag) {
      case (1 << 3) | varint:
        job.key = readKey(cursor);
        break;
      case (2 << 3) | lengthDelimited:
        job.type = readText(cursor);
        break;
      case (3 << 3) | varint:
        job.processInstanceKey = readKey(cursor);
        break;
      case (4 << 3) | lengthDelimited:
        job.bpmnProcessId = readText(cursor);
        break;
      case (5 << 3) | varint:
        job.processDefinitionVersion = readInt32(cursor);
        break;
      case (6 << 3) | varint:
        job.processDefinitionKey = readKey(cursor);
        break;
      case (7 << 3) | lengthDelimited:
        job.elementId = readText(cursor);
        break;
      case (8 << 3) | varint:
        job.elementInstanceKey = readKey(cursor);
        break;
      case (9 << 3) | lengthDelimited:
        job.customHeaders = readText(cursor) as JsonText;
        break;
      case (10 << 3) | lengthDelimited:
        job.worker = readText(cursor);
        break;
      case (11 << 3) | varint:
        job.retries = readInt32(cursor);
        break;
      case (12 << 3) | varint:
        // Milliseconds since the epoch, far below 2^53.
        job.deadline = Number(readKey(cursor));
        break;
      case (13 << 3) | lengthDelimited:
        job.variables = readText(cursor) as JsonText;
        break;
      case (14 << 3) | lengthDelimited:
        job.tenantId = readText(cursor);
        break;
      case (15 << 3) | lengthDelimited:
        job.userTask = readUserTask(cursor, readLength(cursor));
        break;
      case (16 << 3) | varint:
        job.kind = kindOf(readInt32(cursor));
        break;
      case (17 << 3) | varint:
        event = readInt32(cursor);
        break;
      case (18 << 3) | lengthDelimited:
        job.tags = [...job.tags, readText(cursor)];
        break;
      case (21 << 3) | lengthDelimited:
        job.leaseToken = readText(cursor);
        break;
      default:
        skip(cursor, tag & 7);
    }
  }
  if (cursor.at !== end) throw new RangeError('A job in the message is longer than it says.');
  // The number of an absent event is that of ASSIGNING, so it counts for listeners only.
  if (job.kind === 'EXECUTION_LISTENER' || job.kind === 'TASK_LISTENER') job.listenerEvent = eventOf(event);
  return job;
};

/** Reads an `ActivatedJob`. Throws if the bytes are not one. */
export const decodeJob = (bytes: Buffer): ActivatedJob => readJob({ bytes, at: 0 }, bytes.length);

/** Reads an `ActivateJobsResponse`. Throws if the bytes are not one. */
export const decodeJobs = (bytes: Buffer): { readonly jobs: readonly ActivatedJob[] } => {
  const cursor: Cursor = { bytes, at: 0 };
  const jobs: ActivatedJob[] = [];
  while (cursor.at < bytes.length) {
    const tag = readInt32(cursor);
    if (tag === ((1 << 3) | lengthDelimited)) jobs.push(readJob(cursor, readLength(cursor)));
    else skip(cursor, tag & 7);
  }
  return { jobs };
};

/** The number of bytes of a varint. */
const sizeOf = (value: number): number => {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
  return size;
};

const writeVarint = (bytes: Buffer, at: number, value: number): number => {
  let place = at;
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes[place++] = (rest % 0x80) | 0x80;
  bytes[place++] = rest;
  return place;
};

/** A key as a number, if that is exact. */
const exactKey = (key: string): number | undefined => {
  const value = Number(key);
  return Number.isSafeInteger(value) && value > 0 && String(value) === key ? value : undefined;
};

/**
 * Writes a `CompleteJobRequest`.
 *
 * @param general the general codec, for keys above 2^53, texts that are not keys, job results and leases
 */
export const encodeCompletion =
  (general: (request: object) => Buffer) =>
  (request: {
    readonly jobKey: string;
    readonly variables: string;
    readonly result?: object;
    readonly jobLeaseToken?: string;
  }): Buffer => {
    const { jobKey, variables, result, jobLeaseToken } = request;
    const key = exactKey(jobKey);
    if (key === undefined || result !== undefined || jobLeaseToken !== undefined) return general(request);
    const length = Buffer.byteLength(variables);
    const bytes = Buffer.allocUnsafe(2 + sizeOf(key) + sizeOf(length) + length);
    bytes[0] = (1 << 3) | varint;
    let at = writeVarint(bytes, 1, key);
    bytes[at++] = (2 << 3) | lengthDelimited;
    at = writeVarint(bytes, at, length);
    bytes.write(variables, at, 'utf8');
    return bytes;
  };

const nothing: object = Object.freeze({});

/** The gateway's service with this codec for the methods that every job needs. */
export const withQuickCodec = (service: ServiceDefinition): ServiceDefinition => {
  const { ActivateJobs, StreamActivatedJobs, CompleteJob } = service;
  if (ActivateJobs === undefined || StreamActivatedJobs === undefined || CompleteJob === undefined) return service;
  return {
    ...service,
    ActivateJobs: { ...ActivateJobs, responseDeserialize: decodeJobs },
    StreamActivatedJobs: { ...StreamActivatedJobs, responseDeserialize: decodeJob },
    CompleteJob: {
      ...CompleteJob,
      requestSerialize: encodeCompletion(CompleteJob.requestSerialize as (request: object) => Buffer),
      responseDeserialize: () => nothing,
    },
  };
};
