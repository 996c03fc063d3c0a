import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BpftraceOutputParser,
  readBuffer,
  type OutputEvent,
} from '../../../src/ticks/bpftraceOutput';

function parse(text: string): OutputEvent[] {
  const parser = new BpftraceOutputParser();
  return text.split('\n').flatMap((line) => parser.push(line) ?? []);
}

test('a process brings its name and its mappings', () => {
  const [event] = parse(`PROCESS 7 99 sh\\x00\\x00
5636423c5000-5636423c6000 r-xp 00001000 fe:00 23    /opt/a b
7f56f7f70000-7f56f7f71000 ---p 00000000 00:00 0 
END 7`);
  assert.deepEqual(event, {
    kind: 'process',
    tgid: 7,
    life: '99',
    name: 'sh',
    maps:
      '5636423c5000-5636423c6000 r-xp 00001000 fe:00 23    /opt/a b\n' +
      '7f56f7f70000-7f56f7f71000 ---p 00000000 00:00 0 ',
  });
});

test('missing stacks are read in the words of every version', () => {
  const entries = parse(`@a[1, 2, 3, , 
7f00
]: 4
@b[1, 2, 3, 
, 
7f00
]: 5
@a[1, 2, 3, , ]: 6
@a[1, 2, 3, ]: 7
@a[1, 2, 3, 
	ffff81 f+1
, ]: 8`);
  const summary = entries.map((event) =>
    event.kind === 'entry' ? [event.entry.slot, event.entry.stack, event.entry.count] : event,
  );
  assert.deepEqual(summary, [
    ['a', ',\n7f00', 4],
    ['b', ', \n7f00', 5],
    ['a', ',', 6],
    ['a', '', 7],
    ['a', '\tffff81 f+1\n,', 8],
  ]);
});

test('a run that dies inside a stack ends with EXIT, not inside the stack', () => {
  const kinds = parse(`TICK a 5
@a[1, 2, 3, 
7f00

EXIT 137`).map(({ kind }) => kind);
  assert.deepEqual(kinds, ['tick', 'exit']);
});

test('a run that dies inside mappings ends with EXIT', () => {
  const kinds = parse(`PROCESS 1 2 x
5636423c5000-5636423c6000 r-xp 0000

EXIT 137
READY 7`).map(({ kind }) => kind);
  assert.deepEqual(kinds, ['exit', 'ready']);
});

/** `7 maps`, of each announcement. */
function announced(text: string): string[] {
  return parse(text).flatMap((event) =>
    event.kind === 'process' ? [`${event.tgid} ${event.maps.replaceAll('\n', ' ')}`] : [],
  );
}

test('another CPU has its turn in the middle of an announcement', () => {
  const text = `PROCESS 7 99 sh
PROCESS 8 99 ls
8a-8b r-xp
END 8
TICK a 5
@a[8, 8, 99,${' '}
7f00
]: 4
TOCK a
7a-7b r-xp
END 7`;
  assert.deepEqual(announced(text), ['8 8a-8b r-xp', '7 7a-7b r-xp']);
  assert.deepEqual(
    parse(text).map(({ kind }) => kind),
    ['process', 'tick', 'entry', 'tock', 'process'],
  );
});

test('mappings that may be those of another process are not believed', () => {
  const text = `PROCESS 7 99 sh
PROCESS 8 99 ls
7a-7b r-xp
END 7
8a-8b r-xp
END 8`;
  assert.deepEqual(announced(text), ['7 ', '8 ']);
});

test('a hostile name stays a name', () => {
  const [event] = parse('PROCESS 1 2 a, b]: 9\\x0a@\\x00\\x00\nEND 1');
  assert.equal(event?.kind === 'process' && event.name, 'a, b]: 9\n@');
});

test('a line that is not ours is reported, not guessed at', () => {
  assert.deepEqual(parse('@c[1]: 2'), [{ kind: 'unread', line: '@c[1]: 2' }]);
});

test('bytes beyond ASCII are UTF-8, damaged ones are replaced', () => {
  assert.equal(readBuffer('w\\xc3\\xb6rk\\x00rest'), 'wörk');
  assert.equal(readBuffer('a\\xff\\x00'), 'a\ufffd');
});
