import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

/** The functions and tools that an entry exports; types are not among them. */
const exportedNames = (entry: string): readonly string[] =>
  [...readFileSync(entry, 'utf8').matchAll(/^export \{([^}]*)\}/gm)]
    .flatMap((match) => match[1]!.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '));

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((name) => join('src', name))
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(path, 'utf8'));

/** The comment right above a declaration, and the declaration's beginning. */
const documented = (name: string): { readonly comment: string; readonly head: string } | undefined => {
  const declaration = new RegExp(`export (?:const|function) ${name}\\b[^;]*`);
  const source = sources.find((text) => declaration.test(text));
  if (source === undefined) return undefined;
  const { index, 0: head } = declaration.exec(source)!;
  const above = source.slice(0, index).trimEnd();
  return { comment: above.endsWith('*/') ? above.slice(above.lastIndexOf('/**')) : '', head };
};

describe('every function that users import has a docstring', () => {
  const entries = ['src/index.ts', 'src/engine/index.ts', 'src/template/index.ts', 'src/testing/index.ts'];
  const names = entries.flatMap(exportedNames);
  assert.equal(names.length > 30, true, names.join(', '));
  for (const name of names) {
    test(name, () => {
      const found = documented(name);
      assert.equal(found !== undefined, true, 'no declaration');
      const { comment, head } = found!;
      assert.match(comment, /^\/\*\*\s+(\* )?[A-Z]/, 'what it does');
      assert.match(comment, /@example\n/, 'an example');
      const takesNothing = /^export \w+ \w+ = (<[^(]*>)?\(\)/.test(head);
      if (!takesNothing) assert.match(comment, /@param /, 'its parameters');
    });
  }
});
