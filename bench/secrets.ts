/** What secrets and functions around `run` cost a job that is executed without a cluster. */
import * as v from 'valibot';
import { defineOutbound } from '../src/connector/define.ts';
import type { OutboundMiddleware } from '../src/connector/types.ts';
import { type ExecuteServices, executeOutbound } from '../src/runtime/execute.ts';

const jobs = 50_000;

const connector = defineOutbound({
  name: 'Bench',
  type: 'bench',
  input: v.object({ url: v.string(), headers: v.record(v.string(), v.string()), items: v.array(v.number()) }),
  run: ({ items }) => ({ sum: items.length }),
});

const variablesWith = (token: string): string =>
  JSON.stringify({ url: 'https://example.org', headers: { authorization: token }, items: [1, 2, 3, 4, 5] });

/** Microseconds per job. */
const cost = async (variables: string, services: ExecuteServices): Promise<number> => {
  const began = performance.now();
  for (let index = 0; index < jobs; index++) await executeOutbound(connector, { variables }, services);
  return ((performance.now() - began) * 1000) / jobs;
};

const plain = variablesWith('Bearer a-long-token');
const referring = variablesWith('Bearer {{secrets.TOKEN}}');
const secrets = (): string => 'a-long-token';
const pass: OutboundMiddleware = (_input, _context, next) => next();

export const secretsCases = {
  'a job executed, secrets off (µs per job)': () => cost(plain, { secrets: false }),
  'the same, secrets on, none referred to (µs per job)': () => cost(plain, { secrets }),
  'the same, one secret in the input (µs per job)': () => cost(referring, { secrets }),
  'the same, two functions around run (µs per job)': () => cost(plain, { secrets: false, use: [pass, pass] }),
} as const;
