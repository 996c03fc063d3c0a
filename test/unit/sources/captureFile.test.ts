import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CaptureFormatError, formatEvent, readEvent } from '../../../src/sources/captureFile';
import type { SourceEvent } from '../../../src/ticks/events';

const EVENTS: readonly SourceEvent[] = [
  { kind: 'output', line: '@a[1, 1, 5, , ]: 2' },
  { kind: 'message', line: 'B WARNING: x' },
  { kind: 'load', value: 1.25, at: 12.004 },
  { kind: 'renewal' },
  { kind: 'silence', silence: { missing: 'output', seconds: 5 } },
  { kind: 'silence', silence: { missing: 'samples', seconds: 61 } },
  { kind: 'cpus', change: { gone: [1, 2], back: [] } },
  { kind: 'gone' },
  { kind: 'stop' },
  { kind: 'stop', at: 7059573044104 },
  { kind: 'end', status: 0 },
  { kind: 'end', status: null, at: 7059573044104 },
];

test('every event is read as it was written', () => {
  for (const event of EVENTS) assert.deepEqual(readEvent(formatEvent(event), 2), event);
});

test('a line that is none is refused with its number', () => {
  const odd = [
    'Q',
    'Q sleep 5',
    'Q output x',
    'Q output',
    'C {}',
    'C {"gone":[1],"back":["2"]}',
    'C [',
    'W',
  ];
  for (const line of odd) assert.throws(() => readEvent(line, 17), new RegExp(`line 17`), line);
  assert.throws(() => readEvent('C null', 1), CaptureFormatError);
});
