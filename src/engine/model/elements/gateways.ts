import { defaultFlow } from './flows.ts';
import type { ReadNode } from './node-base.ts';

export const readExclusiveGateway: ReadNode = (site, base, context) => {
  const flow = defaultFlow(site, context);
  return { ...base, kind: 'exclusiveGateway', ...(flow === undefined ? {} : { defaultFlow: flow.id }) };
};

export const readParallelGateway: ReadNode = (_site, base) => ({ ...base, kind: 'parallelGateway' });

export const readEventBasedGateway: ReadNode = (_site, base) => ({ ...base, kind: 'eventBasedGateway' });
