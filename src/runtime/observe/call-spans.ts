import type { Attributes, Context, Span, Tracer } from '@opentelemetry/api';
import type { CallHead, CallTracing, TracedMessage } from '../shared/call-tracing.ts';
import { failing, type OpenTelemetry, safely } from './open-telemetry.ts';
import { readCallerTrace } from './trace-context.ts';

/** The methods that an attribute may have. Any other is a text that the caller chose. */
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

const methodOf = ({ method }: CallHead): string => (methods.has(method) ? method : '_OTHER');

/** The path is that of the webhook, and that of a callback without its secret part: nothing that the caller chose. */
const callAttributes = (head: CallHead): Attributes => ({
  'http.request.method': methodOf(head),
  'http.route': head.route,
  'url.path': head.route,
  'url.scheme': 'http',
});

const messageAttributes = ({ connector, messageName, messageId }: TracedMessage): Attributes => ({
  'messaging.system': 'camunda',
  'messaging.operation.name': 'publish',
  'messaging.operation.type': 'send',
  'messaging.destination.name': messageName,
  ...(messageId === '' ? {} : { 'messaging.message.id': messageId }),
  'camunda.connector.name': connector,
});

/** Makes the spans of calls from outside, and of the messages that are published because of them. */
export const createCallTracing = (api: OpenTelemetry, tracer: Tracer): CallTracing => {
  const { ROOT_CONTEXT, SpanKind, context, createTraceState, trace } = api;
  const fail = failing(api.SpanStatusCode);

  /** Another library may have made a span for the request, which then is the span of the call. */
  const spanOfServer = (): Span | undefined => {
    const span = trace.getActiveSpan();
    const isServer = (span as { readonly kind?: unknown } | undefined)?.kind === SpanKind.SERVER;
    return isServer && span?.isRecording() === true ? span : undefined;
  };

  const startSpan = (head: CallHead): Span => {
    const caller = head.trace === 'ignore' ? undefined : readCallerTrace(head.headers);
    const remote =
      caller === undefined
        ? undefined
        : {
            traceId: caller.traceId,
            spanId: caller.spanId,
            traceFlags: caller.traceFlags,
            isRemote: true,
            ...(caller.traceState === undefined ? {} : { traceState: createTraceState(caller.traceState) }),
          };
    const continues = remote !== undefined && head.trace === 'continue';
    const parent: Context = continues ? trace.setSpanContext(ROOT_CONTEXT, remote) : ROOT_CONTEXT;
    return tracer.startSpan(
      `${methodOf(head)} ${head.route}`,
      {
        kind: SpanKind.SERVER,
        attributes: callAttributes(head),
        ...(remote === undefined || continues ? {} : { links: [{ context: remote }] }),
      },
      parent,
    );
  };

  return {
    call: async (head, handle) => {
      const existing = safely(spanOfServer);
      const span = existing ?? safely(() => startSpan(head));
      if (span === undefined) return handle();
      const parent = existing === undefined ? trace.setSpan(ROOT_CONTEXT, span) : context.active();
      const end = await context.with(parent, handle);
      safely(() => {
        span.setAttributes({
          'camunda.connector.name': end.connector ?? head.connector,
          'camunda.call.result': end.result,
          'http.response.status_code': end.answer.status,
          ...(existing === undefined ? {} : { 'http.route': head.route }),
        });
        // An error of the caller is not one of the server.
        if (end.answer.status >= 500) fail(span, end.error);
        if (existing === undefined) span.end();
      });
      return end;
    },
    message: async (message, send) => {
      const span = safely(() =>
        tracer.startSpan(`publish ${message.connector}`, {
          kind: SpanKind.PRODUCER,
          attributes: messageAttributes(message),
        }),
      );
      if (span === undefined) return send();
      const delivery = await context.with(trace.setSpan(context.active(), span), send);
      safely(() => {
        span.setAttribute('camunda.message.delivery', delivery.kind);
        if (delivery.kind !== 'accepted' && delivery.kind !== 'duplicate') {
          fail(span, 'error' in delivery ? delivery.error : undefined);
        }
        span.end();
      });
      return delivery;
    },
  };
};
