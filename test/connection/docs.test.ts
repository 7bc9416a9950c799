import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'dotenv';
import { connectionTypes, type SettingName, settings } from '../../src/connection/settings/definitions.ts';
import { parseConfig } from '../../src/connection/settings/environment.ts';

const page = readFileSync('docs/connection.md', 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

describe('docs/connection.md', () => {
  for (const [name, { variables, fallback }] of Object.entries(settings)) {
    test(`describes ${variables[0]}`, () => {
      const row = rows.find((cells) => cells[1] === `\`${name}\``);
      assert.equal(
        row?.[0],
        variables
          .map((variable) => `\`${variable}\``)
          .join(' (or ')
          .concat(variables[1] ? ')' : ''),
      );
      if (typeof fallback === 'string' || typeof fallback === 'number') assert.equal(row?.[3], `\`${fallback}\``);
    });
  }

  for (const [type, { needs, takes }] of Object.entries(connectionTypes)) {
    test(`lists what ${type} needs and takes`, () => {
      const row = rows.find((cells) => cells[0] === `\`${type}\``);
      const variables = (names: readonly SettingName[]): string =>
        code(names.map((name) => settings[name].variables[0]));
      assert.equal(row?.[2], variables(needs) || 'nothing');
      assert.equal(row?.[3], variables(takes));
    });
  }

  test('has a working example of each type', () => {
    const examples = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => parse(match[1]!));
    const withoutFiles = examples.map((example) =>
      Object.fromEntries(Object.entries(example).filter(([name]) => !name.startsWith('SSL_'))),
    );
    const files = { read: () => '', exists: () => true };
    assert.deepEqual(
      withoutFiles.map((example) => parseConfig(example, files).type),
      ['CAMUNDA_CLOUD', 'INSECURE', 'SECURE', 'EMBEDDED'],
    );
  });

  test('lists only errors that exist', () => {
    const sources = readdirSync('src/connection', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join('src/connection', name), 'utf8'))
      .join('\n');
    // A template with a choice stands for two texts.
    const withChoice = (index: 1 | 2): string =>
      sources.replace(/\$\{[^}]* \? '([^']+)' : '([^']+)'\}/g, (...groups: string[]) => groups[index]!);
    const texts = [withChoice(1), withChoice(2)].join('\n');
    const table = page.slice(page.indexOf('| beginning of the text |'));
    const beginnings = [...table.matchAll(/^\| (`The .*?`|`No .*?`) \|/gm)].flatMap(([, cell]) => cell!.split(', `'));
    const named = beginnings.map((cell) => cell.replaceAll('`', ''));
    assert.ok(named.length > 15);
    assert.deepEqual(
      named.filter((text) => !texts.includes(text)),
      [],
    );
  });
});
