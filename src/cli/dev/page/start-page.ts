import { fault } from '../../../common/fault.ts';
import { printable } from '../../../common/printable.ts';
import type { Connection } from '../../../connection/port.ts';
import { activationType } from '../../../connector/activation-names.ts';
import { placesOf } from '../deploy.ts';
import type { HostEvent, StartPart } from '../session.ts';
import { eventLine, isAboutCall } from '../webhooks/event-lines.ts';
import { clockActions } from './actions/clock-actions.ts';
import { documentAt } from './actions/documents.ts';
import { engineActions } from './actions/engine-actions.ts';
import { formActions, largestFileBody } from './actions/form-actions.ts';
import { inboundActions } from './actions/inbound-actions.ts';
import { jobActions } from './actions/job-actions.ts';
import { reloadConnectors } from './actions/reload.ts';
import { tryActions } from './actions/try-connector.ts';
import { undoable } from './actions/undoable.ts';
import { versionActions } from './actions/version-actions.ts';
import { createAssets } from './assets.ts';
import { followAttempts } from './attempts.ts';
import type { Actions } from './contract.ts';
import { createEventStream } from './event-stream.ts';
import { createHistory } from './history/history.ts';
import { createSpareTime } from './history/spare-time.ts';
import { createJsonWriter } from './json.ts';
import { openBrowser } from './open-browser.ts';
import { goneText, pageQueries, pageStamps } from './page-queries.ts';
import { connectorRows } from './queries/connectors.ts';
import { messageExample, startExample } from './queries/examples.ts';
import { rememberProcesses } from './remember-processes.ts';
import { startPageServer, usualPort } from './server.ts';
import type { Sources } from './sources.ts';
import { createStepsBack, wentBack } from './steps-back.ts';

/** What the log says about the connectors as a whole. */
const hostLine = (event: HostEvent): { readonly level: 'info' | 'error'; readonly text: string } | undefined => {
  switch (event.kind) {
    case 'connectors:loaded':
      return { level: 'info', text: 'Changed connectors are at work.' };
    case 'connectors:refused':
      return { level: 'error', text: event.problem };
    case 'connectors:stopped':
      return {
        level: 'error',
        text: 'The connectors have stopped. Fix: correct what the terminal names; the next change starts them again.',
      };
    default:
      return undefined;
  }
};

/** A connection to the engine, loaded with the first command: most sessions send none. */
const laterConnection = (port: number): Pick<Connection, 'send' | 'close'> => {
  let opened: Promise<Connection> | undefined;
  const open = async (): Promise<Connection> => {
    const { createConnection } = await import('../../../connection/index.ts');
    return createConnection({ type: 'INSECURE', hostname: '127.0.0.1', port });
  };
  return {
    send: async (...given) => {
      opened ??= open();
      return (await opened).send(...given);
    },
    close: async () => (await opened)?.close(),
  };
};

/** Serves the page of a session: what the engine and the connectors do, and what can be done with them. */
export const startPage: StartPart = async (session) => {
  const { request, context, engine, host, clock } = session;
  // Asked for with each event, so not by way of the engine, which may be replaced.
  const history = createHistory({ ...engine, now: clock?.now ?? Date.now }, createSpareTime());
  engine.on(history.add);
  let hasStopped = false;
  host.on((event) => {
    if (event.kind === 'connectors:loaded') hasStopped = false;
    if (event.kind === 'connectors:stopped') hasStopped = true;
    const about = hostLine(event);
    if (about !== undefined) history.addLine({ at: engine.now(), ...about });
    const line = eventLine(event);
    if (line !== undefined) history.addLine({ at: engine.now(), ...line });
    if (event.kind !== 'line' || isAboutCall(event.text)) return;
    const { level, text } = event;
    // The events of the engine say it as well, at the job and the instance.
    if (text.startsWith('Failed: job ')) return;
    const { jobKey, processInstanceKey } = event;
    history.addLine({
      ...{ at: engine.now(), level, text },
      ...(jobKey === undefined ? {} : { job: jobKey }),
      ...(processInstanceKey === undefined ? {} : { instance: processInstanceKey }),
    });
  });
  const steps = createStepsBack(session, history);
  session.advice.onLine(steps.say);
  session.steps.keepWith(steps.save);
  const json = createJsonWriter(session.secretValues);
  const events = createEventStream(history, json);
  const sources: Sources = {
    engine: () => engine,
    history,
    processes: rememberProcesses(session),
    attempts: followAttempts(session),
    jobTypes: () => {
      const { outbound, inbound } = host.connectors();
      return new Set([...outbound.map(({ type }) => type), ...(inbound.length === 0 ? [] : [activationType])]);
    },
    connectorCount: () => host.connectors().outbound.length + host.connectors().inbound.length,
    connectors: host.connectors,
    inbound: session.inbound,
    clock: () => clock,
    hasStopped: () => hasStopped,
    canReload: host.reload !== undefined,
    advice: session.advice,
  };
  const connection = laterConnection(engine.port);
  const assets = createAssets();
  const server = await startPageServer(
    {
      asset: async (path) => (await documentAt(sources, path)) ?? assets(path),
      stamps: pageStamps(sources),
      gone: goneText(sources),
      largeBodies: { storeDocument: largestFileBody },
      events,
      queries: {
        ...pageQueries(sources),
        '/data/example': (given) => startExample(sources, given.get('key') ?? ''),
        '/data/message-example': (given) => messageExample(sources, given.get('name') ?? ''),
        '/data/steps': steps.list,
        '/data/connectors': () => connectorRows(host.connectors()),
      },
      actions: {
        ...undoable(
          {
            ...engineActions(sources, placesOf(request)[0]!),
            ...jobActions(sources, connection, () => reloadConnectors(session)),
            ...clockActions(sources, clock),
            ...tryActions(sources, placesOf(request)[0]!),
            ...versionActions(sources, session.starts),
            ...formActions(sources),
            ...inboundActions(session),
          },
          steps,
        ),
        stepBack: async ({ id }: Actions['stepBack']) => {
          const step = steps.list().find((each) => each.id === id);
          const said = step && (await steps.goBack(id));
          if (step === undefined || said === undefined) {
            throw fault('rejection', { what: 'This step is gone.', fix: 'choose one of the list.' });
          }
          events.reset();
          context.print(printable(`${wentBack(step.title)}\n`));
          return said;
        },
      },
      json,
    },
    request.pagePort,
    request.pagePort === 0 ? usualPort(context.folder) : undefined,
  );
  return {
    ready: () => {
      context.print(`Page: ${server.address}\n`);
      // In a clone, the page is built on demand: now, before somebody opens it. The request that opens it reports a problem.
      void assets('/').catch(() => {});
      if (!request.opensPage) return;
      openBrowser(server.address, () =>
        context.printError('Warning: The browser cannot be opened. Fix: copy the address of the page into it.\n'),
      );
    },
    stop: async () => {
      await server.stop();
      await connection.close();
    },
  };
};
