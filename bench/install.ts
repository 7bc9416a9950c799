/** What an installation from the registry takes: megabytes and packages. */
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registryProblem } from '../scripts/installed/registry.ts';
import { runOrThrow } from '../scripts/installed/shell.ts';
import { pack, sizeOf } from '../test/package/support.ts';
import { readable, table } from './measure.ts';
import { removeAtExit } from './temporary.ts';
import { versionOf } from './versions.ts';

/** Packages below `node_modules`, with those that other packages have for themselves. */
const packagesIn = (folder: string): number => {
  const modules = join(folder, 'node_modules');
  const entries = readdirSync(folder).includes('node_modules') ? readdirSync(modules, { withFileTypes: true }) : [];
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .flatMap(({ name }) =>
      name.startsWith('@') ? readdirSync(join(modules, name)).map((inner) => join(name, inner)) : [name],
    )
    .reduce((sum, name) => sum + 1 + packagesIn(join(modules, name)), 0);
};

/** @param tell takes lines about how far it is */
export const installTable = async (tell: (line: string) => void): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'camunda-connectors-install-'));
  removeAtExit(folder);
  const registry = (await runOrThrow(['npm', 'config', 'get', 'registry'], folder)).trim();
  if ((await registryProblem(registry, folder)) !== undefined) return 'Left out: no npm registry answers.';
  const { filename } = await pack();
  const own = { 'camunda-connectors': `file:${filename}` };
  const grpcJs = ['@grpc/grpc-js', '@grpc/proto-loader'];
  const cases: Readonly<Record<string, { readonly dependencies: object; readonly flags: readonly string[] }>> = {
    'camunda-connectors without its optional dependency': { dependencies: own, flags: ['--omit=optional'] },
    'camunda-connectors': { dependencies: own, flags: [] },
    'grpc-js and its loader of proto files': {
      dependencies: Object.fromEntries(grpcJs.map((name) => [name, versionOf(name)])),
      flags: [],
    },
    '@camunda8/sdk': { dependencies: { '@camunda8/sdk': versionOf('@camunda8/sdk') }, flags: [] },
  };
  const rows: string[][] = [];
  for (const [index, [name, { dependencies, flags }]] of Object.entries(cases).entries()) {
    tell(`installing ${name}`);
    const project = join(folder, String(index));
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, dependencies }));
    await runOrThrow(
      ['npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error', ...flags],
      project,
    );
    rows.push([name, readable(sizeOf(join(project, 'node_modules')) / 1e6), String(packagesIn(project))]);
  }
  return table(['what is installed', 'MB of files', 'packages'], rows);
};
