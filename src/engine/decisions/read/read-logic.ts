import { type Element, elementAt, elements, tagOf, textAt } from '../../model/xml/element.ts';
import type { Report } from '../../model/xml/problems.ts';
import type { Knowledge, Logic, Parameter } from '../types.ts';
import { readTable } from './read-table.ts';
import { readExpression } from './texts.ts';

/** What reading logic needs: where problems go, and the business knowledge models that an invocation can name. */
export interface LogicContext {
  readonly report: Report;
  readonly knowledge: readonly Knowledge[];
}

type ReadLogic = (element: Element, context: LogicContext) => Logic | undefined;

/** A name with the type that a value of this name must have. */
export const readParameter = (item: Element): Parameter => {
  const typeRef = textAt(item, 'typeRef');
  return Object.freeze({ name: textAt(item, 'name') ?? '', ...(typeRef === undefined ? {} : { typeRef }) });
};

const readLiteral: ReadLogic = (element, { report }) => {
  const expression = readExpression(element, report);
  return expression && { kind: 'literal', expression };
};

/** Only a literal expression is allowed in some places. */
const readLiteralAt = (owner: Element, property: string, what: string, report: Report) => {
  const element = elementAt(owner, property);
  if (element?.$type === 'dmn:LiteralExpression') return readExpression(element, report);
  report(
    owner,
    `${what} must be a literal expression, but is ${element === undefined ? 'missing' : `a <${tagOf(element)}>`}.`,
  );
  return undefined;
};

const readContext: ReadLogic = (element, context) => {
  const found = elements(element, 'contextEntry');
  if (found.length === 0) context.report(element, 'The context has no entries.');
  const entries = found.flatMap((entry, index) => {
    const variable = elementAt(entry, 'variable');
    const inner = elementAt(entry, 'value');
    const value = inner && readLogic(inner, context);
    if (variable === undefined && index < found.length - 1) {
      context.report(entry, 'The context entry has no variable. Only the last one, the result, may have none.');
    }
    if (value === undefined) return [];
    return [variable === undefined ? { value } : { name: textAt(variable, 'name') ?? '', value }];
  });
  return { kind: 'context', entries };
};

const readAll = (found: readonly Element[], context: LogicContext): readonly Logic[] =>
  found.flatMap((element) => readLogic(element, context) ?? []);

const readList: ReadLogic = (element, context) => ({
  kind: 'list',
  items: readAll(elements(element, 'elements'), context),
});

const readRelation: ReadLogic = (element, context) => {
  const columns = elements(element, 'column').map((column) => textAt(column, 'name') ?? '');
  const rows = elements(element, 'row').map((row) => {
    const cells = elements(row, 'elements');
    if (cells.length !== columns.length) {
      context.report(row, `The row has ${cells.length} expressions, but the relation has ${columns.length} columns.`);
    }
    return readAll(cells, context);
  });
  return { kind: 'relation', columns, rows };
};

const readInvocation: ReadLogic = (element, { report, knowledge }) => {
  const calledFunction = elementAt(element, 'calledFunction');
  const isLiteral = calledFunction?.$type === 'dmn:LiteralExpression';
  const name = isLiteral ? (textAt(calledFunction, 'text') ?? '').trim() : '';
  const called = knowledge.find((each) => each.name === name);
  if (!isLiteral)
    report(element, 'The invocation must name the called business knowledge model in a literal expression.');
  else if (called === undefined) {
    report(element, `No required business knowledge model has the name "${name}". Add a knowledge requirement.`);
  }
  const bindings = elements(element, 'binding').flatMap((binding) => {
    const parameter = elementAt(binding, 'parameter');
    const expression = readLiteralAt(binding, 'bindingFormula', 'The value of a parameter', report);
    if (parameter === undefined || expression === undefined) return [];
    return [{ name: textAt(parameter, 'name') ?? '', expression }];
  });
  return called && { kind: 'invocation', called, bindings };
};

const readFunction: ReadLogic = (element, { report }) => {
  const parameters = elements(element, 'formalParameter').map(readParameter);
  const body = readLiteralAt(element, 'body', 'The body of a function', report);
  return body && { kind: 'function', parameters, body };
};

/** What reads each kind of logic, by its type in the file. */
const readers: Readonly<Record<string, ReadLogic>> = {
  'dmn:LiteralExpression': readLiteral,
  'dmn:DecisionTable': (element, { report }) => ({ kind: 'table', table: readTable(element, report) }),
  'dmn:Context': readContext,
  'dmn:List': readList,
  'dmn:Relation': readRelation,
  'dmn:Invocation': readInvocation,
  'dmn:FunctionDefinition': readFunction,
};

/** Reads logic. Every problem is reported; after a problem, the result may be `undefined`. */
export const readLogic = (element: Element, context: LogicContext): Logic | undefined => {
  const read = readers[element.$type];
  if (read !== undefined) {
    const logic = read(element, context);
    return logic && Object.freeze(logic);
  }
  context.report(element, `The engine cannot evaluate a <${tagOf(element)}>, and neither can Camunda 8.`);
  return undefined;
};
