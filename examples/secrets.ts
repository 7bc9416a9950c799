/**
 * Shows where a secret goes: the connector receives it, and nothing that leaves the connector contains it.
 * Try it: SECRET_PASSWORD='correct horse' npx tsx examples/secrets.ts
 */
import { defineOutbound, executeOutbound } from 'camunda-connectors';
import * as v from 'valibot';
import { isStarted } from './support/try.ts';

// #region secrets
export const login = defineOutbound({
  name: 'Login',
  type: 'login',
  input: v.object({ user: v.string(), password: v.string() }),
  run: ({ user, password }, { logger }) => {
    logger.info(`${user} logs in with ${password}`);
    if (password.length < 20) throw new Error(`The server refused "${password}"`);
    return { session: `${user}:${password}` };
  },
});
// #endregion

if (isStarted(import.meta.url)) {
  const run = async (password: string): Promise<void> => {
    const outcome = await executeOutbound(login, { variables: { user: 'ada', password } }, { logger: console });
    console.log(outcome.kind === 'fail' ? `failed, ${outcome.retries} attempts left: ${outcome.message}` : outcome);
  };
  await run('{{secrets.PASSWORD}}');
  await run('{{secrets.PASSWORD}}, battery and staple');
  await run('{{secrets.NOBODY_KNOWS}}');
}
