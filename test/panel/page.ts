/** Runs in the page, before its own script: stands in for VS Code, with an invented recording. */
import type { FromPage, ToPage } from '../../src/messages/panelMessages';
import { fakeApi, THEMES, type ThemeClass } from '../support/fakeVsCode';
import { InventedRecording } from './inventedRecording';

interface Page {
  readonly location: { readonly search: string };
  posted(message: FromPage): void;
  dispatchEvent(event: unknown): void;
}

const page = globalThis as unknown as Page;
const recording = new InventedRecording();

function send(data: ToPage): void {
  page.dispatchEvent(new MessageEvent('message', { data }));
}

/** Answered later, as VS Code does: the page does not expect an answer while it asks. */
page.posted = (message) => {
  const answer = recording.answer(message);
  if (answer) queueMicrotask(() => send(answer));
  else console.info('The page asks VS Code for', message);
};

function chosenTheme(): ThemeClass {
  const name = new URLSearchParams(page.location.search).get('theme');
  return name !== null && name in THEMES ? (name as ThemeClass) : 'vscode-dark';
}

const theme = chosenTheme();
fakeApi({ theme, colours: THEMES[theme], state: undefined });
recording.tick();
setInterval(() => send(recording.tick()), 1_000);
