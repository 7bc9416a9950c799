/** Workers in other languages, where their tools and packages can be had; otherwise the reason why not. */
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Racer } from '../race.ts';
import { removeAtExit } from '../temporary.ts';
import { goRacer } from './go.ts';
import { javaRacer } from './java.ts';
import { type OtherRacers, reasonOf } from './lines.ts';
import { pythonIds, pythonRacers } from './python.ts';

const compiled: Readonly<
  Record<string, { readonly id: string; readonly prepare: (folder: string) => Promise<Racer> }>
> = {
  'camunda-client-java': { id: 'java', prepare: javaRacer },
  'zeebe/clients/go': { id: 'go', prepare: goRacer },
};

/** The short names of all that can take part. */
export const otherIds: readonly string[] = [...Object.values(compiled).map(({ id }) => id), ...pythonIds];

/** Prepares what is wanted and can be had, in a temporary folder that goes with the process. */
export const otherRacers = async (isWanted: (id: string) => boolean): Promise<OtherRacers> => {
  const folder = await mkdtemp(join(tmpdir(), 'camunda-connectors-others-'));
  removeAtExit(folder);
  const racers: Racer[] = [];
  const notes: string[] = [];
  for (const [name, { id, prepare }] of Object.entries(compiled)) {
    if (!isWanted(id)) continue;
    const place = join(folder, name);
    await mkdir(place, { recursive: true });
    try {
      racers.push(await prepare(place));
    } catch (error) {
      notes.push(`${name} was left out: ${reasonOf(error)}`);
    }
  }
  const python = await pythonRacers(folder, isWanted);
  return { racers: [...racers, ...python.racers], notes: [...notes, ...python.notes] };
};
