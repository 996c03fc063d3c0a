/** Which key does what: in the page, and in the picture when the keyboard is there. */
import type { ArrowKey } from './scene';

export type PageCommand =
  'search' | 'save' | 'pause' | 'functions' | 'neighbours' | 'turn' | 'back';

export type GraphCommand = ArrowKey | 'choose' | 'goTo' | 'copy' | 'menu' | 'home';

const PLAIN_KEYS: Readonly<Record<string, PageCommand>> = {
  '/': 'search',
  p: 'pause',
  t: 'functions',
  c: 'neighbours',
  i: 'turn',
  Escape: 'back',
};

const COMMAND_KEYS: Readonly<Record<string, PageCommand>> = { f: 'search', s: 'save' };

export function pageCommand(event: KeyboardEvent): PageCommand | undefined {
  const { key, ctrlKey, metaKey, altKey } = event;
  // A control took it: Escape that closes a list is no step back.
  if (event.defaultPrevented || altKey) return undefined;
  if (ctrlKey || metaKey) return COMMAND_KEYS[key];
  return isTyping(event) ? undefined : PLAIN_KEYS[key];
}

const GRAPH_COMMAND_KEYS: Readonly<Record<string, GraphCommand>> = { Enter: 'goTo', c: 'copy' };

export function graphCommand(event: KeyboardEvent): GraphCommand | undefined {
  const { key, altKey, shiftKey } = event;
  if (isChord(event)) return altKey || shiftKey ? undefined : GRAPH_COMMAND_KEYS[key];
  if (/^Arrow(Up|Down|Left|Right)$/.test(key)) return key as ArrowKey;
  if (key === 'Enter' || key === ' ') return 'choose';
  if (key === 'Home') return 'home';
  return key === 'ContextMenu' || (key === 'F10' && shiftKey) ? 'menu' : undefined;
}

/** Such a combination is VS Code's, unless it is one that we name. */
export function isChord({ ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return ctrlKey || metaKey || altKey;
}

/** Letters typed into a field are no commands. */
function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
}
