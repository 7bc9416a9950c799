import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '../../../src/common/fault.ts';
import { createConnection } from '../../../src/connection/index.ts';

const config = { type: 'INSECURE', hostname: 'localhost' } as const;

const refused: readonly (readonly [what: string, config: unknown, options: unknown, messages: readonly RegExp[]])[] = [
  [
    'a timeout that is text',
    config,
    { timeout: '10' },
    [/options\.timeout: expected a positive number of milliseconds/],
  ],
  ['a timeout of 0', config, { timeout: 0 }, [/options\.timeout: /]],
  ['options that are not an object', config, 10, [/options: expected an object, e\.g\. \{ timeout: 20_000 \}/]],
  ['null as options', config, null, [/options: expected an object/]],
  ['a misspelt option', config, { timeOut: 1 }, [/options\.timeOut: unknown option\. Did you mean timeout\?$/m]],
  [
    'engine options that are not an object',
    { type: 'EMBEDDED' },
    { engine: true },
    [/options\.engine: expected options of the embedded/],
  ],
  ['an address instead of settings', 'localhost:26500', {}, [/type is not set/]],
  [
    'a wrong configuration and wrong options',
    { type: 'SECURE', host: 'h' },
    { timeout: -1 },
    [/options\.timeout: /, /host is not a setting .* Did you mean hostname\?/, /hostname is not set/],
  ],
  ['no type and wrong options', {}, { timeout: -1 }, [/type is not set/, /options\.timeout: /]],
];
for (const [what, given, options, messages] of refused) {
  test(`createConnection refuses ${what}`, () => {
    assert.throws(
      () => createConnection(given as never, options as never),
      (error) => {
        assert.equal(isFault(error, 'configuration'), true, String(error));
        for (const message of messages) assert.match((error as Error).message, message);
        return true;
      },
    );
  });
}
