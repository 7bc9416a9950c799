/** `npm run bench`: all figures of one run, interleaved, with medians and spread. */
import { cpus } from 'node:os';
import { engineCases } from './engine.ts';
import { interleave, table } from './measure.ts';
import { observabilityCases } from './observability.ts';
import { runtimeCases } from './runtime.ts';
import { secretsCases } from './secrets.ts';

const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const figures = await interleave({ ...engineCases, ...runtimeCases, ...observabilityCases, ...secretsCases }, rounds);
console.log(`Node ${process.version}, ${cpus().length} cores, ${rounds} interleaved rounds.\n`);
console.log(table('case', 'value', Object.entries(figures)));
