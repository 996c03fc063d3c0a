/** The extension: composition root. It builds the parts and registers them, and does nothing else. */
import { commands, Uri, window, type ExtensionContext } from 'vscode';
import { COMMANDS } from '../editor/contributions';
import { EngineClient } from '../editor/recording/engineClient';
import { copy, FlamegraphPanels } from '../editor/flamegraph/flamegraphPanels';
import { goToFunction } from '../editor/flamegraph/goToFunction';
import { askFile } from '../editor/flamegraph/openFile';
import { HelperInstaller } from '../editor/setup/helperInstaller';
import { MachineCheck } from '../editor/setup/machineCheck';
import { ProcessesView, type MoreNode } from '../editor/tree/processesView';
import { RecordingController } from '../editor/recording/recordingController';
import { RecordingWatch } from '../editor/recording/recordingWatch';
import { Snapshots } from '../editor/speedscope/snapshots';
import { SpeedscopePanels } from '../editor/speedscope/speedscopePanel';
import { StatusBar } from '../editor/recording/statusBar';
import { TerminalTool } from '../editor/setup/terminalTool';
import { registerUnusualDecorations } from '../editor/tree/unusualDecorations';
import { UnusualNotifier } from '../editor/tree/unusualNotifier';
import { UnsavedRecordings } from '../editor/recording/unsavedRecordings';
import { workspaceStorage } from '../editor/workspaceStorage';
import type { Row } from '../messages/engineMessages';

/** A row of a frame, or what a menu of the flame graph is about. */
interface NamedFunction {
  readonly name: string;
}

let engine: EngineClient | undefined;

export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel('Stack Count', { log: true });
  engine = new EngineClient(context.asAbsolutePath('dist/engine.js'));
  const recording = new RecordingWatch(engine);
  const view = new ProcessesView(engine, context.workspaceState);
  const statusBar = new StatusBar();
  const blocks = window.createOutputChannel('Stack Count Load Monitor');
  const panels = new FlamegraphPanels(
    engine,
    recording,
    view,
    context.workspaceState,
    context.globalState,
    Uri.joinPath(context.extensionUri, 'dist', 'webview'),
  );
  const controller = new RecordingController(
    context,
    engine,
    recording,
    view,
    statusBar,
    log,
    blocks,
    panels,
  );
  const tool = new TerminalTool(context.asAbsolutePath('dist/cli.js'));
  const machineCheck = new MachineCheck(tool);
  const installer = new HelperInstaller(tool);
  const speedscopes = new SpeedscopePanels(
    engine,
    new Snapshots(workspaceStorage(context, 'speedscope')),
    Uri.joinPath(context.extensionUri, 'dist'),
  );
  context.subscriptions.push(
    log,
    blocks,
    panels,
    speedscopes,
    engine,
    recording,
    view,
    statusBar,
    controller,
    machineCheck,
    new UnusualNotifier(recording, view),
    registerUnusualDecorations(),
    commands.registerCommand(COMMANDS.start, () => controller.start()),
    commands.registerCommand(COMMANDS.startForProcess, (row: Row) => controller.start(row.tgid)),
    commands.registerCommand(COMMANDS.startLoadMonitor, () => controller.startLoadMonitor()),
    commands.registerCommand(COMMANDS.showFlamegraph, (file?: Uri) => panels.show(file?.fsPath)),
    commands.registerCommand(COMMANDS.openInSpeedscope, (file?: Uri) =>
      speedscopes.open(file?.fsPath),
    ),
    commands.registerCommand(COMMANDS.refreshSpeedscope, () => speedscopes.refresh()),
    commands.registerCommand(COMMANDS.stop, () => controller.stop()),
    commands.registerCommand(COMMANDS.openLog, () => controller.openLog()),
    commands.registerCommand(COMMANDS.showMore, (node: MoreNode) => view.showMore(node)),
    commands.registerCommand(COMMANDS.checkMachine, () => machineCheck.show()),
    commands.registerCommand(COMMANDS.installHelper, () => installer.run('install')),
    commands.registerCommand(COMMANDS.uninstallHelper, () => installer.run('uninstall')),
    commands.registerCommand(COMMANDS.sortUnusualFirst, () => view.sort(true)),
    commands.registerCommand(COMMANDS.sortBusiestFirst, () => view.sort(false)),
    commands.registerCommand(COMMANDS.showOutput, () => log.show()),
    commands.registerCommand(COMMANDS.showOnly, (row: Row) => panels.showOnly(row.id)),
    commands.registerCommand(COMMANDS.narrow, () => view.chooseAgain()),
    commands.registerCommand(COMMANDS.showAllProcesses, () => panels.showAllProcesses()),
    commands.registerCommand(COMMANDS.openFile, async () => {
      const file = await askFile();
      if (file !== undefined) await panels.show(file);
    }),
    commands.registerCommand(COMMANDS.goToFunction, (of: NamedFunction) => goToFunction(of.name)),
    commands.registerCommand(COMMANDS.copyFunctionName, (of: NamedFunction) =>
      copy(of.name, 'the name'),
    ),
    commands.registerCommand(COMMANDS.copyStack, (of: { readonly folded: string }) =>
      copy(of.folded, 'the stack as folded text'),
    ),
  );
  context.subscriptions.push(
    new UnsavedRecordings(engine, recording, workspaceStorage(context, 'journals')),
  );
}

/** VS Code waits a few seconds for this: the engine saves the recording meanwhile. */
export function deactivate(): Promise<void> | undefined {
  return engine?.close();
}
