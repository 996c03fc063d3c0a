/**
 * npm run panel
 *
 * The page of the flame graph tab in any browser, without an editor and without root: it shows an
 * invented recording that grows each second. Ctrl-C ends it. With `npm run watch` in another
 * terminal, a reload shows what has changed in webview/.
 */
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { THEMES } from '../support/fakeVsCode';
import { PanelServer } from '../support/panelServer';

const entry = fileURLToPath(new URL('page.ts', import.meta.url));
const { outputFiles } = await build({
  entryPoints: [entry],
  bundle: true,
  format: 'iife',
  target: 'es2022',
  write: false,
});
const server = await PanelServer.start({ firstScript: outputFiles[0]?.text ?? '' });
process.once('SIGINT', () => server.close());
console.log(server.address);
for (const theme of Object.keys(THEMES)) console.log(`${server.address}?theme=${theme}`);
