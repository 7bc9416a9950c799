import { type Element, elementAt, elements, textAt } from '../../model/xml/element.ts';
import type { Report } from '../../model/xml/problems.ts';
import type { Aggregation, HitPolicy, Table, TableInput, TableOutput, TableRule } from '../types.ts';
import { readExpression, readTests } from './texts.ts';

const readInput = (input: Element, report: Report): readonly TableInput[] => {
  const inner = elementAt(input, 'inputExpression');
  const expression = inner && readExpression(inner, report);
  return expression === undefined
    ? []
    : [Object.freeze({ id: input.id ?? '', name: textAt(input, 'label') ?? '', expression })];
};

/** The allowed values of an output, split as Camunda splits them: at each comma. */
const readPriorities = (output: Element): readonly string[] => {
  const values = elementAt(output, 'outputValues');
  const text = values === undefined ? '' : (textAt(values, 'text') ?? '');
  return text.trim() === '' ? [] : text.split(',').map((part) => part.trim());
};

const readOutput = (output: Element, report: Report): TableOutput => {
  const entry = elementAt(output, 'defaultOutputEntry');
  const defaultValue = entry && readExpression(entry, report);
  return Object.freeze({
    id: output.id ?? '',
    name: textAt(output, 'name') ?? '',
    priorities: readPriorities(output),
    ...(defaultValue === undefined ? {} : { defaultValue }),
  });
};

const readRule = (rule: Element, inputs: number, outputs: number, report: Report): TableRule => {
  const tests = elements(rule, 'inputEntry').map((entry) => readTests(entry, report));
  const results = elements(rule, 'outputEntry').map((entry) => readExpression(entry, report));
  // As in Camunda, surplus entries are ignored and missing ones match.
  return Object.freeze({
    id: rule.id ?? '',
    tests: tests.slice(0, inputs).map((test) => (test === 'always' ? undefined : test)),
    results: results.slice(0, outputs).filter((result) => result !== undefined),
  });
};

/** Reads a decision table. */
export const readTable = (element: Element, report: Report): Table => {
  const hitPolicy = (textAt(element, 'hitPolicy') ?? 'UNIQUE') as HitPolicy;
  const aggregation = textAt(element, 'aggregation') as Aggregation | undefined;
  const inputs = elements(element, 'input').flatMap((input) => readInput(input, report));
  const outputs = elements(element, 'output').map((output) => readOutput(output, report));
  if (outputs.length > 1) {
    for (const output of elements(element, 'output')) {
      if ((textAt(output, 'name') ?? '') !== '') continue;
      report(output, 'The output has no name. If there are several outputs, each one needs a name.');
    }
    if (hitPolicy === 'COLLECT' && aggregation !== undefined) {
      report(
        element,
        `The hit policy COLLECT with ${aggregation} allows only one output, but there are ${outputs.length}.`,
      );
    }
  }
  const rules = elements(element, 'rule').map((rule) => readRule(rule, inputs.length, outputs.length, report));
  return Object.freeze({
    hitPolicy,
    ...(hitPolicy === 'COLLECT' && aggregation !== undefined ? { aggregation } : {}),
    inputs,
    outputs,
    rules,
  });
};
