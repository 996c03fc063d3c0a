/** A real VS Code, served to a browser on the loopback interface, with the extension under test. */
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  codeServerArguments,
  freePort,
  spawnCodeServer,
  waitUntilServed,
} from '../../scripts/lib/codeServer.mjs';
import { ensureCodeServer } from '../../scripts/lib/codeServerInstall.mjs';
import { testCacheDirectory } from '../../scripts/lib/machine.mjs';
import { atExit } from './atExit';
import { installExtension } from './extensionFolder';
import { commandLine, descendantsOf, identity, isAlive } from './processes';
import { tempDir } from './tempDir';
import type { Command, TestUser } from './testUser';
import { waitFor } from './waitFor';

export type Settings = Readonly<Record<string, unknown>>;

export interface CodeServerOptions {
  /** Folder of the unpacked extension: see extensionFolder.ts. */
  readonly extension: string;
  /** Other unpacked extensions. */
  readonly more?: readonly string[];
  /** Who runs the editor; whoever runs the tests, if not given. */
  readonly user?: TestUser;
  readonly settings?: Settings;
  readonly environment?: Readonly<Record<string, string>>;
  /** false: every folder is untrusted until the person says otherwise. */
  readonly trusted?: boolean;
}

/** Nothing that moves, pops up or asks by itself. */
const QUIET_SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.reduceMotion': 'on',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
};

const ENDS_WITHIN_MS = 5_000;

export async function startCodeServer(options: CodeServerOptions): Promise<CodeServer> {
  const installation = await ensureCodeServer(testCacheDirectory());
  const port = await freePort();
  const home = prepareHome(options);
  const choice = { port, auth: 'none', ...home } as const;
  const trust = options.trusted === false ? [] : ['--disable-workspace-trust'];
  const args = [...codeServerArguments(installation, choice), ...trust];
  const { file, args: words, env } = asUser(installation.node, args, home.root, options);
  const { child, log } = spawnCodeServer(file, [...words], { env, cwd: home.root });
  const server = new CodeServer(child, { log, data: home.data, port });
  await waitUntilServed(`http://127.0.0.1:${port}`, child, log);
  return server;
}

interface Served {
  log(): string;
  readonly data: string;
  readonly port: number;
}

/** A running server. */
export class CodeServer {
  readonly pid: number;
  readonly #port: number;
  /** All that it printed so far. */
  readonly log: () => string;
  readonly #data: string;
  readonly #kill: () => void;

  constructor(child: ChildProcess, { log, data, port }: Served) {
    this.pid = child.pid ?? 0;
    this.log = log;
    this.#port = port;
    this.#data = data;
    this.#kill = atExit(() => killTree(this.pid));
  }

  /** Of a window on that folder; without one, of an empty window. */
  urlOf(folder: string | undefined): string {
    const base = `http://127.0.0.1:${this.#port}/`;
    return folder === undefined ? base : `${base}?folder=${encodeURIComponent(folder)}`;
  }

  /** Of all windows; what was set before, by a test or by VS Code itself, is gone. */
  changeSettings(settings: Settings): void {
    writeSettings(this.#data, settings);
  }

  /** The process the extension runs in; there is one as soon as a window is open. */
  async extensionHostPid(): Promise<number> {
    const isHost = (pid: number) => commandLine(pid).includes('--type=extensionHost');
    const look = () => descendantsOf(this.pid).find(isHost);
    return (await waitFor('an extension host', look, Boolean, { withinMs: 30_000 })) ?? 0;
  }

  /** What an output channel holds, over all windows so far. VS Code shows it from these files. */
  outputChannel(name: string): string {
    const logs = join(this.#data, 'logs');
    const files = readdirSync(logs, { recursive: true, encoding: 'utf8' });
    const isIts = (path: string) => path === `${name}.log` || path.endsWith(`-${name}.log`);
    const its = files.filter((path) => isIts(basename(path))).sort();
    return its.map((path) => readFileSync(join(logs, path), 'utf8')).join('');
  }

  /** As when the machine is shut down: it is asked to end, and its children after it. */
  async stop(): Promise<void> {
    const ours = [this.pid, ...descendantsOf(this.pid)];
    const known = new Set(ours.map(identity));
    process.kill(this.pid, 'SIGTERM');
    const alive = () => ours.filter((pid) => isAlive(pid) && known.has(identity(pid)));
    const patience = { withinMs: ENDS_WITHIN_MS };
    // An extension host that was just being started may outlive its server: no fault of ours.
    const none = ({ length }: number[]) => length === 0;
    await waitFor('VS Code to end', alive, none, patience).catch(async () => {
      for (const pid of alive()) process.kill(pid, 'SIGKILL');
      await waitFor('VS Code to be gone', alive, none);
    });
    this.#kill();
  }
}

interface Home {
  readonly root: string;
  readonly data: string;
  readonly extensions: string;
}

function prepareHome({ extension, more = [], settings = {}, user }: CodeServerOptions): Home {
  const root = tempDir('editor');
  const data = join(root, 'data');
  const extensions = join(root, 'extensions');
  for (const each of [extension, ...more]) installExtension(each, extensions);
  mkdirSync(join(data, 'User'), { recursive: true });
  writeSettings(data, settings);
  user?.own(root);
  return { root, data, extensions };
}

function writeSettings(data: string, settings: Settings): void {
  const all = { ...QUIET_SETTINGS, ...settings };
  writeFileSync(join(data, 'User', 'settings.json'), JSON.stringify(all, null, 2));
}

function asUser(
  file: string,
  args: readonly string[],
  home: string,
  { user, environment = {} }: CodeServerOptions,
): Command {
  if (user) return user.command(file, args, environment);
  const { PATH = '/usr/bin:/bin' } = process.env;
  const env = { HOME: home, PATH, SHELL: '/bin/bash', LANG: 'C.UTF-8', ...environment };
  return { file, args, env };
}

/** By pid, and only what descends from the server we started. */
function killTree(pid: number): void {
  for (const each of [...descendantsOf(pid), pid]) {
    try {
      process.kill(each, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}
