import type { OfficialInbound } from '../types.ts';
import type { Site } from './graph.ts';
import { propertiesOf } from './zeebe-extensions.ts';

/** The extension property by which the official connector runtime finds the elements that it serves. */
const typeProperty = 'inbound.type';

/** The elements for inbound connectors of the official runtime. To the engine they are events and tasks as any other. */
export const readOfficialInbound = (sites: Iterable<Site>): readonly OfficialInbound[] =>
  [...sites].flatMap(({ element, id }) => {
    const type = propertiesOf(element)[typeProperty];
    return type === undefined || type === '' ? [] : [Object.freeze({ elementId: id, type })];
  });
