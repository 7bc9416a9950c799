/** The official client, unchanged, on an engine of its own. */
import type { TestContext } from 'node:test';
import { Camunda8 } from '@camunda8/sdk';
import type { Engine, EngineOptions } from '../../../src/engine/index.ts';
import { startEngine } from '../../engine/support/client.ts';

export type SdkClient = ReturnType<Camunda8['getZeebeGrpcApiClient']>;

/** Connects the official client as its users do. Only its pauses are shorter, and it is silent. */
export const connectSdk = (t: TestContext, address: string): SdkClient => {
  const camunda = new Camunda8({
    CAMUNDA_OAUTH_DISABLED: true,
    ZEEBE_GRPC_ADDRESS: `grpc://${address}`,
    CAMUNDA_LOG_LEVEL: 'none',
    zeebeGrpcSettings: {
      ZEEBE_CLIENT_LOG_LEVEL: 'NONE',
      ZEEBE_GRPC_WORKER_POLL_INTERVAL_MS: 10,
      ZEEBE_GRPC_CLIENT_CONNECTION_TOLERANCE_MS: 100,
    },
  });
  const client = camunda.getZeebeGrpcApiClient();
  t.after(async () => {
    // The engine has stopped before, which ends the polls that it held. The client has to see that before it is closed:
    // it drops an open poll without its timer, which would keep the process alive for as long as a poll may last.
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
    await client.close();
  });
  return client;
};

/** An engine with the official client. The engine stops first. */
export const startWithSdk = async (
  t: TestContext,
  options: EngineOptions = {},
): Promise<{ readonly engine: Engine; readonly client: SdkClient }> => {
  const engine = await startEngine(t, options);
  return { engine, client: connectSdk(t, engine.address) };
};
