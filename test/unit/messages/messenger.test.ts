import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Messenger } from '../../../src/messages/messenger';

type Question =
  | { readonly type: 'double'; readonly question: number; readonly value: number }
  | { readonly type: 'name'; readonly question: number };
type Answer =
  | { readonly type: 'double'; readonly question: number; readonly result: number }
  | { readonly type: 'name'; readonly question: number; readonly name: string };

/** A messenger, and the questions that it has sent. */
function makeMessenger(context: TestContext) {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const sent: Question[] = [];
  const options = { name: 'The other side', timeoutMs: 5_000 };
  const messenger = new Messenger<Question, Answer>((question) => sent.push(question), options);
  return { messenger, sent, pass: (ms: number) => context.mock.timers.tick(ms) };
}

const LATE = new Error('The other side has not answered for 5 s.');

test('an answer goes to its question, whatever the order', async (context) => {
  const { messenger, sent } = makeMessenger(context);
  const double = messenger.ask({ type: 'double', value: 4 });
  const name = messenger.ask({ type: 'name' });
  const [first, second] = sent;
  assert.ok(first && second);
  assert.deepEqual(first, { type: 'double', value: 4, question: first.question });
  messenger.receive({ type: 'name', question: second.question, name: 'known' });
  messenger.receive({ type: 'double', question: first.question, result: 8 });
  assert.deepEqual([(await double).result, (await name).name], [8, 'known']);
});

test('an answer may come while the question is being sent', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const messenger: Messenger<Question, Answer> = new Messenger<Question, Answer>(
    ({ question }) => messenger.receive({ type: 'name', question, name: 'at once' }),
    { name: 'The other side', timeoutMs: 5_000 },
  );
  assert.equal((await messenger.ask({ type: 'name' })).name, 'at once');
});

test('an answer to no question is ignored, and so is a second one', async (context) => {
  const { messenger, sent } = makeMessenger(context);
  messenger.receive({ type: 'name', question: 1, name: 'before any question' });
  const asked = messenger.ask({ type: 'name' });
  const question = sent[0]?.question ?? NaN;
  messenger.receive({ type: 'name', question: question + 1, name: 'of another' });
  messenger.receive({ type: 'name', question, name: 'first' });
  messenger.receive({ type: 'name', question, name: 'second' });
  assert.equal((await asked).name, 'first');
});

test('an answer that does not come in time is a rejection, and ignored when it comes', async (context) => {
  const { messenger, sent, pass } = makeMessenger(context);
  const early = messenger.ask({ type: 'name' });
  pass(4_999);
  const late = messenger.ask({ type: 'name' });
  const rejected = Promise.all([
    assert.rejects(early, LATE),
    assert.rejects(late, new Error('gone')),
  ]);
  pass(1);
  messenger.receive({ type: 'name', question: sent[0]?.question ?? NaN, name: 'too late' });
  messenger.close('gone');
  await rejected;
});

test('an answer that has come is not late afterwards', async (context) => {
  const { messenger, sent, pass } = makeMessenger(context);
  const asked = messenger.ask({ type: 'name' });
  pass(4_999);
  messenger.receive({ type: 'name', question: sent[0]?.question ?? NaN, name: 'in time' });
  pass(5_000);
  assert.equal((await asked).name, 'in time');
});

test('when the other side goes all questions are rejected, and its late answers reach no other', async (context) => {
  const { messenger, sent } = makeMessenger(context);
  const before = [messenger.ask({ type: 'name' }), messenger.ask({ type: 'double', value: 1 })];
  const rejected = before.map((asked) => assert.rejects(asked, new Error('It ended.')));
  messenger.close('It ended.');
  await Promise.all(rejected);
  const after = messenger.ask({ type: 'name' });
  for (const { question } of sent.slice(0, 2)) {
    messenger.receive({ type: 'name', question, name: 'of the one before' });
  }
  messenger.receive({ type: 'name', question: sent[2]?.question ?? NaN, name: 'of this one' });
  assert.equal((await after).name, 'of this one');
});

test('a question that cannot be sent is rejected at once', async () => {
  const broken = new Error('the channel is closed');
  const messenger = new Messenger<Question, Answer>(
    () => {
      throw broken;
    },
    { name: 'The other side', timeoutMs: 5_000 },
  );
  await assert.rejects(messenger.ask({ type: 'name' }), broken);
});
