// Installs bpftrace, the one system package we need, where that takes no password, and checks
// whether this machine can record at all.
import { existsSync } from 'node:fs';
import { capture, findOnPath, isExecutable, withProgress } from './command.mjs';

/** The folders the helper searches: see bpf/helper.sh. */
const PLACES = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin'];

/** @type {[manager: string, ...steps: string[][]][]} */
const MANAGERS = [
  ['apt-get', ['update'], ['install', '--yes', 'bpftrace']],
  ['dnf', ['install', '--assumeyes', 'bpftrace']],
  ['pacman', ['-S', '--noconfirm', '--needed', 'bpftrace']],
  ['zypper', ['--non-interactive', 'install', 'bpftrace']],
  ['apk', ['add', 'bpftrace']],
];

/** A program that ends at once: a machine that runs it can record. */
const TRIAL = 'profile:hz:99 { @ = count(); } BEGIN { exit(); }';

/**
 * Why this machine cannot record, and what to do about it; undefined when it can, as far as can be
 * told without asking for a password.
 *
 * @returns {Promise<string | undefined>}
 */
export async function prepareRecording() {
  if (process.platform !== 'linux')
    return `Recording needs Linux, and this is ${process.platform}.`;
  const root = await wayToRoot();
  const bpftrace = findBpftrace() ?? (await installBpftrace(root));
  if (!bpftrace) return `bpftrace is missing. Install it${byHand()}, then run npm start again.`;
  if (root) return tryBpftrace(root, bpftrace);
  if (!findOnPath('pkexec'))
    return 'Recording needs root, and there is no pkexec to become it. Install polkit, or run npm start as root.';
  if (!existsSync('/sys/kernel/btf/vmlinux'))
    return 'The kernel here has no type information (BTF). Use one built with CONFIG_DEBUG_INFO_BTF.';
  return undefined;
}

/**
 * The words that make a command run as root; undefined when that takes a password.
 *
 * @returns {Promise<string[] | undefined>}
 */
async function wayToRoot() {
  if (process.getuid?.() === 0) return [];
  const sudo = ['sudo', '-n'];
  return (await run(sudo, ['true'])).status === 0 ? sudo : undefined;
}

function findBpftrace() {
  return PLACES.map((folder) => `${folder}/bpftrace`).find(isExecutable);
}

/** @param {string[] | undefined} root */
async function installBpftrace(root) {
  const [manager, ...steps] = packageManager();
  if (!root || !manager) return undefined;
  await withProgress(`Installing bpftrace with ${manager}`, async () => {
    for (const args of steps) {
      const { status, output } = await run(root, [manager, ...args]);
      if (status !== 0) console.error(output.trimEnd());
    }
  });
  return findBpftrace();
}

function packageManager() {
  return MANAGERS.find(([manager]) => findOnPath(manager)) ?? [];
}

function byHand() {
  const [manager, ...steps] = packageManager();
  return manager ? `: sudo ${manager} ${steps.at(-1)?.join(' ')}` : ' with your package manager';
}

/** @param {string[]} root @param {string} bpftrace */
async function tryBpftrace(root, bpftrace) {
  const { status, output } = await run(root, [bpftrace, '-e', TRIAL]);
  if (status === 0) return undefined;
  const words = output.trim().split('\n').at(-1) || `status ${status}`;
  return `bpftrace cannot run here, as is usual in containers. It says: ${words}`;
}

/** @param {string[]} root @param {string[]} command */
function run(root, command) {
  const [file = '', ...args] = [...root, ...command];
  return capture(file, args, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
}
