/** Serves the page of the flame graph tab on a free port of 127.0.0.1, under the page's own policy. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, extname, join } from 'node:path';
import { REPOSITORY } from '../../scripts/lib/paths.mjs';
import { flamegraphPage } from '../../src/editor/flamegraph/flamegraphPage';
import { readPreferences } from '../../src/flamegraph/drawingPreferences';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.map': 'application/json',
};

export interface PanelServerOptions {
  readonly preferences?: unknown;
  /** Runs in the page before its own script. */
  readonly firstScript?: string;
}

export class PanelServer {
  private constructor(private readonly server: Server) {}

  static async start(options: PanelServerOptions = {}): Promise<PanelServer> {
    const server = createServer(({ url = '/' }, response) => {
      const name = basename(new URL(url, 'http://localhost').pathname);
      if (name === '') send(response, 'text/html', pageHtml(options));
      else if (name === FIRST_SCRIPT) send(response, 'text/javascript', options.firstScript ?? '');
      else sendBuilt(response, name);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new PanelServer(server);
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

const FIRST_SCRIPT = 'first.js';

function pageHtml({ preferences, firstScript }: PanelServerOptions): string {
  const files = { cspSource: "'self'", script: '/flamegraph.js', style: '/flamegraph.css' };
  const html = flamegraphPage(files, readPreferences(preferences));
  if (firstScript === undefined) return html;
  return html.replace(
    /<script (nonce="[^"]+")/,
    (tag, nonce) => `<script ${nonce} src="/${FIRST_SCRIPT}"></script>\n${tag}`,
  );
}

/** Read at every request: a reload shows what was built since. */
function sendBuilt(response: ServerResponse, name: string): void {
  const [path, type] = [join(REPOSITORY, 'dist/webview', name), TYPES[extname(name)]];
  if (type !== undefined && existsSync(path)) send(response, type, readFileSync(path));
  else response.writeHead(404).end();
}

function send(response: ServerResponse, type: string, body: string | Buffer): void {
  response.setHeader('content-type', type);
  response.end(body);
}
