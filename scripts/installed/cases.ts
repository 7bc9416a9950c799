/** What is tried with an installed package. */
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from '../../test/package/cases/bundle.ts';
import { commonTests, moduleTests } from '../../test/package/cases/process-test.ts';
import { commonProgram, expected, moduleProgram } from '../../test/package/cases/program.ts';
import { writeModels } from '../official-clients/files.ts';
import { manifest, type Node, own, writeFiles } from './project.ts';
import { run, runOrThrow } from './shell.ts';

/** Something that works or does not. */
export interface Case {
  readonly name: string;
  /** Throws if it does not work. */
  readonly act: () => Promise<void>;
}

/** Where the projects lie. */
export interface Places {
  /** The project that npm installed, with the tools. */
  readonly project: string;
  /** A folder with no `node_modules` on any path above it. */
  readonly alone: string;
  readonly tarball: string;
}

const wanted = JSON.stringify(expected);

const runProgram = async (command: readonly [string, ...string[]], folder: string): Promise<void> => {
  const { ok, output } = await run(command, folder);
  const last = output.trim().split('\n').at(-1);
  if (!ok || last !== wanted)
    throw new Error(`Expected ${wanted} from ${command.join(' ')}, and it printed:\n${output}`);
};

/** A test that runs the program, for a runner whose test function is global. */
const runnerTest = (program: string): string =>
  `${program.replace(/^main\(\);$/m, '')}
let printed = '';
test('the log connector runs on the embedded engine', async () => {
  const write = process.stdout.write;
  process.stdout.write = (text) => { printed += text; return true; };
  try { await main(); } finally { process.stdout.write = write; }
  expect(JSON.parse(printed.trim().split('\\n').at(-1))).toEqual(${wanted});
}, 60000);
`;

const compilers: readonly (readonly [
  title: string,
  compiler: 'typescript-5.3' | 'typescript-5.9' | 'typescript-7',
  type: 'module' | 'commonjs',
  options: object,
])[] = [
  ['TypeScript 5.3, node16, ES module', 'typescript-5.3', 'module', { module: 'node16' }],
  ['TypeScript 5.3, node16, CommonJS', 'typescript-5.3', 'commonjs', { module: 'node16' }],
  ['TypeScript 5.3, node10', 'typescript-5.3', 'commonjs', { module: 'commonjs', moduleResolution: 'node10' }],
  ['TypeScript 5.9, node16, ES module', 'typescript-5.9', 'module', { module: 'node16' }],
  ['TypeScript 5.9, node16, CommonJS', 'typescript-5.9', 'commonjs', { module: 'node16' }],
  ['TypeScript 5.9, node10', 'typescript-5.9', 'commonjs', { module: 'commonjs', moduleResolution: 'node10' }],
  ['TypeScript 5.9, bundler', 'typescript-5.9', 'module', { module: 'esnext', moduleResolution: 'bundler' }],
  ['TypeScript 7, nodenext, ES module', 'typescript-7', 'module', { module: 'nodenext' }],
  ['TypeScript 7, nodenext, CommonJS', 'typescript-7', 'commonjs', { module: 'nodenext' }],
  ['TypeScript 7, bundler', 'typescript-7', 'module', { module: 'preserve', moduleResolution: 'bundler' }],
];

const typeScriptCases = ({ project }: Places): readonly Case[] =>
  compilers.map(([name, compiler, type, options], index) => ({
    name,
    act: async () => {
      const folder = join(project, `typed-${index}`);
      writeFiles(folder, {
        'package.json': manifest(type),
        'main.ts': moduleProgram,
        'tsconfig.json': JSON.stringify({
          compilerOptions: {
            target: 'es2022',
            lib: ['es2022'],
            types: ['node'],
            strict: true,
            skipLibCheck: true,
            outDir: 'out',
            rootDir: '.',
            ...options,
          },
          files: ['main.ts'],
        }),
      });
      await runOrThrow([process.execPath, join(project, 'node_modules', compiler, 'bin/tsc'), '-p', folder], folder);
      await runProgram([process.execPath, 'out/main.js'], folder);
    },
  }));

const webpackConfig = `const webpack = require('webpack');
webpack({
  mode: 'production',
  target: 'node20',
  context: __dirname,
  entry: './main.mjs',
  output: { path: process.argv[2], filename: 'main.cjs' },
  optimization: { splitChunks: false, runtimeChunk: false },
  module: { parser: { javascript: { dynamicImportMode: 'eager' } } },
  externals: { '@opentelemetry/api': 'commonjs @opentelemetry/api' },
}, (error, stats) => {
  if (error || stats.hasErrors()) {
    console.error(error ?? stats.toString());
    process.exit(1);
  }
});
`;

const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** Bundles are made once; each Node.js runs them. */
const bundleCases = ({ project, alone }: Places, all: readonly Node[]): readonly Case[] => {
  const cjs = join(alone, 'cjs');
  const esm = join(alone, 'esm');
  const packed = join(alone, 'webpack');
  return [
    { name: 'esbuild bundles a CommonJS module', act: async () => void (await bundle('cjs', project, cjs)) },
    { name: 'esbuild bundles an ES module', act: async () => void (await bundle('esm', project, esm)) },
    {
      name: 'webpack bundles one file',
      act: async () => {
        const folder = join(project, 'webpacked');
        writeFiles(folder, {
          'package.json': manifest('commonjs'),
          'main.mjs': moduleProgram,
          'build.cjs': webpackConfig,
        });
        mkdirSync(packed, { recursive: true });
        await runOrThrow([process.execPath, 'build.cjs', packed], folder);
      },
    },
    ...all.flatMap(({ version, path }) => [
      { name: `Node.js ${version} runs the CommonJS bundle alone`, act: () => runProgram([path, 'main.cjs'], cjs) },
      { name: `Node.js ${version} runs the ES bundle alone`, act: () => runProgram([path, 'main.mjs'], esm) },
      { name: `Node.js ${version} runs the webpack bundle alone`, act: () => runProgram([path, 'main.cjs'], packed) },
      {
        name: `Node.js ${version} runs as a single executable application`,
        act: async () => {
          const folder = join(alone, `sea-${version}`);
          const config = { main: 'main.cjs', output: 'main.blob', disableExperimentalSEAWarning: true };
          writeFiles(folder, {
            'sea.json': JSON.stringify(config),
            'main.cjs': readFileSync(join(cjs, 'main.cjs'), 'utf8'),
          });
          await runOrThrow([path, '--experimental-sea-config', 'sea.json'], folder);
          copyFileSync(path, join(folder, 'main'));
          const postject = join(project, 'node_modules/postject/dist/cli.js');
          const blob = ['main', 'NODE_SEA_BLOB', 'main.blob', '--sentinel-fuse', fuse] as const;
          await runOrThrow([process.execPath, postject, ...blob], folder);
          const empty = join(folder, 'empty');
          mkdirSync(empty);
          await runProgram([join(folder, 'main')], empty);
        },
      },
    ]),
  ];
};

const supportsVitest = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 20 || minor >= 19;
};

const runnerCases = ({ project }: Places, { version, path }: Node): readonly Case[] => {
  const jest = join(project, 'node_modules/jest/bin/jest.js');
  const jestConfig = '{ "testEnvironment": "node", "transform": {}, "watchman": false }';
  const cases: Case[] = [
    {
      name: `Node.js ${version}: Jest, CommonJS`,
      act: async () => {
        const folder = join(project, `jest-cjs-${version}`);
        writeFiles(folder, {
          'package.json': manifest('commonjs'),
          'jest.config.json': jestConfig,
          'log.test.js': runnerTest(commonProgram),
          'process.test.js': commonTests,
        });
        await runOrThrow([path, jest, '--rootDir', folder, '--config', 'jest.config.json', '--ci'], folder);
      },
    },
    {
      name: `Node.js ${version}: Jest, ES modules`,
      act: async () => {
        const folder = join(project, `jest-esm-${version}`);
        writeFiles(folder, {
          'package.json': manifest('module'),
          'jest.config.json': jestConfig,
          'log.test.js': runnerTest(moduleProgram),
          'process.test.js': moduleTests('@jest/globals'),
        });
        const args = ['--experimental-vm-modules', jest, '--rootDir', folder, '--config', 'jest.config.json', '--ci'];
        await runOrThrow([path, ...args], folder);
      },
    },
  ];
  if (!supportsVitest(version)) return cases;
  return [
    ...cases,
    {
      name: `Node.js ${version}: Vitest`,
      act: async () => {
        const folder = join(project, `vitest-${version}`);
        const text = runnerTest(moduleProgram);
        writeFiles(folder, {
          'package.json': manifest('module'),
          'log.test.ts': `import { expect, test } from 'vitest';\n// @ts-nocheck\n${text}`,
          'process.test.js': moduleTests('vitest'),
        });
        await runOrThrow([path, join(project, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folder], folder);
      },
    },
  ];
};

const nodeCases = (places: Places, node: Node): readonly Case[] => {
  const { project } = places;
  writeFiles(project, {
    ...{ 'program.mjs': moduleProgram, 'program.cjs': commonProgram, 'program.ts': moduleProgram },
    'process.test.mjs': moduleTests('node:test'),
  });
  return [
    {
      name: `Node.js ${node.version}: process tests with node:test`,
      act: async () => void (await runOrThrow([node.path, '--test', 'process.test.mjs'], project)),
    },
    { name: `Node.js ${node.version}: import`, act: () => runProgram([node.path, 'program.mjs'], project) },
    { name: `Node.js ${node.version}: require`, act: () => runProgram([node.path, 'program.cjs'], project) },
    {
      name: `Node.js ${node.version}: TypeScript through tsx`,
      act: () => runProgram([node.path, '--import', 'tsx', 'program.ts'], project),
    },
    ...runnerCases(places, node),
  ];
};

/** Package managers that lay packages out in other ways: a store of links, and no folder at all. */
const managerCases = ({ project, alone, tarball }: Places, all: readonly Node[], registry: string): readonly Case[] => {
  const files = {
    'package.json': manifest('commonjs', own(tarball)),
    'program.mjs': moduleProgram,
    'program.cjs': commonProgram,
  };
  const pnpm = join(alone, 'pnpm');
  const yarn = join(alone, 'yarn');
  const yarnProgram = join(project, 'node_modules/@yarnpkg/cli-dist/bin/yarn.js');
  return [
    {
      name: 'pnpm installs it',
      act: async () => {
        writeFiles(pnpm, { ...files, '.npmrc': `registry=${registry}\n` });
        const pnpmProgram = join(project, 'node_modules/pnpm/bin/pnpm.cjs');
        await runOrThrow([process.execPath, pnpmProgram, 'install', '--no-optional', '--ignore-scripts'], pnpm);
      },
    },
    {
      name: 'Yarn PnP installs it',
      act: async () => {
        const settings = [
          `npmRegistryServer: "${registry}"`,
          'nodeLinker: pnp',
          'enableGlobalCache: false',
          'enableTelemetry: false',
          'enableScripts: false',
          ...(registry.startsWith('http:') ? [`unsafeHttpWhitelist: ["${new URL(registry).hostname}"]`] : []),
        ];
        writeFiles(yarn, { ...files, '.yarnrc.yml': `${settings.join('\n')}\n`, 'yarn.lock': '' });
        await runOrThrow([process.execPath, yarnProgram, 'install', '--no-immutable'], yarn, { CI: '' });
      },
    },
    ...all.flatMap(({ version, path }) =>
      ['program.mjs', 'program.cjs'].flatMap((file) => [
        { name: `Node.js ${version}: ${file} with pnpm`, act: () => runProgram([path, file], pnpm) },
        {
          name: `Node.js ${version}: ${file} with Yarn PnP`,
          act: () => runProgram([path, '--require', './.pnp.cjs', '--loader', './.pnp.loader.mjs', file], yarn),
        },
      ]),
    ),
  ];
};

/** The package as its users' tools see it. */
const lintCases = ({ tarball }: Places): readonly Case[] => [
  {
    name: 'attw finds no problem with the types',
    act: async () =>
      void (await runOrThrow([process.execPath, 'node_modules/@arethetypeswrong/cli/dist/index.js', tarball], '.')),
  },
  {
    name: 'publint finds no problem with package.json',
    act: async () =>
      void (await runOrThrow([process.execPath, 'node_modules/publint/src/cli.js', tarball, '--strict'], '.')),
  },
];

/** The newest official REST client, with the engine of the package. */
const clientCases = ({ project }: Places, all: readonly Node[]): readonly Case[] =>
  all
    .filter(({ version }) => Number(version.split('.')[0]) >= 24)
    .map(({ version, path }) => ({
      name: `Node.js ${version}: the client @camunda8/orchestration-cluster-api drives the engine`,
      act: async () => {
        const models = writeModels(join(project, 'models'));
        copyFileSync('scripts/official-clients/orchestration-client.mjs', join(project, 'drive.mjs'));
        writeFiles(project, {
          'client.mjs': `import { createCamundaClient } from '@camunda8/orchestration-cluster-api';
import { createEngine, createTestClock } from 'camunda-connectors/engine';
import { drive } from './drive.mjs';
const clock = createTestClock();
clock.run();
const engine = await createEngine({ restPort: 0, clock });
const results = await drive(createCamundaClient, engine.restAddress, ${JSON.stringify(models)});
await engine.stop();
const failed = Object.entries(results).filter(([, failure]) => failure !== null);
if (failed.length > 0) throw new Error(JSON.stringify(failed, null, 2));
process.exit();
`,
        });
        await runOrThrow([path, 'client.mjs'], project);
      },
    }));

/** The commands of the README that start a project. */
const startCases = ({ alone, tarball }: Places): readonly Case[] => [
  {
    name: 'init writes a project that passes its tests and runs its process',
    act: async () => {
      const folder = join(alone, 'my-connectors');
      await runOrThrow(['npx', '--yes', '--package', tarball, 'camunda-connectors', 'init', folder], alone);
      await runOrThrow(['npm', 'install', '--include=dev'], folder);
      await runOrThrow(['npm', 'test'], folder);
      await runOrThrow(['npm', 'run', 'types'], folder);
      const output = await runOrThrow(['npm', 'run', 'try'], folder);
      if (!output.includes('greeting completed with')) throw new Error(`The process did not complete:\n${output}`);
    },
  },
];

/** All cases, in the order in which they run: some need what others made. */
export const allCases = (places: Places, all: readonly Node[], registry: string): readonly Case[] => [
  ...lintCases(places),
  ...startCases(places),
  ...all.flatMap((node) => nodeCases(places, node)),
  ...clientCases(places, all),
  ...typeScriptCases(places),
  ...bundleCases(places, all),
  ...managerCases(places, all, registry),
];
