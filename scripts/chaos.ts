/** Runs the chaos tests in their long form: more work, longer faults, all scenarios. Takes minutes. */
process.env.CHAOS = 'long';
process.argv.splice(2, Number.POSITIVE_INFINITY, ...(process.argv.length > 2 ? process.argv.slice(2) : ['test/chaos']));
await import('./test.ts');
