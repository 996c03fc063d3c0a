/** What the speedscope tab and its page say to each other. The page speaks first. */

/** What VS Code keeps for the page while the window is reloaded. */
export interface SpeedscopeState {
  /** Name of the file that holds what is shown, in the extension's own storage. */
  readonly snapshot: string;
  readonly title: string;
  /** The file of stacks that it was made from; absent: a recording. */
  readonly file?: string;
}

export type ToSpeedscopePage =
  | { readonly type: 'show'; readonly uri: string; readonly state: SpeedscopeState }
  /** There is nothing to show, and why. */
  | { readonly type: 'note'; readonly text: string };

export type FromSpeedscopePage =
  /** The page listens; again each time that VS Code makes it anew. */
  | { readonly type: 'ready' }
  /** Ctrl+S, or speedscope's Export. */
  | { readonly type: 'save' }
  /** Ctrl+O. */
  | { readonly type: 'open' }
  /** speedscope's Import. */
  | { readonly type: 'import' }
  /** The person wants our own flame graph instead. */
  | { readonly type: 'flamegraph' }
  | { readonly type: 'failed'; readonly reason: string };
