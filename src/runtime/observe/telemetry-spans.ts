import type { Attributes, Span, Tracer } from '@opentelemetry/api';
import type { ActivatedJob } from '../../connection/port.ts';
import { defaultTenant } from '../../connection/tenants.ts';
import type { Activation, Outcome } from '../../connector/types.ts';
import type { RuntimeTracing } from '../shared/call-tracing.ts';
import type { Listen, RuntimeEvents } from '../shared/events.ts';
import { createCallTracing } from './call-spans.ts';
import { failing, type OpenTelemetry, safely } from './open-telemetry.ts';

/*
 * Spans contain names from the model, keys and counts. They never contain variables, header values or the text of errors,
 * which may quote both.
 */

const jobAttributes = (connector: string, job: ActivatedJob): Attributes => ({
  'messaging.system': 'camunda',
  'messaging.operation.name': 'process',
  'messaging.operation.type': 'process',
  'messaging.destination.name': job.type,
  'messaging.message.id': job.key,
  'messaging.client.id': job.worker,
  'camunda.connector.name': connector,
  'camunda.process_definition.id': job.bpmnProcessId,
  'camunda.process_definition.version': job.processDefinitionVersion,
  'camunda.process_definition.key': job.processDefinitionKey,
  'camunda.process_instance.key': job.processInstanceKey,
  'camunda.element.id': job.elementId,
  'camunda.element_instance.key': job.elementInstanceKey,
  'camunda.tenant.id': job.tenantId,
  'camunda.job.retries': job.retries,
});

const activationAttributes = (activation: Activation): Attributes => ({
  'camunda.connector.name': activation.connector,
  'camunda.activation.id': activation.id,
  'camunda.process_definition.id': activation.bpmnProcessId,
  'camunda.process_instance.key': activation.processInstanceKey,
  'camunda.element.id': activation.elementId,
  'camunda.tenant.id': activation.tenantId ?? defaultTenant,
});

const messageAttributes = (activation: Activation): Attributes => ({
  'messaging.system': 'camunda',
  'messaging.operation.name': 'publish',
  'messaging.operation.type': 'send',
  'messaging.destination.name': activation.connector,
  'messaging.message.id': activation.id,
  ...activationAttributes(activation),
});

const outcomes = { complete: 'completed', fail: 'failed', bpmnError: 'bpmn-error' } as const;

/**
 * Makes the spans of a runtime. Those of jobs and subscriptions are roots of their own traces, because processes do not pass a trace
 * from task to task.
 */
export const createTracing = (api: OpenTelemetry, tracer: Tracer, on: Listen): RuntimeTracing => {
  const { ROOT_CONTEXT, SpanKind, context, trace } = api;
  const spans = new Map<ActivatedJob, Span>();

  const fail = failing(api.SpanStatusCode);

  /** Starts from the root context, because the caller of `start` may have been in a span. */
  const startSpan = (name: string, kind: number, attributes: Attributes): Span =>
    tracer.startSpan(name, { kind, attributes }, ROOT_CONTEXT);

  const within = <Result>(span: Span, run: () => Promise<Result>): Promise<Result> =>
    context.with(trace.setSpan(ROOT_CONTEXT, span), run);

  const around = async <Result>(
    start: () => Span,
    run: () => Promise<Result>,
    describe: (span: Span, result: Result) => void,
  ): Promise<Result> => {
    const span = safely(start);
    if (span === undefined) return await run();
    const result = await within(span, run);
    safely(() => {
      describe(span, result);
      span.end();
    });
    return result;
  };

  const causeOf = (outcome: Outcome): unknown => (outcome.kind === 'fail' ? outcome.cause : undefined);

  const settle = (span: Span, { outcome, delivery }: RuntimeEvents['job:settled']): void => {
    span.setAttributes({ 'camunda.job.outcome': outcomes[outcome.kind], 'camunda.job.delivery': delivery.kind });
    if (outcome.kind === 'fail') {
      span.setAttribute('camunda.job.retries_left', outcome.retries);
      fail(span, causeOf(outcome));
    } else if (delivery.kind !== 'accepted' && delivery.kind !== 'gone') {
      fail(span, 'error' in delivery ? delivery.error : undefined);
    }
    span.end();
  };

  on('job:started', ({ connector, job }) => {
    spans.set(job, startSpan(`process ${job.type}`, SpanKind.CONSUMER, jobAttributes(connector, job)));
  });
  on('job:settled', (event) => {
    const span = spans.get(event.job);
    spans.delete(event.job);
    if (span !== undefined) settle(span, event);
  });

  return {
    ...createCallTracing(api, tracer),
    job: (job, execute) => {
      const span = spans.get(job);
      return span === undefined ? execute() : within(span, execute);
    },
    loop: (activation, call) =>
      around(
        () => startSpan(`loop ${activation.connector}`, SpanKind.INTERNAL, activationAttributes(activation)),
        call,
        (span, result) => {
          span.setAttribute('camunda.loop.result', result.kind);
          if (result.kind === 'failed') fail(span, result.error);
        },
      ),
    publish: (activation, send) =>
      around(
        () => startSpan(`publish ${activation.connector}`, SpanKind.PRODUCER, messageAttributes(activation)),
        send,
        (span, delivery) => {
          span.setAttribute('camunda.message.delivery', delivery.kind);
          if (delivery.kind !== 'accepted' && delivery.kind !== 'duplicate') {
            fail(span, 'error' in delivery ? delivery.error : undefined);
          }
        },
      ),
  };
};
