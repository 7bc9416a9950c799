import { stringifyValue } from '../../../../connector/values/json-text.ts';
import { defaultTenant } from '../../../machine/tenants.ts';
import type { Machine, Variables } from '../../../machine/types.ts';
import { invalidArgument } from '../../call-status.ts';
import type { AwaitResult } from '../../instance-results.ts';
import { parseBody, readFields } from '../fields.ts';
import { type callOf, type HeldOperation, noContent, type Operation, type OperationAnswer } from '../operation.ts';
import { problemOf, stoppingProblem } from '../problems.ts';

/** What the operations on process instances need. */
export interface InstanceOperationServices {
  readonly call: ReturnType<typeof callOf>;
  readonly awaitResult: AwaitResult;
  /** See `AnsweredFirst.run`. */
  readonly answerFirst: <T>(command: () => T, onAnswered: (listener: () => void) => void) => T;
}

type Created = ReturnType<Machine['createInstance']>;

const instanceAnswer = (created: Created, variables: Variables): OperationAnswer => ({
  status: 200,
  json: stringifyValue({
    processInstanceKey: created.processInstanceKey,
    processDefinitionKey: created.processDefinitionKey,
    processDefinitionId: created.bpmnProcessId,
    processDefinitionVersion: created.version,
    tenantId: created.tenantId ?? defaultTenant,
    variables,
    tags: created.tags ?? [],
    businessId: created.businessId ?? null,
  }),
});

const only = (variables: Variables, names: readonly string[]): Variables =>
  names.length === 0
    ? variables
    : Object.fromEntries(names.flatMap((name) => (Object.hasOwn(variables, name) ? [[name, variables[name]!]] : [])));

const readRuntimeInstruction = (instruction: object): { readonly terminate: { readonly afterElementId: string } } => {
  const operation = 'createProcessInstance.runtimeInstructions';
  const { type, afterElementId } = readFields(operation, instruction, {
    ...({ 'type!': 'text', 'afterElementId!': 'text' } as const),
  });
  if (type.toUpperCase() !== 'TERMINATE_PROCESS_INSTANCE') {
    throw invalidArgument(`The type of ${operation} must be TERMINATE_PROCESS_INSTANCE.`);
  }
  return { terminate: { afterElementId } };
};

const creation = ({ call, awaitResult, answerFirst }: InstanceOperationServices): HeldOperation => ({
  kind: 'held',
  act: ({ body }, reply) => {
    const operation = 'createProcessInstance';
    const fields = readFields(operation, parseBody(body.toString('utf8')), {
      ...({ processDefinitionKey: 'key', processDefinitionId: 'text', processDefinitionVersion: 'integer' } as const),
      ...({ variables: 'document', tenantId: 'text', startInstructions: 'objects', tags: 'texts' } as const),
      ...({ runtimeInstructions: 'objects', businessId: 'text' } as const),
      ...({ awaitCompletion: 'boolean', fetchVariables: 'texts', requestTimeout: 'integer' } as const),
      operationReference: 'integer',
    });
    if (fields.processDefinitionKey !== undefined && fields.processDefinitionId !== undefined) {
      throw invalidArgument(`${operation} takes a processDefinitionId or a processDefinitionKey, not both.`);
    }
    const request = {
      bpmnProcessId: fields.processDefinitionId ?? '',
      processDefinitionKey: fields.processDefinitionKey ?? '0',
      version: fields.processDefinitionVersion ?? -1,
      variables: fields.variables ?? '',
      startInstructions: (fields.startInstructions ?? []).map((instruction) =>
        readFields(`${operation}.startInstructions`, instruction, { 'elementId!': 'text' }),
      ),
      runtimeInstructions: (fields.runtimeInstructions ?? []).map((instruction) => readRuntimeInstruction(instruction)),
      tags: fields.tags ?? [],
      tenantId: fields.tenantId ?? '',
      ...(fields.businessId === undefined ? {} : { businessId: fields.businessId }),
    };
    if (fields.awaitCompletion !== true) {
      const created = answerFirst(
        () => call<Created>('CreateProcessInstance', request),
        (listener) => reply.onEnd(listener),
      );
      reply.send(instanceAnswer(created, {}));
      return;
    }
    const leave = awaitResult(operation, request, fields.requestTimeout ?? 0, {
      completed: (created, variables) =>
        reply.send(instanceAnswer(created, only(variables, fields.fetchVariables ?? []))),
      late: (details) => reply.fail(problemOf(504, details, 'DEADLINE_EXCEEDED')),
      stopping: () => reply.fail(stoppingProblem),
    });
    reply.onEnd(leave);
  },
});

/** The operations on process instances, by method and path. */
export const instanceOperations = (services: InstanceOperationServices): Readonly<Record<string, Operation>> => ({
  'POST /process-instances': creation(services),
  'POST /process-instances/*/cancellation': {
    kind: 'direct',
    act: ({ keys, body }) => {
      readFields('cancelProcessInstance', parseBody(body.toString('utf8')), { operationReference: 'integer' });
      services.call('CancelProcessInstance', { processInstanceKey: keys[0]! });
      return noContent;
    },
  },
});
