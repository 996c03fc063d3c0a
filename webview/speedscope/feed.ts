/** Gives speedscope a profile: it has no other way in than a file that is dropped on it. */

/** speedscope draws with WebGL alone. */
export function hasWebGl(): boolean {
  const gl = document.createElement('canvas').getContext('webgl');
  // A browser keeps a few contexts only.
  gl?.getExtension('WEBGL_lose_context')?.loseContext();
  return gl !== null;
}

export async function fetchProfile(uri: string): Promise<string> {
  const response = await fetch(uri);
  if (!response.ok) throw new Error(`the stacks could not be read (${response.status})`);
  return response.text();
}

export function drop(profile: string): void {
  const kept = showingProcess(profile);
  const text = profile.replace('"activeProfileIndex":0', `"activeProfileIndex":${kept}`);
  const data = new DataTransfer();
  data.items.add(new File([text], 'stacks.speedscope.json'));
  const event = new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
  document.body.querySelector(':scope > div')?.dispatchEvent(event);
}

/**
 * The profile that is being looked at, by its place in the new document: processes overtake each
 * other. No name can hold this beginning of a profile, as its quotation marks would be escaped.
 */
function showingProcess(profile: string): number {
  const name = shownName();
  if (name === undefined) return 0;
  const heads = profile.matchAll(/\{"type":"sampled","name":("(?:[^"\\]|\\.)*")/g);
  const names = [...heads].map(([, quoted = '""']) => JSON.parse(quoted) as string);
  return Math.max(0, names.indexOf(name));
}

/** From speedscope's toolbar: `node (1234) (2/14)`. */
function shownName(): string | undefined {
  for (const place of document.querySelectorAll('span > span')) {
    if (/^\(\d+\/\d+\)$/.test(place.textContent ?? '')) {
      return place.parentElement?.firstChild?.textContent ?? undefined;
    }
  }
  return undefined;
}
