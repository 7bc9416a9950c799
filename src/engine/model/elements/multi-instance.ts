import type { Loop } from '../types.ts';
import { bodyAt, type Element, elementAt, textAt } from '../xml/element.ts';
import type { Report } from '../xml/problems.ts';
import { expressionAt } from './expressions.ts';
import { unsupportedText } from './unsupported.ts';
import { single } from './zeebe-extensions.ts';

const variableOrPath = /^\s*([\p{L}_][\p{L}\p{N}_]*)(?:\.[\p{L}_][\p{L}\p{N}_]*)*\s*$/u;

const optional = (extension: Element, property: string): string | undefined => {
  const text = textAt(extension, property) ?? '';
  return text === '' ? undefined : text;
};

const readOutput = (
  extension: Element,
  report: Report,
): Pick<Loop, 'outputCollection' | 'outputElement' | 'outputVariable'> => {
  const outputCollection = optional(extension, 'outputCollection');
  const text = optional(extension, 'outputElement');
  if (outputCollection === undefined && text === undefined) return {};
  if (outputCollection === undefined) {
    report(extension, 'The attribute "outputElement" requires the attribute "outputCollection".');
    return {};
  }
  if (text === undefined) {
    report(extension, 'The attribute "outputCollection" requires the attribute "outputElement".');
    return {};
  }
  const outputElement = expressionAt('The output element', text, report, extension);
  if (outputElement === undefined) return {};
  const outputVariable = variableOrPath.exec(outputElement.source)?.[1];
  return { outputCollection, outputElement, ...(outputVariable === undefined ? {} : { outputVariable }) };
};

/** Reads the multi-instance marker of an activity; `undefined` without one, or after a problem. */
export const readLoop = (activity: Element, report: Report): Loop | undefined => {
  const marker = elementAt(activity, 'loopCharacteristics');
  if (marker === undefined) return undefined;
  if (marker.$type !== 'bpmn:MultiInstanceLoopCharacteristics') {
    report(activity, unsupportedText(marker.$type) ?? 'The loop is not a multi-instance loop.');
    return undefined;
  }
  const extension = single(marker, 'zeebe:LoopCharacteristics', report);
  if (extension === undefined) {
    report(marker, 'The zeebe:loopCharacteristics with an inputCollection is missing.');
    return undefined;
  }
  const collection = textAt(extension, 'inputCollection');
  const inputCollection = expressionAt('The input collection', collection, report, extension);
  const inputElement = optional(extension, 'inputElement');
  const output = readOutput(extension, report);
  const condition = bodyAt(marker, 'completionCondition') ?? '';
  const completionCondition =
    condition === ''
      ? undefined
      : expressionAt('The completion condition', condition, report, marker, 'completionCondition');
  if (inputCollection === undefined) return undefined;
  return Object.freeze({
    sequential: marker.isSequential === true,
    inputCollection,
    ...(inputElement === undefined ? {} : { inputElement }),
    ...output,
    ...(completionCondition === undefined ? {} : { completionCondition }),
  });
};
