/** A page with the Camunda 8 Modeler, made from its npm package and served on loopback. */

import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';

/** The served page. */
export interface Site {
  readonly address: string;
  close(): Promise<void>;
}

const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Modeler</title><link rel="icon" href="data:,"><link rel="stylesheet" href="page.css"></head>
<body><div id="canvas"></div><div id="properties"></div><script src="page.js"></script></body>
</html>`;

const mediaTypes: Readonly<Record<string, string>> = { 'page.css': 'text/css', 'page.js': 'text/javascript' };

const serve = (folder: string): Server =>
  createServer((request, response) => {
    const name = basename(new URL(request.url ?? '/', 'http://localhost').pathname);
    const mediaType = mediaTypes[name];
    if (name === '') {
      response.setHeader('content-type', 'text/html; charset=utf-8').end(html);
    } else if (mediaType === undefined) {
      response.writeHead(404).end();
    } else {
      response.setHeader('content-type', `${mediaType}; charset=utf-8`);
      createReadStream(join(folder, name)).pipe(response);
    }
  });

/** If npm installs two copies of preact, the menus would mix them; they need a single copy, as in the real Modeler. */
const preactFolder = (): string => {
  const ui = createRequire(import.meta.url).resolve('@bpmn-io/diagram-js-ui/package.json');
  return dirname(createRequire(ui).resolve('preact/package.json'));
};

/**
 * Bundles the Modeler and serves it.
 *
 * @param folder an empty folder for the bundle, which must exist until the site is closed
 */
export const startSite = async (folder: string): Promise<Site> => {
  await build({
    entryPoints: [join(import.meta.dirname, 'page.js')],
    bundle: true,
    minify: true,
    outdir: folder,
    loader: { '.svg': 'dataurl', '.woff': 'dataurl', '.woff2': 'dataurl', '.ttf': 'dataurl', '.eot': 'empty' },
    alias: { preact: preactFolder() },
    logLevel: 'error',
  });
  const server = serve(folder);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
