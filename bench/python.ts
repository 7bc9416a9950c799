import type { Racer } from './race.ts';
export interface PythonRacers {
  readonly racers: readonly Racer[];
  readonly notes: readonly string[];
  remove(): Promise<void>;
}
export const pythonRacers = async (_tell: (line: string) => void): Promise<PythonRacers> => ({
  racers: [],
  notes: [],
  remove: async () => {},
});
