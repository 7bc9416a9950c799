/**
 * Somebody who has the page open, in a process of its own. The arguments are the kind of visitor and the address of the page. `reader` reads
 * what the page reads and as often, and draws nothing; `browser` is Chromium. Greets when the page is open.
 */
import { existsSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { chooseBrowser } from '../../test/template/browser/support/chromium.ts';

const [kind, address = ''] = process.argv.slice(2);

/** As in src/page/data.ts. */
const leastPause = 100;
const idleFactor = 25;
const longestPause = 1_000;

const ask = (url: string, headers: Readonly<Record<string, string>>): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => get(url, { headers }, resolve).on('error', reject));

interface State {
  readonly seq: number;
  readonly processes: readonly { readonly key: string }[];
}

/** Reads something as often as the page does. Calls of `refresh` say that something has happened. */
const follow = async <Value>(
  load: () => Promise<Value>,
): Promise<{ readonly first: Value; readonly refresh: () => void }> => {
  let isStale = false;
  let rest = 0;
  const timed = async (): Promise<Value> => {
    const began = performance.now();
    const value = await load();
    rest = Math.min(longestPause, Math.max(leastPause, (performance.now() - began) * idleFactor));
    return value;
  };
  const first = await timed();
  let isReading = false;
  const refresh = (): void => {
    isStale = true;
    if (isReading) return;
    isReading = true;
    isStale = false;
    void timed().then(() =>
      setTimeout(() => {
        isReading = false;
        if (isStale) refresh();
      }, rest),
    );
  };
  return { first, refresh };
};

/** What the page reads while it shows the processes. */
const read = async (): Promise<void> => {
  const { origin } = new URL(address);
  const entry = await ask(address, {});
  entry.resume();
  const cookie = (entry.headers['set-cookie']?.[0] ?? '').split(';')[0]!;
  const load = async <Value>(path: string): Promise<Value> =>
    JSON.parse(await text(await ask(`${origin}${path}`, { cookie }))) as Value;
  const state = await follow(() => load<State>('/state'));
  const { seq, processes } = state.first;
  const key = processes[0]!.key;
  const views = [`/data/advice?key=${key}`, `/data/instances?process=${key}&count=50`];
  const followed = [state, ...(await Promise.all(views.map((path) => follow(() => load<object>(path)))))];
  const stream = await ask(`${origin}/events?after=${seq}`, { cookie });
  stream.setEncoding('utf8');
  let begun = '';
  stream.on('data', (part: string) => {
    const messages = (begun + part).split('\n\n');
    begun = messages.pop()!;
    for (const message of messages) {
      const data = /^data: (.*)$/m.exec(message)?.[1];
      if (data === undefined) continue;
      JSON.parse(data);
      for (const { refresh } of followed) refresh();
    }
  });
};

const browse = async (): Promise<void> => {
  const chosen = chooseBrowser(process.env, existsSync);
  if (chosen.kind !== 'found') throw new Error(chosen.reason);
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath: chosen.path, args: ['--no-sandbox', '--disable-gpu'] });
  process.once('disconnect', () => void browser.close().finally(() => process.exit(0)));
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  await page.goto(address);
  await page.getByText('live', { exact: true }).waitFor();
  await page.locator('.process .canvas[data-ready]').waitFor();
};

if (kind === 'browser') await browse();
else {
  process.once('disconnect', () => process.exit(0));
  await read();
}
process.send?.({ answer: true });
