import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { MappingQuestions } from '../../../src/sources/mappingQuestions';

function questions(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const said: string[] = [];
  return { said, questions: new MappingQuestions((words) => said.push(words)) };
}

test('the lines of an answer are its mappings, and the next process is asked for then', async (t) => {
  const { said, questions: maps } = questions(t);
  const [first, second] = [maps.ask(10), maps.ask(11)];
  assert.deepEqual(said, ['maps 10']);
  maps.see('M 10 400000-401000 r-xp 00000000 fe:00 1 /bin/a');
  maps.see('M 10 401000-402000 r--p 00001000 fe:00 1 /bin/a');
  maps.see('S MAPS 10');
  assert.equal((await first)?.split('\n').length, 2);
  assert.deepEqual(said, ['maps 10', 'maps 11']);
  maps.see('S DENY 11');
  assert.equal(await second, undefined);
});

test('what is sent after an answer was given up is not taken for that of a later question', async (t) => {
  const { said, questions: maps } = questions(t);
  const late = maps.ask(10);
  t.mock.timers.tick(1_000);
  assert.equal(await late, undefined);
  const again = maps.ask(10);
  maps.see('M 10 400000-401000 r-xp 00000000 fe:00 1 /old');
  maps.see('S MAPS 10');
  assert.deepEqual(said, ['maps 10', 'maps 10']);
  maps.see('M 10 500000-501000 r-xp 00000000 fe:00 1 /new');
  maps.see('S MAPS 10');
  assert.equal(await again, '500000-501000 r-xp 00000000 fe:00 1 /new');
});

test('a part of the mappings is no answer, nor is anything once the helper is gone', async (t) => {
  const { said, questions: maps } = questions(t);
  const cut = maps.ask(10);
  maps.see('M 10 400000-401000 r-xp 00000000 fe:00 1 /bin/a');
  maps.close();
  assert.equal(await cut, undefined);
  assert.equal(await maps.ask(11), undefined);
  assert.deepEqual(said, ['maps 10']);
});
