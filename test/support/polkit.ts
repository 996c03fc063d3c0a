/**
 * A real polkit that answers for the test user as the test says, in place of a person at a
 * password dialog. Only where system tests are allowed.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { atExit } from './atExit';
import { isAlive } from './processes';
import { createTestUser, type TestUser } from './testUser';
import { waitFor } from './waitFor';

const RULES = '/etc/polkit-1/rules.d';
/** First of all rules, so that none of the machine's own answers before it. */
const RULE_PREFIX = '00-stack-count-test-';
const POLKITD = [
  '/usr/lib/polkit-1/polkitd',
  '/usr/libexec/polkitd',
  '/usr/lib/policykit-1/polkitd',
];

/** `ask` wants a password from an agent; the tests have none. */
export type Answer = 'yes' | 'no' | 'ask';

const RESULTS = { yes: 'YES', no: 'NO', ask: 'AUTH_ADMIN' } as const;
/** What pkexec says and ends with for each: the proof that a rule is in force. */
const EFFECTS: Record<Answer, RegExp> = {
  yes: /^0 /,
  no: /^127 .*Not authorized/s,
  ask: /^127 .*(No authentication agent found|authentication agent)/s,
};

export interface PolkitUser extends TestUser {
  /** Has polkit answer so from now on, and waits until it does. */
  answer(answer: Answer): Promise<void>;
}

/** A new user, for whom polkit answers so when it is asked to let them run /bin/sh as root. */
export async function createPolkitUser(answer: Answer): Promise<PolkitUser> {
  const user = createTestUser();
  await startBusAndPolkit();
  const setAnswer = (next: Answer) => enforce(user, next);
  await setAnswer(answer);
  return Object.assign(user, { answer: setAnswer });
}

async function enforce(user: TestUser, answer: Answer): Promise<void> {
  writeRule(user, answer);
  const look = () => {
    const { status, stderr } = user.run('/usr/bin/pkexec', ['/bin/sh', '-c', ':']);
    return `${status} ${stderr}`;
  };
  await waitFor(`polkit to answer "${answer}"`, look, (seen) => EFFECTS[answer].test(seen));
}

function writeRule(user: TestUser, answer: Answer): void {
  removeStaleRules();
  const path = join(RULES, `${RULE_PREFIX}${process.pid}.rules`);
  if (!existsSync(path)) atExit(() => rmSync(path, { force: true }));
  writeFileSync(path, ruleText(user.name, RESULTS[answer]), { mode: 0o644 });
  // polkitd gives up root, and reads the folder as its owner.
  const { uid, gid } = statSync(RULES);
  chownSync(path, uid, gid);
}

function ruleText(user: string, result: string): string {
  return `// Made by a test of Stack Count, which removes it again.
polkit.addRule(function (action, subject) {
  var shell = action.lookup("program") == "/bin/sh" || action.lookup("program") == "/usr/bin/sh";
  var ours = action.id.indexOf("io.github.stack-count.") == 0;
  if (subject.user == "${user}" && (ours || (action.id == "org.freedesktop.policykit.exec" && shell)))
    return polkit.Result.${result};
});
`;
}

/** Rules of test runs that were killed. */
function removeStaleRules(): void {
  for (const name of readdirSync(RULES)) {
    const maker = Number(name.slice(RULE_PREFIX.length).replace('.rules', ''));
    if (name.startsWith(RULE_PREFIX) && !isAlive(maker)) rmSync(join(RULES, name));
  }
}

async function startBusAndPolkit(): Promise<void> {
  if (!busAnswers()) {
    mkdirSync('/run/dbus', { recursive: true });
    startDaemon('dbus-daemon', ['--system', '--nofork', '--nopidfile']);
    await waitFor('the system bus', busAnswers);
  }
  if (polkitAnswers()) return;
  const polkitd = POLKITD.find((path) => existsSync(path));
  if (!polkitd) throw new Error('There is no polkitd here. Run scripts/setup-test-machine.sh.');
  startDaemon(polkitd, ['--no-debug']);
  await waitFor('polkitd on the system bus', polkitAnswers);
}

function startDaemon(file: string, args: readonly string[]): ChildProcess {
  const child = spawn(file, args, { stdio: 'ignore' });
  // The test file may end while the daemon runs.
  child.unref();
  atExit(() => child.kill());
  return child;
}

function busAnswers(): boolean {
  return askBus('GetId') !== undefined;
}

function polkitAnswers(): boolean {
  const owned = askBus('NameHasOwner', 'string:org.freedesktop.PolicyKit1');
  return owned?.includes('boolean true') ?? false;
}

/** Sends to the bus itself. */
function askBus(method: string, ...args: string[]): string | undefined {
  const bus = 'org.freedesktop.DBus';
  const words = ['--system', '--print-reply', `--dest=${bus}`, '/', `${bus}.${method}`, ...args];
  const { status, stdout } = spawnSync('dbus-send', words, { encoding: 'utf8', timeout: 5_000 });
  return status === 0 ? stdout : undefined;
}
