/**
 * Which key means what, by where the keyboard is. The tab and the saved picture both read this
 * table; each leaves alone the actions that it does not have.
 */

export type ArrowKey = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight';

export type GraphAction = ArrowKey | 'choose' | 'home' | 'out' | 'goTo' | 'copy' | 'menu';
export type PageAction = 'search' | 'save' | 'pause' | 'functions' | 'neighbours' | 'turn' | 'back';
export type FieldAction = 'search' | 'save' | 'endSearch' | 'nextMatch';

interface Actions {
  /** On a rectangle. */
  readonly graph: GraphAction;
  /** Anywhere but in a field. */
  readonly page: PageAction;
  /** Letters typed into a field are no actions. */
  readonly field: FieldAction;
}

const KEYS: { readonly [Where in keyof Actions]: Readonly<Record<string, Actions[Where]>> } = {
  graph: {
    ArrowUp: 'ArrowUp',
    ArrowDown: 'ArrowDown',
    ArrowLeft: 'ArrowLeft',
    ArrowRight: 'ArrowRight',
    Enter: 'choose',
    ' ': 'choose',
    Home: 'home',
    Backspace: 'out',
    'Ctrl+Enter': 'goTo',
    'Ctrl+c': 'copy',
    ContextMenu: 'menu',
    'Shift+F10': 'menu',
  },
  page: {
    '/': 'search',
    'Ctrl+f': 'search',
    'Ctrl+s': 'save',
    p: 'pause',
    t: 'functions',
    c: 'neighbours',
    i: 'turn',
    Escape: 'back',
  },
  field: { 'Ctrl+f': 'search', 'Ctrl+s': 'save', Escape: 'endSearch', Enter: 'nextMatch' },
};

/** The part of a keyboard event that says which key it is. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

export function actionOf<Where extends keyof Actions>(
  press: KeyPress,
  where: Where,
): Actions[Where] | undefined {
  const { key, shiftKey } = press;
  const keys = KEYS[where];
  if (!isChord(press)) return (shiftKey ? keys[`Shift+${key}`] : undefined) ?? keys[key];
  return press.altKey || shiftKey ? undefined : keys[`Ctrl+${key}`];
}

/** Such a combination is the editor's or the browser's, unless it is one that we name. */
export function isChord({ ctrlKey, metaKey, altKey }: KeyPress): boolean {
  return ctrlKey || metaKey || altKey;
}

export function isArrow(action: string): action is ArrowKey {
  return action.startsWith('Arrow');
}
