/** The extension: composition root. It builds the parts and registers them, and does nothing else. */
import { commands, Uri, window, type ExtensionContext } from 'vscode';
import { COMMANDS } from './contributions';
import { EngineClient } from './editor/engineClient';
import { FlamegraphPanels } from './editor/flamegraphPanel';
import { ProcessesView, type MoreNode } from './editor/processesView';
import { RecordingController } from './editor/recordingController';
import { StatusBar } from './editor/statusBar';
import type { Row } from './engine/protocol';

let engine: EngineClient | undefined;

export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel('Stack Count', { log: true });
  engine = new EngineClient(context.asAbsolutePath('dist/engine.js'));
  const view = new ProcessesView(engine);
  const statusBar = new StatusBar();
  const blocks = window.createOutputChannel('Stack Count Load Monitor');
  const controller = new RecordingController(context, engine, view, statusBar, log, blocks);
  const panels = new FlamegraphPanels(
    engine,
    Uri.joinPath(context.extensionUri, 'dist', 'webview'),
  );
  context.subscriptions.push(
    log,
    blocks,
    panels,
    engine,
    view,
    statusBar,
    controller,
    commands.registerCommand(COMMANDS.start, () => controller.start()),
    commands.registerCommand(COMMANDS.startForProcess, (row: Row) => controller.start(row.tgid)),
    commands.registerCommand(COMMANDS.startLoadMonitor, () => controller.startLoadMonitor()),
    commands.registerCommand(COMMANDS.showFlamegraph, (file?: Uri) => panels.show(file?.fsPath)),
    commands.registerCommand(COMMANDS.stop, () => controller.stop()),
    commands.registerCommand(COMMANDS.openLog, () => controller.openLog()),
    commands.registerCommand(COMMANDS.showMore, (node: MoreNode) => view.showMore(node)),
    commands.registerCommand(COMMANDS.showOutput, () => log.show()),
  );
}

/** VS Code waits a few seconds for this: the engine saves the recording meanwhile. */
export function deactivate(): Promise<void> | undefined {
  return engine?.close();
}
