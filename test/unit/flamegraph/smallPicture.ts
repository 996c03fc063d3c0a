/**
 * A picture that is small enough to be read:
 *
 *   all 10
 *   main 7          | exit 2 |
 *   read 4 | write 2         |
 *   READ 3 |                 |
 */
import type { PictureData } from '../../../src/flamegraph/pictureData';

const NAMES = ['all', 'main', 'read', 'READ', 'write', 'exit'];

export const smallPicture: PictureData = {
  orientation: 'icicle',
  functions: NAMES.map((name, i) => [name, i === 4 ? 1 : 0, i === 0 ? 0 : 4] as const),
  modules: ['', '/lib/libc.so'],
  row: [0, 1, 2, 3, 2, 1],
  count: [10, 7, 4, 3, 2, 2],
  function: [0, 1, 2, 3, 4, 5],
  notes: { 5: 'new' },
};
