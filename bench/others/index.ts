/** Workers in other languages, where their tools and packages can be had; otherwise the reason why not. */
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Racer } from '../race.ts';
import { removeAtExit } from '../temporary.ts';
import { goRacers } from './go.ts';
import { javaRacers } from './java.ts';
import { type OtherRacers, reasonOf } from './lines.ts';
import { pythonRacers } from './python.ts';

const compiled: Readonly<Record<string, (folder: string) => Promise<readonly Racer[]>>> = {
  'camunda-client-java': javaRacers,
  'zeebe/clients/go': goRacers,
};

/** Prepares what can be had, in a temporary folder that goes with the process. */
export const otherRacers = async (): Promise<OtherRacers> => {
  const folder = await mkdtemp(join(tmpdir(), 'camunda-connectors-others-'));
  removeAtExit(folder);
  const racers: Racer[] = [];
  const notes: string[] = [];
  for (const [name, prepare] of Object.entries(compiled)) {
    const place = join(folder, name);
    await mkdir(place, { recursive: true });
    try {
      racers.push(...(await prepare(place)));
    } catch (error) {
      notes.push(`${name} was left out: ${reasonOf(error)}`);
    }
  }
  const python = await pythonRacers(folder);
  return { racers: [...racers, ...python.racers], notes: [...notes, ...python.notes] };
};
