/** The page of the flame graph tab: connects the panel with the extension. */
import type { ToPage } from '../../src/messages/panelMessages';
import { Panel } from './panel';
import type { VsCode } from './panelState';

declare function acquireVsCodeApi(): VsCode;

const vscode = acquireVsCodeApi();
const panel = new Panel(vscode);
window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => panel.receive(data));
vscode.postMessage({ type: 'ready' });
