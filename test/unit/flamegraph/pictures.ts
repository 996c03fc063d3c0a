/** Looks into saved pictures, for the tests of everything that writes them. */
import type { PictureData } from '../../../src/flamegraph/pictureData';

const ENTITIES: Record<string, string> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#13;': '\r',
  '&amp;': '&',
};

/** The data that a picture carries for its script. */
export function pictureData(svg: string): PictureData {
  const escaped = /<metadata id="data">([^<]*)<\/metadata>/.exec(svg)?.[1] ?? '';
  const json = escaped.replace(/&\w+;|&#13;/g, (entity) => ENTITIES[entity] ?? entity);
  return JSON.parse(json) as PictureData;
}
