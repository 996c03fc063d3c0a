/** The page of the flame graph tab: everything from the recording comes to it by message. */
import { randomBytes } from 'node:crypto';
import type { DrawingPreferences } from '../../flamegraph/drawingPreferences';

export interface PageFiles {
  /** Where our own files may come from, as a content security policy names it. */
  readonly cspSource: string;
  readonly script: string;
  readonly style: string;
}

/**
 * The toolkit of our controls looks its nonce up in a tag `csp-nonce`.
 * @param preferences how a new tab is drawn; one that comes back after a reload has its own
 */
export function flamegraphPage(
  files: PageFiles,
  { grouping, orientation }: DrawingPreferences,
): string {
  const { cspSource, script, style } = files;
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${nonce}">
<title>Flame Graph</title>
<link rel="stylesheet" href="${style}">
</head>
<body data-grouping="${grouping}" data-orientation="${orientation}">
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
