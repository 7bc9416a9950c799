import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

test('CHANGELOG.md gives a reason for every runtime dependency', () => {
  type Dependencies = Readonly<Record<string, string>>;
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    readonly dependencies: Dependencies;
    readonly optionalDependencies: Dependencies;
  };
  const [, section = ''] = readFileSync('CHANGELOG.md', 'utf8').split('### Dependencies and their purpose');
  const firstCells = [...section.matchAll(/^\| (`[^|]+) \| \S/gm)].map(([, cell]) => cell!);
  const named = firstCells.flatMap((cell) => cell.split(', ')).map((name) => name.replaceAll('`', ''));
  assert.deepEqual(named.sort(), [...Object.keys(dependencies), ...Object.keys(optionalDependencies)].sort());
});
