import { defaultFlow } from './flows.ts';
import type { ReadNode } from './node-base.ts';

const readWithDefault =
  (kind: 'exclusiveGateway' | 'inclusiveGateway'): ReadNode =>
  (site, base, context) => {
    const flow = defaultFlow(site, context);
    return { ...base, kind, ...(flow === undefined ? {} : { defaultFlow: flow.id }) };
  };

export const readExclusiveGateway: ReadNode = readWithDefault('exclusiveGateway');

export const readInclusiveGateway: ReadNode = readWithDefault('inclusiveGateway');

export const readParallelGateway: ReadNode = (_site, base) => ({ ...base, kind: 'parallelGateway' });

export const readEventBasedGateway: ReadNode = (_site, base) => ({ ...base, kind: 'eventBasedGateway' });
