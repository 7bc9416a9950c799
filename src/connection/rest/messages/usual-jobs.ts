import type { JsonText } from '../../../connector/types.ts';
import type { ActivatedJob } from '../../port.ts';
import { endOfValue } from './raw-members.ts';

/*
 * Reads activated jobs as gateways usually write them, in one pass and without a general parser, as the gRPC connection does. The
 * general reader takes several times as long, above all for a single job that arrives at an idle runtime. It decides about
 * everything else: whatever is not exactly as expected here, valid or not, ends this reader.
 */

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

/** A place in a text, and whether everything before it was as expected. */
interface Cursor {
  readonly text: string;
  at: number;
  isUsual: boolean;
}

const quote = 34;
const comma = 44;
const minus = 45;
const digit0 = 48;
const digit9 = 57;
const colon = 58;
const openList = 91;
const backslash = 92;
const closeList = 93;
const openObject = 123;
const closeObject = 125;

/** The digits of a number that is certainly exact. */
const mostDigits = 15;

/** The digits of a key. */
const mostKeyDigits = 25;

const noTags: readonly string[] = Object.freeze([]);

const isDigit = (code: number): boolean => code >= digit0 && code <= digit9;

/** Whether this character is next; it is passed. */
const passes = (cursor: Cursor, code: number): boolean => {
  if (cursor.text.charCodeAt(cursor.at) !== code) return false;
  cursor.at += 1;
  return true;
};

/** This character has to be next. */
const pass = (cursor: Cursor, code: number): void => {
  if (!passes(cursor, code)) cursor.isUsual = false;
};

/** A text without escapes. */
const readText = (cursor: Cursor): string => {
  const { text, at } = cursor;
  let end = at + 1;
  if (text.charCodeAt(at) !== quote) {
    cursor.isUsual = false;
    return '';
  }
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === quote) {
      cursor.at = end + 1;
      return text.slice(at + 1, end);
    }
    if (code < 32 || code === backslash) break;
  }
  cursor.isUsual = false;
  return '';
};

const readKey = (cursor: Cursor): string => {
  const key = readText(cursor);
  const start = key.charCodeAt(0) === minus ? 1 : 0;
  const digits = key.length - start;
  if (digits < 1 || digits > mostKeyDigits) cursor.isUsual = false;
  for (let at = start; at < key.length; at++) if (!isDigit(key.charCodeAt(at))) cursor.isUsual = false;
  return key;
};

/** An integer of few digits, not negative. */
const readInteger = (cursor: Cursor): number => {
  const { text, at: start } = cursor;
  let at = start;
  let value = 0;
  for (let code = text.charCodeAt(at); isDigit(code); code = text.charCodeAt(at)) {
    value = value * 10 + code - digit0;
    at += 1;
  }
  const digits = at - start;
  const hasLeadingZero = digits > 1 && text.charCodeAt(start) === digit0;
  if (digits < 1 || digits > mostDigits || hasLeadingZero) cursor.isUsual = false;
  cursor.at = at;
  return value;
};

const readNull = (cursor: Cursor): undefined => {
  if (cursor.text.startsWith('null', cursor.at)) cursor.at += 4;
  else cursor.isUsual = false;
  return undefined;
};

const isText = ({ text, at }: Cursor): boolean => text.charCodeAt(at) === quote;

const readOptionalText = (cursor: Cursor): string | undefined => (isText(cursor) ? readText(cursor) : readNull(cursor));

/** An object as it is written. As in the general reader, its content is not looked at. */
const readObject = (cursor: Cursor): JsonText => {
  const { text, at } = cursor;
  const end = text.charCodeAt(at) === openObject ? endOfValue(text, at) : -1;
  if (end < 0) {
    cursor.isUsual = false;
    return '';
  }
  cursor.at = end;
  return text.slice(at, end);
};

const readTexts = (cursor: Cursor): readonly string[] => {
  pass(cursor, openList);
  if (passes(cursor, closeList)) return noTags;
  const texts: string[] = [];
  do texts.push(readText(cursor));
  while (cursor.isUsual && passes(cursor, comma));
  pass(cursor, closeList);
  return texts;
};

/** A member that is not known, if its value is a text, a small integer or null. */
const skipMember = (cursor: Cursor): void => {
  if (isText(cursor)) readText(cursor);
  else if (isDigit(cursor.text.charCodeAt(cursor.at))) readInteger(cursor);
  else readNull(cursor);
};

/** The members that every job has, as bits, to know that none is missing. */
const required = {
  ...{ jobKey: 1, type: 2, processInstanceKey: 4, processDefinitionId: 8, processDefinitionVersion: 16 },
  ...{ processDefinitionKey: 32, elementId: 64, elementInstanceKey: 128, customHeaders: 256, worker: 512 },
  ...{ retries: 1024, deadline: 2048, variables: 4096, tenantId: 8192 },
} as const;

const allRequired = 16_383;

const readMember = (cursor: Cursor, name: string, job: Writable<ActivatedJob>): number => {
  switch (name) {
    case 'jobKey':
      job.key = readKey(cursor);
      return required.jobKey;
    case 'type':
      job.type = readText(cursor);
      return required.type;
    case 'processInstanceKey':
      job.processInstanceKey = readKey(cursor);
      return required.processInstanceKey;
    case 'processDefinitionId':
      job.bpmnProcessId = readText(cursor);
      return required.processDefinitionId;
    case 'processDefinitionVersion':
      job.processDefinitionVersion = readInteger(cursor);
      return required.processDefinitionVersion;
    case 'processDefinitionKey':
      job.processDefinitionKey = readKey(cursor);
      return required.processDefinitionKey;
    case 'elementId':
      job.elementId = readText(cursor);
      return required.elementId;
    case 'elementInstanceKey':
      job.elementInstanceKey = readKey(cursor);
      return required.elementInstanceKey;
    case 'customHeaders':
      job.customHeaders = readObject(cursor);
      return required.customHeaders;
    case 'worker':
      job.worker = readText(cursor);
      return required.worker;
    case 'retries':
      job.retries = readInteger(cursor);
      return required.retries;
    case 'deadline':
      job.deadline = readInteger(cursor);
      return required.deadline;
    case 'variables':
      job.variables = readObject(cursor);
      return required.variables;
    case 'tenantId':
      job.tenantId = readText(cursor);
      return required.tenantId;
    case 'tags':
      job.tags = readTexts(cursor);
      return 0;
    case 'kind': {
      // Other kinds need a look at the event.
      const kind = readOptionalText(cursor);
      if (kind !== undefined && kind !== 'BPMN_ELEMENT') cursor.isUsual = false;
      return 0;
    }
    case 'listenerEventType':
      readOptionalText(cursor);
      return 0;
    case 'userTask':
      readNull(cursor);
      return 0;
    case 'jobLeaseToken': {
      const token = readOptionalText(cursor);
      if (token !== undefined) job.leaseToken = token;
      else if (job.leaseToken !== undefined) cursor.isUsual = false;
      return 0;
    }
    default:
      skipMember(cursor);
      return 0;
  }
};

const readJob = (cursor: Cursor): ActivatedJob => {
  const job: Writable<ActivatedJob> = {
    key: '0',
    type: '',
    processInstanceKey: '0',
    bpmnProcessId: '',
    processDefinitionVersion: 0,
    processDefinitionKey: '0',
    elementId: '',
    elementInstanceKey: '0',
    customHeaders: '',
    worker: '',
    retries: 0,
    deadline: 0,
    variables: '',
    tenantId: '',
    kind: 'BPMN_ELEMENT',
    listenerEvent: undefined,
    userTask: undefined,
    tags: noTags,
  };
  let found = 0;
  pass(cursor, openObject);
  do {
    const name = readText(cursor);
    pass(cursor, colon);
    if (cursor.isUsual) found |= readMember(cursor, name, job);
  } while (cursor.isUsual && passes(cursor, comma));
  pass(cursor, closeObject);
  if (found !== allRequired) cursor.isUsual = false;
  return job;
};

const start = '{"jobs":[';
const end = ']}';

/**
 * Reads activated jobs as gateways usually write them. Their variables and headers stay the text that the gateway sent.
 *
 * @returns `undefined` if there is anything unusual: spaces, escapes, numbers of many digits, jobs of listeners, or something that
 *   is not valid
 */
export const readUsualJobs = (text: string): readonly ActivatedJob[] | undefined => {
  if (!text.startsWith(start)) return undefined;
  const cursor: Cursor = { text, at: start.length, isUsual: true };
  const jobs: ActivatedJob[] = [];
  if (cursor.text.charCodeAt(cursor.at) !== closeList) {
    do jobs.push(readJob(cursor));
    while (cursor.isUsual && passes(cursor, comma));
  }
  const isWhole = cursor.isUsual && text.length === cursor.at + end.length && text.endsWith(end);
  return isWhole ? jobs : undefined;
};
