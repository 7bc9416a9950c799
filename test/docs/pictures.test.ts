/** The pictures of the pages show what the code does and what the example processes are. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import { withoutShortcuts } from '../../scripts/pictures/rooms.ts';
import { drawStates } from '../../scripts/pictures/states.ts';
import { coveragePicture, drawn, drawnCoverage, drawnProcesses, pictureOf } from '../../scripts/pictures.ts';
import { documents } from '../../scripts/readme.ts';
import type { Command } from '../../src/connection/port.ts';
import type { Outcome } from '../../src/connector/types.ts';
import type { Delivery } from '../../src/runtime/shared/delivery.ts';
import { processFile } from '../../src/runtime/subscriptions/durable/subscription-process.ts';

const page = readFileSync('docs/architecture.md', 'utf8');

/** The first Mermaid picture below a heading that begins so. */
const pictureBelow = (heading: string, begin: string): string => {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const pictures = [...section.matchAll(/```mermaid\n([\s\S]*?)\n```/g)].map(([, picture]) => picture!);
  const found = pictures.find((picture) => picture.startsWith(begin));
  assert.ok(found !== undefined, `no ${begin} below ${heading}`);
  return found;
};

/** The words in the text of a line of a sequence diagram. */
const wordsOf = (picture: string, arrow: string): readonly string[] => {
  const line = picture.split('\n').find((text) => text.trim().startsWith(arrow)) ?? '';
  return line
    .slice(line.indexOf(':') + 1)
    .replaceAll('<br>', ' ')
    .split(/[\s,]+|\bor\b/)
    .filter((word) => word !== '')
    .sort();
};

test(`${coveragePicture} shows what the test of the example uses (fix: npm run pictures)`, async () => {
  assert.equal(readFileSync(coveragePicture, 'utf8'), await drawnCoverage());
});

for (const name of drawnProcesses) {
  test(`${pictureOf(name)} shows the process as it is (fix: npm run pictures)`, async () => {
    assert.equal(readFileSync(pictureOf(name), 'utf8'), await drawn(name));
  });
}

test('every picture is shown on a page and has a text for those who do not see it', () => {
  const shown = documents.flatMap((document) =>
    [...readFileSync(document, 'utf8').matchAll(/!\[([^\]]+)\]\(([^)]+)\)/g)].map(([, , path]) => basename(path!)),
  );
  assert.deepEqual([...new Set(shown)].sort(), readdirSync('docs/pictures').sort());
});

test('every drawing belongs to an example process, or to the coverage of one', () => {
  const drawings = readdirSync('docs/pictures').filter((name) => name.endsWith('.svg'));
  const known = [coveragePicture, ...drawnProcesses.map(pictureOf)];
  assert.deepEqual(drawings.sort(), known.map((path) => basename(path)).sort());
});

test('arrows that a longer way implies are left out, all others stay', () => {
  const arrow = (text: string) => ({ from: text.charAt(0), to: text.charAt(1) });
  const reduced = withoutShortcuts(['ab', 'bc', 'cd', 'ac', 'ad', 'bd', 'ae'].map(arrow));
  assert.deepEqual(
    reduced.map(({ from, to }) => from + to),
    ['ab', 'bc', 'cd', 'ae'],
  );
});

test('a state machine is drawn with one arrow for an event that leaves a whole group', () => {
  const machine = {
    off: { on: 'dim', break: 'off' },
    dim: { more: 'bright', off: 'off', cut: 'off' },
    bright: { less: 'dim', off: 'off', cut: 'off', melt: 'dead' },
    dead: {},
  };
  assert.deepEqual(
    drawStates(machine, 'off', { name: 'lit', states: ['dim', 'bright'] })
      .split('\n')
      .slice(2),
    [
      '  [*] --> off',
      '  state lit {',
      '    direction LR',
      '    dim --> bright : more',
      '    bright --> dim : less',
      '  }',
      '  off --> dim : on',
      '  lit --> off : off, cut',
      '  bright --> dead : melt',
    ],
  );
});

// These tables have the keys of the types, or the file does not compile.
const outcomes: Readonly<Record<Outcome['kind'], Command['kind']>> = {
  complete: 'completeJob',
  fail: 'failJob',
  bpmnError: 'throwError',
};
const deliveries: Readonly<Record<Exclude<Delivery['kind'], 'duplicate'>, true>> = {
  accepted: true,
  gone: true,
  superseded: true,
  refused: true,
  expired: true,
  abandoned: true,
};

test('the life of a job names every outcome, its command and what becomes of it', () => {
  const picture = pictureBelow('The life of a job', 'sequenceDiagram');
  assert.deepEqual(wordsOf(picture, 'execute ->> jobs'), Object.keys(outcomes).sort());
  assert.deepEqual(wordsOf(picture, 'send ->> cluster'), Object.values(outcomes).sort());
  assert.deepEqual(wordsOf(picture, 'send ->> jobs'), Object.keys(deliveries).sort());
});

test('the life of a job goes through rooms of the runtime', () => {
  const picture = pictureBelow('The life of a job', 'sequenceDiagram');
  const rooms = [...picture.matchAll(/participant \w+ as (\w+)\//g)].map(([, room]) => room!);
  assert.ok(rooms.length >= 3);
  for (const room of rooms) assert.ok(readdirSync('src/runtime').includes(room), room);
});

test('the life of a subscription names every element of its process and no other', () => {
  const picture = pictureBelow('The life of a subscription', 'sequenceDiagram');
  const elements = [...processFile.content.matchAll(/<bpmn:(?:\w+Event|\w+Task) id="(_\w+)"/g)];
  const named = [...picture.matchAll(/(?<=\s)_\w+/g)].map(([name]) => name);
  assert.deepEqual(
    [...new Set(named)].filter((name) => name !== '_activate_inbound_connector').sort(),
    elements.map(([, id]) => id!).sort(),
  );
});

test('the states of a subscription are those of the code', () => {
  const source = readFileSync('src/runtime/subscriptions/runner.ts', 'utf8');
  const union = /\ntype State =\n([\s\S]*?;)\n\n/.exec(source)?.[1] ?? '';
  const states = [...union.matchAll(/readonly name: '(\w+)'/g)].map(([, name]) => name!);
  assert.ok(states.length >= 5);
  const picture = pictureBelow('The life of a subscription', 'stateDiagram-v2');
  const drawnStates = [...picture.matchAll(/\b(\w+) --> (\w+)/g)].flatMap(([, from, to]) => [from!, to!]);
  assert.deepEqual([...new Set(drawnStates)].sort(), states.sort());
});

test('the table of the states of a stream is that of the picture', () => {
  const section = page.split('\n## The stream of jobs\n')[1]?.split('\n## ')[0] ?? '';
  const rows = [...section.matchAll(/^\| `(\w+)`/gm)].map(([, state]) => state!);
  const arrows = [...section.matchAll(/\b(\w+) --> (\w+)/g)].flatMap(([, from, to]) => [from!, to!]);
  assert.deepEqual([...new Set(arrows)].filter((name) => name !== 'stream').sort(), rows.sort());
});
