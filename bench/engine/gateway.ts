/** An embedded engine in a process of its own, so that its work is not counted as the client's. With the argument `rest`, it has the REST API. */
import { createEngine } from '../../src/engine/index.ts';
import { chain, end, process as processFile, serviceTask, start } from '../../test/engine/support/bpmn.ts';

const engine = await createEngine(process.argv[2] === 'rest' ? { restPort: 0 } : {});
await engine.deploy({
  name: 'bench.bpmn',
  content: processFile('bench', ...chain(start(), serviceTask('work', { type: 'bench' }), end())),
});

/** Asked with a number of instances, answers when they are started; with each answer, the CPU time so far in microseconds. */
process.on('message', (instances: number) => {
  for (let i = 0; i < instances; i += 1) {
    engine.createInstance({
      bpmnProcessId: 'bench',
      variables: { a: i, b: 'text', c: true, d: [1, 2], e: { f: 1.5 } },
    });
  }
  const { user, system } = process.cpuUsage();
  process.send?.({ answer: user + system });
});
process.on('disconnect', () => void engine.stop());
process.send?.({ answer: engine.restAddress ?? engine.address });
