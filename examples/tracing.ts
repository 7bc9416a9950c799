/** The spans of a job and of the work inside its connector: npx tsx examples/tracing.ts */
import * as api from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { createConnection, createRuntime, defineOutbound } from 'camunda-connectors';
import { log } from './log.ts';

// Register an SDK before the runtime starts. A real one exports to a collector.
const exporter = new InMemorySpanExporter();
api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
api.trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));

// #region own
const traced = defineOutbound({
  ...log,
  run: async (input, context) => {
    const span = api.trace.getTracer('my-connectors').startSpan('write the line');
    const result = await log.run(input, context);
    span.end();
    return result;
  },
});
// #endregion

const connection = createConnection({ type: 'EMBEDDED', resources: ['examples/bpmn/hello.bpmn'] });
const runtime = createRuntime({ outbound: [traced], connection });
await runtime.start();
await connection.createInstanceWithResult({ bpmnProcessId: 'hello', variables: '{ "name": "Ada" }' });
await runtime.stop();
await connection.close();

const spans = exporter.getFinishedSpans();
for (const { name, parentSpanContext, attributes } of spans) {
  const parent = spans.find((span) => span.spanContext().spanId === parentSpanContext?.spanId);
  console.log(parent === undefined ? name : `${name}, within ${parent.name}`, attributes);
}
