import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { registryProblem, unreachableText } from '../../scripts/installed/registry.ts';

test('a registry that cannot be reached is named, with its reason and what to do', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
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

test('an answer of npm without a code is told as such', () => {
  assert.match(unreachableText('https://registry.test/', 'npm: not found'), /cannot be reached \(no error code\)/);
});
