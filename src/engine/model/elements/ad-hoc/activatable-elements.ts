import { findCalls } from '../../../../feel/index.ts';
import type { ActivatableElement, ToolParameter } from '../../types.ts';
import { type Element, elements, textAt } from '../../xml/element.ts';
import { isEventSubProcess, type Scope, type Site } from '../graph.ts';
import { propertiesOf, readMappings } from '../zeebe-extensions.ts';

/** Tells whether an element of an ad-hoc subprocess can be activated: no flow leads to it, and it does not wait itself. */
const isActivatable = ({ element, incoming }: Site): boolean =>
  incoming.length === 0 && element.$type !== 'bpmn:BoundaryEvent' && !isEventSubProcess(element) && !isHandler(element);

const isHandler = (element: Element): boolean => element.isForCompensation === true;

/** The elements of an ad-hoc subprocess that can be activated. */
export const activatableSites = ({ sites }: Scope): readonly Site[] => sites.filter(isActivatable);

const parameterNames = ['value', 'description', 'type', 'schema', 'options'];

/** The parameters that the input mappings of an element take from an agent, as calls of `fromAi` describe them. */
const parametersOf = (element: Element): readonly ToolParameter[] => {
  const { inputs } = readMappings(element, () => {});
  return inputs.flatMap(({ source }) => {
    if (source?.kind !== 'feel') return [];
    return findCalls(source.expression.source, 'fromAi', parameterNames).flatMap((call) => {
      const { value, ...described } = call;
      if (value === undefined || !('path' in value)) return [];
      const given = Object.entries(described).flatMap(([name, argument]) =>
        'value' in argument && !isEmpty(argument.value) ? [[name, argument.value] as const] : [],
      );
      return [{ name: value.path.join('.'), ...Object.fromEntries(given) }];
    });
  });
};

const isEmpty = (value: unknown): boolean =>
  value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);

/** What a worker is told about an element that it can activate. Parts that are empty are absent. */
export const describeElement = ({ element, id }: Site): ActivatableElement => {
  const elementName = textAt(element, 'name') ?? '';
  const documentation = elements(element, 'documentation')
    .map((text) => textAt(text, 'text') ?? '')
    .join('\n');
  const properties = propertiesOf(element);
  const parameters = parametersOf(element);
  return Object.freeze({
    elementId: id,
    ...(elementName === '' ? {} : { elementName }),
    ...(documentation === '' ? {} : { documentation }),
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
    ...(parameters.length === 0 ? {} : { parameters }),
  });
};
