/** Relative links of all pages, with their anchors, and the pages that source files name. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';

const filesIn = (folder: string, extension: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension) && !name.includes('node_modules'))
    .map((name) => join(folder, name));

const pages: readonly string[] = [
  ...readdirSync('.').filter((name) => name.endsWith('.md')),
  ...['docs', 'bench', 'examples'].flatMap((folder) => filesIn(folder, '.md')),
];

const prose = (markdown: string): string => markdown.replace(/^```[\s\S]*?^```/gm, '');

/** The anchors that GitHub gives to the headings of a page. */
const anchorsOf = (markdown: string): ReadonlySet<string> => {
  const anchors = new Set<string>();
  for (const [, heading] of prose(markdown).matchAll(/^#{1,6} (.+)$/gm)) {
    const slug = heading!
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
};

/** Links of a page that lead nowhere. */
const brokenLinks = (page: string, markdown: string): readonly string[] =>
  [...prose(markdown).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link!)
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : normalize(join(dirname(page), path));
      if (!existsSync(target)) return true;
      if (anchor === undefined) return false;
      return !anchorsOf(target === page ? markdown : readFileSync(target, 'utf8')).has(anchor);
    });

for (const page of pages) {
  test(`${page}: every link leads to a file or heading of the project`, () => {
    assert.deepEqual(brokenLinks(page, readFileSync(page, 'utf8')), []);
  });
}

test('there are pages with links to check', () => {
  assert.ok(pages.includes('README.md') && pages.includes(join('docs', 'README.md')) && pages.length > 15);
});

test('a link to a missing file, page or heading is found', () => {
  const markdown = [
    '# A `title`, and more',
    '## Twice\n## Twice\n[here](#a-title-and-more) [second](#twice-1) [web](https://example.org/#x)',
    '[file](nothing.md) [heading](#twice-2) [elsewhere](CHANGELOG.md#nowhere)',
    '```md\n# Code\n[code](nothing.md)\n```',
    '[not a heading](#code)',
  ].join('\n');
  assert.deepEqual(brokenLinks('README.md', markdown), ['nothing.md', '#twice-2', 'CHANGELOG.md#nowhere', '#code']);
});

for (const file of ['src', 'test', 'examples', 'bench', 'scripts'].flatMap((folder) => filesIn(folder, '.ts'))) {
  const named = [...readFileSync(file, 'utf8').matchAll(/\bdocs\/([\w-]+)\.md(?:#([\w-]+))?/g)];
  if (named.length === 0) continue;
  test(`${file}: the pages that it names exist`, () => {
    const missing = named
      .filter(([, name, anchor]) => {
        const page = join('docs', `${name}.md`);
        return !existsSync(page) || (anchor !== undefined && !anchorsOf(readFileSync(page, 'utf8')).has(anchor));
      })
      .map(([text]) => text);
    assert.deepEqual(missing, []);
  });
}
