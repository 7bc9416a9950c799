import { isFault } from '../../common/fault.ts';
import { stringifyValue, toJson } from '../values/json-text.ts';
import { isAnswerStatus, isHeader, isOwnHeader } from '../webhooks/answer-format.ts';
import { mapOf, objectOf, type Problem, type Rule, when } from './rule-engine.ts';

const status: Rule = when(isAnswerStatus, 'a whole number from 200 to 599');

/** The name and the value of a header are checked together, so the problem is that of the whole header. */
const headers: Rule = (value) => {
  const found = mapOf(() => undefined, 'texts by the names of headers')(value);
  if (typeof found === 'string') return found;
  return Object.entries(value as object).flatMap(([name, one]): readonly Problem[] => {
    if (!isHeader(name, one))
      return [{ path: [name], text: 'must have a name of letters, digits and "-", and a text of one line' }];
    return isOwnHeader(name) ? [{ path: [name], text: 'is set by the server if it is needed; remove it' }] : [];
  });
};

const body: Rule = (value) => {
  if (value instanceof Uint8Array) return undefined;
  try {
    stringifyValue(toJson(value));
    return undefined;
  } catch (error) {
    if (!isFault(error)) throw error;
    return 'has no form as JSON; use text, bytes or a JSON value';
  }
};

/** The rule for an answer to a caller that a definition contains. */
export const answerRule: Rule = objectOf(
  { status, headers, body },
  { expected: 'an answer such as { status: 200, body: "OK" }', noun: 'property of an answer' },
);
