/** Where in a connector an error was thrown, in the terminal of `dev`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeIn } from '../../../../src/cli/dev/advice/failure-places.ts';
import { chain, end, process as processFile, serviceTask, start } from '../../../engine/support/bpmn.ts';
import { folderWith, moduleOf, runCommand } from '../../support/running.ts';

const stacks: readonly (readonly [title: string, lines: readonly string[], place: string | undefined])[] = [
  ['a URL', ['at run (file:///shop/lib/price.ts:3:10)'], 'lib/price.ts:3'],
  ['a path', ['at Object.run (/shop/price.ts:12:5)'], 'price.ts:12'],
  ['a function without a name', ['at /shop/price.ts:12:5'], 'price.ts:12'],
  ['an asynchronous one', ['at async file:///shop/price.ts:12:5'], 'price.ts:12'],
  ['a module that was loaded again', ['at run (file:///shop/price.mjs?version=2:7:1)'], 'price.mjs:7'],
  ['a blank in a path', ['at run (file:///shop/my%20shop/price.ts:3:10)'], 'my shop/price.ts:3'],
  ['a place outside of the folder', ['at run (file:///other/price.ts:3:10)'], '/other/price.ts:3'],
  [
    'places of Node.js and of packages come first',
    [
      'at JSON.parse (<anonymous>)',
      'at node:fs:3:1',
      'at get (/shop/node_modules/a/b.js:1:1)',
      'at run (/shop/a.ts:4:2)',
    ],
    'a.ts:4',
  ],
  ['no place', ['at JSON.parse (<anonymous>)'], undefined],
];

for (const [title, lines, place] of stacks) {
  test(`the place of an error in a stack: ${title}`, () => {
    assert.equal(placeIn(['TypeError: x', ...lines.map((line) => `    ${line}`)].join('\n'), '/shop'), place);
  });
}

for (const trace of ['--no-trace', '--trace']) {
  test(`dev names the file and the line of a thrown error once, with ${trace}`, async (t) => {
    const run = `() => {
  const order = undefined;
  return { price: order.price };
}`;
    const folder = folderWith(t, {
      'a.mjs': moduleOf('Price', 'price', run),
      'shop.bpmn': processFile('shop', ...chain(start(), serviceTask('Price', { type: 'price', retries: '2' }), end())),
    });
    const args = ['dev', './a.mjs', '--no-page', '--resource', 'shop.bpmn', '--run', 'shop', trace];
    const program = runCommand(t, args, { folder });
    await program.ended();
    const found = program.output().match(/^Price threw the error at a\.mjs:5$/gm);
    assert.equal(found?.length, 1, program.output());
  });
}
