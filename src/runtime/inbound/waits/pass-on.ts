import { settledOrAborted } from '../../../common/abort.ts';
import type { Clock } from '../../../common/clock.ts';
import { isObject } from '../../../common/is-object.ts';
import type { Connection, TenantSelection } from '../../../connection/port.ts';
import type { Job, Logger } from '../../../connector/types.ts';
import type { WebhookAnswer } from '../../../connector/webhooks/answer-types.ts';
import type { ConnectServices } from '../../send/await-cluster.ts';
import { errorText } from '../../shared/error-text.ts';
import { awaitDeployed, knownTenants } from '../../subscriptions/durable/deploy-process.ts';
import type { HttpAnswer } from '../http-answer.ts';
import { answerProcessFile, answerProcessId } from './answer-process.ts';
import { createPatience } from './patience.ts';
import type { CallerReference } from './reference.ts';

/** Passes answers on to the runtimes that hold the calls. */
export interface PassOn {
  /** Deploys the process that this needs. Waits until the cluster answers; a refusal is a warning. Never rejects. */
  prepare(services: ConnectServices): Promise<void>;
  /**
   * Passes an answer on. Repeating it for the same job is harmless.
   *
   * @param longest milliseconds for which a caller waits at most, whatever the reference says
   * @returns whether a caller got it; rejects if the cluster does not answer
   */
  pass(
    reference: CallerReference,
    job: Pick<Job, 'key' | 'tenantId'>,
    answer: HttpAnswer,
    longest: number,
    signal: AbortSignal,
  ): Promise<boolean>;
}

/** Milliseconds that the clocks of two runtimes may differ, at least where it matters little to wait that long. */
const skew = 30_000;

/** Milliseconds for which the holder has time at least, and those beyond the end of the wait. */
const shortest = 1_000;

/** Milliseconds by which the timer of the cluster may be early on the clock of this runtime. */
const precision = 100;

/** Milliseconds after which a deployment that was refused is tried again. */
const refusalTime = 300_000;

/** Milliseconds for the cluster's own part. */
const extraTime = 10_000;

/** The answer as JSON. */
export const writePassed = ({ status, headers, body }: HttpAnswer): Readonly<Record<string, unknown>> => ({
  status,
  headers,
  ...(typeof body === 'string' ? { body } : { base64: Buffer.from(body).toString('base64') }),
});

/** Reads what {@link writePassed} has written. What it says is checked when the answer is made. */
export const readPassed = (value: unknown): WebhookAnswer => {
  const { status, headers, body, base64 } = isObject(value) ? value : {};
  const bytes = typeof base64 === 'string' ? Buffer.from(base64, 'base64') : body;
  return { status, headers, ...(bytes === '' ? {} : { body: bytes }) } as WebhookAnswer;
};

/** What {@link createPassOn} works with. */
export interface PassOnServices {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The tenants whose jobs the runtime requests; absent: those of the connection. */
  readonly tenants?: TenantSelection | undefined;
}

/** Creates what passes answers on with a process of the runtime's own. */
export const createPassOn = ({ connection, clock, logger, tenants }: PassOnServices): PassOn => {
  const deployedIn = new Set<string | undefined>();
  /** Where the cluster refuses it, and when it last did; `undefined`: in the tenant of the connection. */
  const refusedIn = new Map<string | undefined, number>();
  const deploying = new Map<string | undefined, Promise<boolean>>();
  const patience = createPatience(clock);
  let connecting: ConnectServices | undefined;

  const isRefused = (tenantId: string | undefined): boolean => {
    const refusedAt = refusedIn.get(tenantId);
    return refusedAt !== undefined && clock.now() < refusedAt + refusalTime;
  };

  const tryToDeploy = async (services: ConnectServices, tenantId: string | undefined): Promise<boolean> => {
    const refusal = await awaitDeployed(services, tenantId, answerProcessFile);
    if (refusal === undefined) {
      deployedIn.add(tenantId);
      refusedIn.delete(tenantId);
      return true;
    }
    if (services.signal.aborted) return false;
    const isKnown = refusedIn.has(tenantId) || refusedIn.has(undefined);
    refusedIn.set(tenantId, clock.now());
    if (!isKnown) {
      logger.warn(
        `The process ${answerProcessId} cannot be deployed, so answers reach only callers of the runtime that executes the answering task: ${errorText(refusal)} Fix: allow the client to deploy and to start processes, or run one runtime.`,
      );
    }
    return false;
  };

  const deployIn = async (services: ConnectServices, tenantId: string | undefined): Promise<boolean> => {
    const { signal } = services;
    for (;;) {
      if (deployedIn.has(tenantId) || deployedIn.has(undefined)) return true;
      if (isRefused(tenantId) || isRefused(undefined) || signal.aborted) return false;
      const other = deploying.get(tenantId);
      if (other === undefined) break;
      // It may end because its job does, which says nothing.
      await settledOrAborted(other, signal);
    }
    const own = tryToDeploy(services, tenantId).finally(() => deploying.delete(tenantId));
    deploying.set(tenantId, own);
    return own;
  };

  return {
    prepare: async (services) => {
      connecting = services;
      for (const tenantId of knownTenants(tenants ?? connection.tenants)) await deployIn(services, tenantId);
    },
    pass: async ({ holder, call, until }, job, answer, longest, signal) => {
      const remaining = until - clock.date();
      if (connecting === undefined || remaining < -skew) return false;
      if (!(await deployIn({ ...connecting, signal }, job.tenantId))) return false;
      const wait = patience.begin(holder, longest);
      const seconds = Math.ceil(Math.max(shortest, Math.min(remaining, wait.longest) + shortest) / 1000);
      const variables = {
        ...{ holder, call, job: job.key, answer: writePassed(answer), answered: false },
        patience: `PT${seconds}S`,
      };
      const began = clock.now();
      try {
        const { variables: result } = await connection.createInstanceWithResult(
          { bpmnProcessId: answerProcessId, tenantId: job.tenantId, variables: JSON.stringify(variables) },
          { timeout: seconds * 1000 + extraTime, signal },
        );
        const isAnswered = (JSON.parse(result) as { readonly answered?: unknown }).answered === true;
        // A holder that is there takes the answer at once, even if its caller is gone.
        wait.end(isAnswered || clock.now() - began < seconds * 1000 - precision ? 'taken' : 'expired');
        return isAnswered;
      } catch (error) {
        wait.end('failed');
        throw error;
      }
    },
  };
};
