import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { registryProblem, unreachableText } from '../../scripts/installed/registry.ts';

test('a registry that cannot be reached is named, with its reason and what to do', async (t) => {
  // The port of a client refuses connections, and nobody else can listen on it.
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  t.after(() => {
    client.destroy();
    server.close();
  });
  await once(client, 'connect');
  const port = client.localPort;
  const folder = mkdtempSync(join(tmpdir(), 'camunda-connectors-registry-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const registry = `http://127.0.0.1:${port}/`;
  writeFileSync(join(folder, 'package.json'), '{ "name": "user", "private": true }');
  writeFileSync(join(folder, '.npmrc'), `cache=${join(folder, 'cache')}\n`);
  const problem = await registryProblem(registry, folder);
  assert.match(
    problem ?? '',
    new RegExp(`^==> The npm registry ${registry} cannot be reached \\(ECONNREFUSED\\)\\.$`, 'm'),
  );
  assert.match(problem ?? '', /WITHOUT_REGISTRY=1/);
});

const withoutCode: readonly (readonly [title: string, output: string, code: string | undefined, expected: RegExp])[] = [
  ['the reason of a request', '', 'ECONNREFUSED', /cannot be reached \(ECONNREFUSED\)\.\n {4}npm printed nothing\./],
  [
    'what npm has printed',
    'npm: not found\n',
    undefined,
    /cannot be reached \(no error code\)\.\n {4}npm printed no code, but:\n {6}npm: not found\n {4}The packed/,
  ],
];

for (const [title, output, code, expected] of withoutCode) {
  test(`if npm prints no code, ${title} is shown`, () => {
    assert.match(unreachableText('https://registry.test/', output, code), expected);
  });
}
