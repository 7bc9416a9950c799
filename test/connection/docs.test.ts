import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'dotenv';
import { connectionTypes, type SettingName, settings } from '../../src/connection/settings/definitions.ts';
import { parseConfig } from '../../src/connection/settings/environment.ts';
import { understandingOf } from '../../src/connection/settings/understanding.ts';

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
    test(`describes ${name} with all its variables`, () => {
      const row = rows.find((cells) => cells[0] === `\`${name}\``);
      assert.equal(row?.[1], code(variables) || 'none');
      assert.notEqual(row?.[2], '');
      if (typeof fallback === 'string' || typeof fallback === 'number') assert.equal(row?.[3], `\`${fallback}\``);
    });
  }

  for (const [type, { needs, takes }] of Object.entries(connectionTypes)) {
    test(`lists what ${type} needs and takes`, () => {
      const row = rows.find((cells) => cells[0] === `\`${type}\`` && cells.length === 4);
      const variables = (names: readonly SettingName[]): string =>
        code(names.map((name) => settings[name].variables[0] ?? name));
      assert.equal(row?.[2], variables(needs) || 'nothing');
      assert.equal(row?.[3], variables(takes));
    });
  }

  test('has working examples, which give a configuration without a warning', () => {
    const examples = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => parse(match[1]!));
    const isFile = (name: string): boolean => /^SSL_|^CAMUNDA_CLIENT_ASSERTION/.test(name);
    const clusters = examples
      .filter((example) => !Object.hasOwn(example, 'HTTPS_PROXY'))
      .map((example) => ({
        ...Object.fromEntries(Object.entries(example).filter(([name]) => !isFile(name))),
        ...(Object.keys(example).some((name) => name.startsWith('CAMUNDA_CLIENT_ASSERTION'))
          ? { CAMUNDA_CLIENT_SECRET: 'x' }
          : {}),
      }));
    const files = { read: () => '', exists: () => true };
    const configs = clusters.map((example) => parseConfig(example, files));
    assert.deepEqual(
      configs.map(({ type }) => type),
      [
        ...['CAMUNDA_CLOUD', 'INSECURE', 'INSECURE', 'SECURE', 'INSECURE', 'SECURE', 'SECURE', 'SECURE'],
        ...['SECURE', 'SECURE', 'INSECURE', 'INSECURE', 'EMBEDDED'],
      ],
    );
    const warnings = configs.flatMap((config) => understandingOf(config)!.warnings);
    assert.equal(warnings.filter((text) => !text.includes('in plain text')).length, 0, warnings.join('\n'));
    assert.equal(warnings.length, 2);
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
