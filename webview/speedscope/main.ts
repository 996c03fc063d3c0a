/**
 * The page of the speedscope tab. speedscope itself is unmodified: what VS Code does otherwise is
 * put in its way before it starts, and it is fed as by somebody who drops a file on it.
 */
import type { FromSpeedscopePage, ToSpeedscopePage } from '../../src/messages/speedscopeMessages';
import { drop, fetchProfile, hasWebGl } from './feed';
import { applyHostRestrictions } from './hostRestrictions';
import { showNote, showWithoutWebGl } from './note';
import { followTheme } from './theme';

interface Api {
  postMessage(message: FromSpeedscopePage): void;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): Api;

const { nonce = '', dataset } = document.currentScript as HTMLScriptElement;
const api = acquireVsCodeApi();
const say = (message: FromSpeedscopePage): void => api.postMessage(message);

let started: Promise<void> | undefined;
let latest = '';

/** It draws itself into the page as soon as its script has run. */
function startSpeedscope(): Promise<void> {
  document.body.replaceChildren(document.createElement('div'));
  followTheme();
  applyHostRestrictions(say);
  const script = document.createElement('script');
  script.nonce = nonce;
  script.src = dataset['speedscope'] ?? '';
  return new Promise((resolve, reject) => {
    script.onload = () => resolve();
    script.onerror = () => reject(new Error('speedscope could not be loaded'));
    document.head.append(script);
  });
}

async function show({ uri, state }: ToSpeedscopePage & { type: 'show' }): Promise<void> {
  api.setState(state);
  latest = uri;
  if (!hasWebGl()) return showWithoutWebGl(() => say({ type: 'flamegraph' }));
  try {
    const profile = await fetchProfile(uri);
    await (started ??= startSpeedscope());
    if (latest === uri) drop(profile);
  } catch (error) {
    say({ type: 'failed', reason: String(error) });
  }
}

window.addEventListener('message', ({ data }: MessageEvent<ToSpeedscopePage>) => {
  if (data.type === 'show') void show(data);
  else if (data.type === 'note') showNote(data.text);
});
say({ type: 'ready' });
