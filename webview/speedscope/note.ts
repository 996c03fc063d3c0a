/** What stands in the page instead of speedscope. */

const NO_WEBGL =
  'speedscope draws with WebGL, which is not available in this window: hardware acceleration may be turned off, or the graphics driver is not supported.';
const OURS = 'The flame graph of Stack Count does not need it and shows the same stacks.';

export function showNote(...texts: string[]): HTMLElement {
  const main = document.createElement('main');
  for (const text of texts) {
    const paragraph = document.createElement('p');
    paragraph.textContent = text;
    main.append(paragraph);
  }
  document.body.replaceChildren(main);
  return main;
}

export function showWithoutWebGl(showFlamegraph: () => void): void {
  const button = document.createElement('button');
  button.textContent = 'Show Flame Graph';
  button.addEventListener('click', showFlamegraph);
  showNote(NO_WEBGL, OURS).append(button);
  button.focus();
}
