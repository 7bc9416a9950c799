/** The figures of the embedded engine, in a process of their own. */
import { interleave } from '../measure.ts';
import { machineCases } from './machine.ts';
import { runtimeCases } from './runtime.ts';
import { searchCases } from './searches.ts';

process.on('disconnect', () => process.exit());
process.send?.({
  answer: await interleave({ ...machineCases, ...runtimeCases, ...searchCases }, Number(process.argv[2] ?? 3)),
});
