import { fault } from '../../common/fault.ts';
import { createEngine, createTestClock, type EngineEvent } from '../../engine/index.ts';
import { onSignals } from '../../runtime/process-signals.ts';
import { forEachEvent } from '../../testing/recording/read.ts';
import type { TestRecording } from '../../testing/recording/types.ts';
import type { CliContext } from '../command.ts';
import { createAssets } from '../dev/page/assets.ts';
import { createEventStream } from '../dev/page/event-stream.ts';
import { createHistory } from '../dev/page/history/history.ts';
import { createJsonWriter, noSecrets } from '../dev/page/json.ts';
import { openBrowser } from '../dev/page/open-browser.ts';
import { pageQueries } from '../dev/page/page-queries.ts';
import { startPageServer } from '../dev/page/server.ts';
import { exitCodes } from '../exit-codes.ts';

/** Where the recording is, and how to show it. */
export interface ShowOptions {
  readonly file: string;
  /** The port of the page; 0: a free one. */
  readonly port: number;
  /** Whether the page opens in the browser. */
  readonly opens: boolean;
}

const typeOf = (event: EngineEvent): readonly string[] => ('job' in event ? [event.job.type] : []);

/** Resolves with the first signal that ends the process. */
const signalled = (): Promise<void> =>
  new Promise((resolve) => {
    const remove = onSignals({
      stop: () => {
        remove();
        resolve();
      },
      force: () => {},
    });
  });

/**
 * Serves the page of a recording until a signal ends it. An engine has the state at the end of the test, and its clock stands, so
 * that nothing happens any more.
 *
 * @returns the exit code
 * @throws a `configuration` fault if the port is not available
 */
export const showRecording = async (
  { events, ended, failure, snapshot }: TestRecording,
  { file, port, opens }: ShowOptions,
  { print, printError }: CliContext,
): Promise<number> => {
  const engine = await createEngine({ snapshot, clock: createTestClock(ended), warn: printError }).catch(
    (cause: unknown) => {
      throw fault('definition', {
        what: `${file} cannot be shown. An engine cannot continue with its state at the end.`,
        fix: 'name a file as a failed test of this version has left it, or read it as text with --text.',
        cause,
      });
    },
  );
  try {
    let at = ended;
    const history = createHistory({ ...engine, now: () => at });
    forEachEvent(events, file, ({ at: time, event }) => {
      at = time;
      history.add(event);
    });
    at = ended;
    const processes = engine.processes();
    // Nobody knows any more which connectors there were: whatever has a job counts as served.
    const types = new Set(events.flatMap(({ event }) => typeOf(event)));
    const json = createJsonWriter(noSecrets);
    const stream = createEventStream(history, json);
    const queries = pageQueries({
      engine: () => engine,
      history,
      processes: () => processes,
      attempts: () => ({ settled: [] }),
      jobTypes: () => types,
      connectorCount: () => 0,
      clock: () => ({ running: false }),
      canReload: false,
      recording: { name: file, failure },
    });
    const connectors = { '/data/connectors': () => [] };
    const content = {
      asset: createAssets(),
      events: stream,
      queries: { ...queries, ...connectors },
      actions: {},
      json,
    };
    const server = await startPageServer(content, port);
    const end = signalled();
    print(`Page: ${server.address}\nPress Ctrl+C to end.\n`);
    if (opens) {
      openBrowser(server.address, () =>
        printError('Warning: The browser cannot be opened. Fix: copy the address of the page into it.\n'),
      );
    }
    await end;
    await server.stop();
    return exitCodes.done;
  } finally {
    await engine.stop();
  }
};
