/**
 * Runs all chaos scenarios: `npx tsx scripts/chaos.ts [--short] [path…]`. They do more work under longer faults than in
 * other test runs, which takes minutes; with `--short` as much as there.
 */
const given = process.argv.slice(2);
const short = given.includes('--short');
const paths = given.filter((arg) => arg !== '--short');
process.env.CHAOS = short ? 'short' : 'long';
process.argv.splice(2, given.length, ...(paths.length > 0 ? paths : ['test/chaos']));
await import('./test.ts');
