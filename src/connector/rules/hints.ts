import type { Credential, Hints } from '../hints.ts';
import { anyText, flag, positiveCount, text, webAddress } from './common-rules.ts';
import { conditionRule } from './condition.ts';
import { inTurn, listOf, mapOf, objectOf, oneOf, type Rule, when } from './rule-engine.ts';
import { groupsRule } from './template-groups.ts';

const defaultValue: Rule = (value) =>
  value === null ? 'must not be null, which an empty field sends; leave it out' : undefined;

const credential = objectOf(
  {
    id: text,
    name: text,
    version: positiveCount,
    description: text,
    documentation: webAddress,
    keywords: listOf(text, 'a list of texts'),
    groups: groupsRule,
    minVersion: positiveCount,
  },
  { expected: '{ id, name, version?, … }', required: ['id', 'name'] },
);

const rules: Readonly<Record<keyof Hints, Rule>> = {
  group: text,
  order: when(Number.isFinite, 'a number'),
  placeholder: anyText,
  tooltip: text,
  documentation: webAddress,
  type: oneOf('String', 'Text', 'Hidden'),
  feel: oneOf('optional', 'required', 'static', 'none'),
  language: oneOf('json'),
  choices: mapOf(text, 'an object of labels by value'),
  condition: conditionRule,
  notEmpty: flag,
  default: defaultValue,
  generated: oneOf('uuid'),
  hidden: flag,
  secret: flag,
  credential: inTurn(credential, (value) => {
    const { version = 1, minVersion = 1 } = value as Credential;
    return minVersion > version ? `minVersion must be at most the version, ${version}` : undefined;
  }),
  opaque: flag,
  target: oneOf('input', 'header'),
  binding: text,
  id: text,
  menu: flag,
  keywords: listOf(text, 'a list of texts'),
  tool: flag,
};

/** The names of all hints. */
export const hintNames: readonly string[] = Object.keys(rules);

/** What `hints({ … })` accepts. */
export const hintRule: Rule = objectOf(rules, { expected: 'hints({ … })', noun: 'hint' });
