/** Searches of the engine's REST API among many instances. */
import { createEngine, type Engine } from '../../src/engine/index.ts';
import { chain, end, process as processFile, serviceTask, start } from '../../test/engine/support/bpmn.ts';

const instances = 100_000;

interface Stage {
  readonly engine: Engine;
  readonly key: string;
}

let stage: Promise<Stage> | undefined;

const prepare = async (): Promise<Stage> => {
  const engine = await createEngine({ restPort: 0 });
  const content = processFile('bench', ...chain(start(), serviceTask('work', { type: 'bench' }), end()));
  await engine.deploy({ name: 'bench.bpmn', content });
  let key = '';
  for (let n = 0; n < instances; n += 1) {
    key = engine.createInstance({ bpmnProcessId: 'bench', variables: { n } }).processInstanceKey;
  }
  return { engine, key };
};

/** Milliseconds of one request. */
const time = async (what: string, requestOf: (stage: Stage) => object): Promise<number> => {
  stage ??= prepare();
  const { engine, key } = await stage;
  const begun = performance.now();
  const answer = await fetch(`${engine.restAddress}/v2/${what}/search`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(requestOf({ engine, key })),
  });
  const { items } = (await answer.json()) as { readonly items: readonly object[] };
  if (items.length === 0) throw new Error(`The search for ${what} has found nothing.`);
  return performance.now() - begun;
};

export const searchCases = {
  'search for the elements of one of 100,000 instances (ms)': () =>
    time('element-instances', ({ key }) => ({ filter: { processInstanceKey: key } })),
  'search for 100 active instances among 100,000 (ms)': () =>
    time('process-instances', () => ({ filter: { state: 'ACTIVE' } })),
  'the same, the newest first (ms)': () =>
    time('process-instances', () => ({ filter: { state: 'ACTIVE' }, sort: [{ field: 'startDate', order: 'DESC' }] })),
  'search for the one instance with a variable among 100,000 (ms)': () =>
    time('process-instances', () => ({ filter: { variables: [{ name: 'n', value: '77777' }] } })),
} as const;
