import { fault } from '../../../common/fault.ts';
import { isObject } from '../../../common/is-object.ts';
import type { NewDocument } from '../../../connector/document.ts';

const refuse = (problem: string): never => {
  throw fault('input', {
    what: `createDocument(…) cannot make a document: ${problem}.`,
    fix: 'write createDocument(base64Text), or createDocument({content: base64Text, name: "a.pdf", contentType: "application/pdf"}).',
  });
};

const firstText = (fields: Readonly<Record<string, unknown>>, ...names: readonly string[]): string | undefined =>
  names.map((name) => fields[name]).find((value): value is string => typeof value === 'string' && value.trim() !== '');

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/**
 * Reads the argument of `createDocument(…)`: base64 text, with any white space in it, or a context of content, name and type.
 *
 * Throws a fault of kind `input` for anything else. It does not quote the content.
 */
export const readDocumentArgument = (value: unknown): NewDocument => {
  const fields: Readonly<Record<string, unknown>> | undefined =
    typeof value === 'string' ? { content: value } : isObject(value) ? value : undefined;
  if (fields === undefined) return refuse('its argument must be base64 text, or a context with content');
  const content = [fields.content, fields.data].find((found) => typeof found === 'string');
  if (typeof content !== 'string') return refuse('its context has no text named content or data');
  const digits = content.replaceAll(/\s+/g, '');
  if (!base64.test(digits)) return refuse('its content is not base64');
  const fileName = firstText(fields, 'name', 'fileName');
  const contentType = firstText(fields, 'contentType');
  return {
    content: Buffer.from(digits, 'base64'),
    ...(fileName === undefined ? {} : { fileName }),
    ...(contentType === undefined ? {} : { contentType }),
  };
};
