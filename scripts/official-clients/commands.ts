/** The commands of Camunda's command line, `c8ctl`, in their order. */
import assert from 'node:assert/strict';

/** Runs `c8ctl` with some words, and returns what it prints. Throws if it exits with an error. */
export type RunCommand = (...words: readonly string[]) => Promise<string>;

const keyIn = (text: string): string => {
  const key = /\b\d{16,}\b/.exec(text)?.[0];
  assert.ok(key !== undefined, `There is no key in: ${text}`);
  return key;
};

/** The first item of a list that was printed as JSON. */
const firstOf = (text: string): Readonly<Record<string, unknown>> => {
  const list = JSON.parse(text) as readonly Readonly<Record<string, unknown>>[];
  assert.ok(list[0] !== undefined, 'The list is empty.');
  return list[0];
};

/**
 * The steps by name. Some of them need what others have done.
 *
 * @param paths the files to deploy
 */
export const commandSteps = (
  run: RunCommand,
  paths: readonly string[],
): Readonly<Record<string, () => Promise<void>>> => {
  const list = async (...words: readonly string[]) => firstOf(await run(...words, '--json'));
  const shows = async (text: RegExp, ...words: readonly string[]): Promise<void> =>
    assert.match(await run(...words), text);
  let order = '';
  const jobKey = async (): Promise<string> =>
    keyIn(JSON.stringify(await list('activate', 'jobs', 'work', '--maxJobsToActivate', '1')));
  return {
    'get topology': () => shows(/"gatewayVersion": "8\./, 'get', 'topology'),
    deploy: async () => {
      for (const path of paths) await shows(/successful/, 'deploy', path);
    },
    'list and search process definitions': async () => {
      await shows(/\border\b/, 'list', 'pd');
      await shows(/\border\b/, 'search', 'pd', '--id', 'ord*');
    },
    'get a process definition': async () => {
      const key = keyIn(await run('search', 'pd', '--id', 'order'));
      await shows(/definitions/, 'get', 'pd', key, '--xml');
    },
    'create an instance': async () => {
      order = keyIn(await run('create', 'pi', '--id', 'order', '--variables', '{"id":"a"}', '--businessId', 'order-7'));
    },
    'list, search and get instances': async () => {
      await shows(new RegExp(order), 'list', 'pi', '--id', 'order', '--state', 'ACTIVE');
      await shows(new RegExp(order), 'search', 'pi', '--businessId', 'order-7');
      await shows(/order/, 'get', 'pi', order, '--variables');
    },
    'search variables': () => shows(/"a"/, 'search', 'variables', '--name', 'id', '--processInstanceKey', order),
    'set variables': async () => {
      await run('set', 'variable', order, '--variables', '{"more":1}');
      await shows(/more/, 'search', 'variables', '--name', 'more');
    },
    'activate, fail, update and complete a job': async () => {
      const key = await jobKey();
      await run('fail', 'job', key, '--retries', '2', '--errorMessage', 'late');
      await run('update', 'job', key, '--retries', '4');
      assert.equal(await jobKey(), key);
      await run('complete', 'job', key, '--variables', '{"done":true}');
    },
    'list and search jobs': async () => {
      await shows(/work/, 'list', 'jobs', '--type', 'work');
      await shows(/COMPLETED/, 'search', 'jobs', '--type', 'work', '--state', 'COMPLETED');
    },
    'correlate a message': async () => {
      await run('correlate', 'msg', 'paid', '--correlationKey', 'a');
      await shows(/COMPLETED/, 'list', 'pi', '--key', order, '--state', 'COMPLETED');
    },
    'publish a message': () =>
      run('publish', 'msg', 'paid', '--correlationKey', 'later', '--timeToLive', '60000').then(() => undefined),
    'await an instance': () => shows(/./, 'await', 'pi', '--id', 'quick', '--variables', '{"a":1}'),
    'list, get and resolve an incident': async () => {
      await run('create', 'pi', '--id', 'order', '--variables', '{"id":"b"}');
      const key = await jobKey();
      await run('fail', 'job', key, '--retries', '0', '--errorMessage', 'broken');
      const incident = keyIn(await run('list', 'inc', '--errorType', 'JOB_NO_RETRIES'));
      await shows(/broken/, 'get', 'inc', incident);
      await run('update', 'job', key, '--retries', '1');
      await run('resolve', 'inc', incident);
    },
    'list, search and complete user tasks': async () => {
      await run('create', 'pi', '--id', 'approval');
      const key = keyIn(await run('list', 'ut', '--state', 'CREATED'));
      await shows(/approve/, 'search', 'ut', '--elementId', 'approve');
      await shows(/components/, 'get', 'form', key, '--userTask');
      await run('complete', 'ut', key, '--variables', '{"ok":true}');
    },
    'cancel an instance': async () => {
      const key = keyIn(await run('create', 'pi', '--id', 'order', '--variables', '{"id":"c"}'));
      await run('cancel', 'pi', key);
      await shows(new RegExp(key), 'list', 'pi', '--key', key, '--state', 'TERMINATED');
    },
    'list and get tenants': async () => {
      await shows(/<default>/, 'list', 'tenants');
      await shows(/Default/, 'get', 'tenant', '<default>');
    },
    run: () => shows(/./, 'run', paths.find((path) => path.endsWith('quick.bpmn'))!).then(() => undefined),
    'refuse what is wrong': async () => {
      await assert.rejects(run('cancel', 'pi', '1'), /404|NOT_FOUND|not found/i);
      await assert.rejects(run('complete', 'job', '1'), /404|NOT_FOUND|not found/i);
    },
  };
};
