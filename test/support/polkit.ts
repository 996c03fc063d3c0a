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

/** One answer for everything, or one for each action; those of our own exist when it is installed. */
export type Answers = Answer | Readonly<Record<'exec' | 'record' | 'recordOwn', Answer>>;

const ACTIONS = {
  exec: 'org.freedesktop.policykit.exec',
  record: 'io.github.stack-count.record',
  recordOwn: 'io.github.stack-count.record-own',
} as const;

export interface PolkitUser extends TestUser {
  /** Has polkit answer so from now on, and waits until it does. */
  answer(answers: Answers): Promise<void>;
}

/** A new user, for whom polkit answers so when it is asked to let them run /bin/sh as root. */
export async function createPolkitUser(answer: Answer): Promise<PolkitUser> {
  const user = createTestUser();
  await startBusAndPolkit();
  const setAnswer = (next: Answers) => enforce(user, next);
  await setAnswer(answer);
  return Object.assign(user, { answer: setAnswer });
}

async function enforce(user: TestUser, answers: Answers): Promise<void> {
  const each =
    typeof answers === 'string' ? { exec: answers, record: answers, recordOwn: answers } : answers;
  writeRule(user, each);
  const look = () => {
    const { status, stderr } = user.run('/usr/bin/pkexec', ['/bin/sh', '-c', ':']);
    return `${status} ${stderr}`;
  };
  await waitFor(`polkit to answer "${each.exec}"`, look, (seen) => EFFECTS[each.exec].test(seen));
}

function writeRule(user: TestUser, answers: Readonly<Record<keyof typeof ACTIONS, Answer>>): void {
  removeStaleRules();
  const path = join(RULES, `${RULE_PREFIX}${process.pid}.rules`);
  if (!existsSync(path)) atExit(() => rmSync(path, { force: true }));
  writeFileSync(path, ruleText(user.name, answers), { mode: 0o644 });
  // polkitd gives up root, and reads the folder as its owner.
  const { uid, gid } = statSync(RULES);
  chownSync(path, uid, gid);
}

function ruleText(user: string, answers: Readonly<Record<keyof typeof ACTIONS, Answer>>): string {
  const results = Object.entries(ACTIONS).map(([name, id]) => [
    id,
    RESULTS[answers[name as keyof typeof ACTIONS]],
  ]);
  return `// Made by a test of Stack Count, which removes it again.
polkit.addRule(function (action, subject) {
  if (subject.user != "${user}") return undefined;
  var results = ${JSON.stringify(Object.fromEntries(results))};
  var program = action.lookup("program");
  var other = action.id == "${ACTIONS.exec}" && program != "/bin/sh" && program != "/usr/bin/sh";
  return other ? undefined : polkit.Result[results[action.id]];
});
// Whoever is asked for a password gives their own.
polkit.addAdminRule(function (action, subject) {
  return subject.user == "${user}" ? ["unix-user:${user}"] : undefined;
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
