import type { JobKind, ListenerEvent, UserTaskProperties } from '../../connector/job-kinds.ts';
import type { JsonText } from '../../connector/types.ts';
import { prefixLength, writePrefix } from '../../grpc/frames.ts';
import {
  type Cursor,
  countEntry,
  cursorAt,
  lengthDelimited,
  readInt32,
  readInt64,
  readLength,
  readText,
  skip,
  varint,
  type Writer,
  writeInt64,
  writeLongText,
  writeNumber,
} from '../../grpc/protobuf/wire.ts';
import { jobEnums } from '../../grpc/protocol/jobs.ts';
import type { ActivatedJob } from '../port.ts';

/*
 * Reads jobs as the data of the port, at once: the general codec would make objects that are only copied. The field numbers
 * are those of the protocol; unknown fields are passed over.
 */

const jobKinds = jobEnums['ActivatedJob.JobKind']!;
const listenerEvents = jobEnums['ActivatedJob.ListenerEventType']!;
const noTags: readonly string[] = Object.freeze([]);

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

const addText = (cursor: Cursor, list: string[]): void => {
  countEntry(cursor);
  list.push(readText(cursor));
};

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
        addText(cursor, groups);
        break;
      case (4 << 3) | lengthDelimited:
        addText(cursor, users);
        break;
      case (5 << 3) | lengthDelimited:
        addText(cursor, changed);
        break;
      case (6 << 3) | lengthDelimited:
        task.dueDate = readText(cursor);
        break;
      case (7 << 3) | lengthDelimited:
        task.followUpDate = readText(cursor);
        break;
      case (8 << 3) | varint:
        task.formKey = readInt64(cursor);
        break;
      case (9 << 3) | varint:
        task.priority = readInt32(cursor);
        break;
      case (10 << 3) | varint:
        task.userTaskKey = readInt64(cursor);
        break;
      default:
        skip(cursor, tag);
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
  let tags: string[] | undefined;
  while (cursor.at < end) {
    const tag = readInt32(cursor);
    switch (tag) {
      case (1 << 3) | varint:
        job.key = readInt64(cursor);
        break;
      case (2 << 3) | lengthDelimited:
        job.type = readText(cursor);
        break;
      case (3 << 3) | varint:
        job.processInstanceKey = readInt64(cursor);
        break;
      case (4 << 3) | lengthDelimited:
        job.bpmnProcessId = readText(cursor);
        break;
      case (5 << 3) | varint:
        job.processDefinitionVersion = readInt32(cursor);
        break;
      case (6 << 3) | varint:
        job.processDefinitionKey = readInt64(cursor);
        break;
      case (7 << 3) | lengthDelimited:
        job.elementId = readText(cursor);
        break;
      case (8 << 3) | varint:
        job.elementInstanceKey = readInt64(cursor);
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
        job.deadline = Number(readInt64(cursor));
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
        if (tags === undefined) {
          tags = [];
          job.tags = tags;
        }
        addText(cursor, tags);
        break;
      case (21 << 3) | lengthDelimited:
        job.leaseToken = readText(cursor);
        break;
      default:
        skip(cursor, tag);
    }
  }
  if (cursor.at !== end) throw new RangeError('A job in the message is longer than it says.');
  // The number of an absent event is that of ASSIGNING, so it counts for listeners only.
  if (job.kind === 'EXECUTION_LISTENER' || job.kind === 'TASK_LISTENER') job.listenerEvent = eventOf(event);
  return job;
};

/** Reads an `ActivatedJob`. Throws if the bytes are not one. */
export const decodeJob = (bytes: Buffer): ActivatedJob => readJob(cursorAt(bytes), bytes.length);

/** Reads an `ActivateJobsResponse`. Throws if the bytes are not one. */
export const decodeJobs = (bytes: Buffer): { readonly jobs: readonly ActivatedJob[] } => {
  const cursor = cursorAt(bytes);
  const jobs: ActivatedJob[] = [];
  while (cursor.at < bytes.length) {
    const tag = readInt32(cursor);
    if (tag === ((1 << 3) | lengthDelimited)) {
      countEntry(cursor);
      jobs.push(readJob(cursor, readLength(cursor)));
    } else skip(cursor, tag);
  }
  return { jobs };
};

/** The usual `CompleteJobRequest`. */
interface Completion {
  readonly jobKey: string;
  readonly variables: string;
}

/** Bytes of the prefix, of a key and of two tags, and of the length of the variables. */
const mostBeforeVariables = prefixLength + 1 + 10 + 1 + 10;

/** Whether a `CompleteJobRequest` has a key and variables and nothing else. */
const isPlainCompletion = (request: object): request is Completion => Object.keys(request).length === 2;

/**
 * Writes a `CompleteJobRequest` of a key and variables, with the prefix of its frame. Variables can be large, so they are
 * written where they are sent from.
 *
 * @returns `undefined` for a request with other fields
 * @throws a `SyntaxError` if the key is not an integer
 */
export const completionFrame = (request: object): Buffer | undefined => {
  if (!isPlainCompletion(request)) return undefined;
  const { jobKey, variables } = request;
  const length = Buffer.byteLength(variables);
  const writer: Writer = { bytes: Buffer.allocUnsafe(mostBeforeVariables + length), at: prefixLength };
  writeNumber(writer, (1 << 3) | varint);
  writeInt64(writer, jobKey);
  writeNumber(writer, (2 << 3) | lengthDelimited);
  writeLongText(writer, variables, length);
  const frame = writer.bytes.subarray(0, writer.at);
  writePrefix(frame, frame.length - prefixLength);
  return frame;
};
