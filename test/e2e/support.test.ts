/** Do the tools of the end-to-end tests themselves work? Tried on an extension made on the spot. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inEditor } from '../support/editorSession';
import { writtenExtension } from '../support/extensionFolder';
import { withoutBrowser } from '../support/machine';
import { isAlive } from '../support/processes';
import { tempDir } from '../support/tempDir';
import { waitFor } from '../support/waitFor';

const MANIFEST = {
  name: 'probe',
  publisher: 'support',
  version: '0.0.1',
  engines: { vscode: '^1.100.0' },
  main: 'main.js',
  contributes: {
    commands: [
      { command: 'probe.ask', category: 'Probe', title: 'Ask Something', icon: '$(play)' },
    ],
    viewsContainers: { activitybar: [{ id: 'probe', title: 'Probe', icon: 'icon.svg' }] },
    views: { probe: [{ id: 'probe.rows', name: 'Rows' }] },
    menus: {
      'view/title': [{ command: 'probe.ask', when: 'view == probe.rows', group: 'navigation' }],
    },
  },
};

const ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><circle r="9"/></svg>';

/** Two roots with a child each, a pick list that reports by notification, a status bar item. */
const MAIN = `
const vscode = require('vscode');
const children = (row) => row ? row.depth ? [] : [{ name: row.name + ' child', depth: 1 }]
  : [{ name: 'alpha', depth: 0 }, { name: 'beta', depth: 0 }];
const item = ({ name, depth }) => Object.assign(new vscode.TreeItem(name, depth ? 0 : 1), {
  description: '10 · 50 %', id: name, iconPath: new vscode.ThemeIcon('warning'),
});
const ask = async () => {
  const items = ['one', 'two', 'three'].map((label) => ({ label, description: 'is ' + label }));
  const picked = await vscode.window.showQuickPick(items, { canPickMany: true, title: 'Pick some' });
  if (!picked) return;
  const text = await vscode.window.showInputBox({ title: 'Say', prompt: 'any word' });
  const said = 'picked ' + picked.map(({ label }) => label) + ' and ' + text;
  const answer = await vscode.window.showWarningMessage(said, 'Fine', 'Not Fine');
  log.info('answered ' + answer);
  await vscode.workspace.openTextDocument({ content: said })
    .then((document) => vscode.window.showTextDocument(document));
};
let log;
exports.activate = ({ subscriptions }) => {
  log = vscode.window.createOutputChannel('Probe', { log: true });
  const provider = { getChildren: children, getTreeItem: item };
  vscode.window.createTreeView('probe.rows', { treeDataProvider: provider });
  const status = vscode.window.createStatusBarItem('probe.status', 1, 100);
  status.text = '$(record) probing';
  status.show();
  subscriptions.push(vscode.commands.registerCommand('probe.ask', ask), status, log);
};`;

const extension = () =>
  writtenExtension({
    'package.json': JSON.stringify(MANIFEST),
    'icon.svg': ICON,
    'main.js': MAIN,
  });

test('drives a real VS Code', { skip: withoutBrowser() }, async () => {
  const options = { extension: extension(), folder: tempDir('workspace') };
  let host = 0;
  await inEditor('support', options, async (workbench, server) => {
    await workbench.showContainer('Probe');
    const view = workbench.treeView('Rows');
    const [child] = await view.expand('alpha');
    assert.deepEqual(child, {
      ...{ name: 'alpha child', description: '10 · 50 %', level: 2, selected: false },
      ...{ ariaLabel: 'alpha child 10 · 50 %', icon: 'warning' },
    });
    await view.click('beta');
    assert.equal((await view.row('beta')).selected, true);
    assert.equal((await view.row('beta')).expanded, true);
    await view.children('beta');
    await view.collapse('alpha');
    assert.equal((await view.rows()).length, 3);
    assert.equal((await workbench.statusBar.item(/probing/)).id, 'support.probe.probe.status');

    await workbench.runCommand('Probe: Ask Something');
    await workbench.quickInput.opened('Pick some');
    await workbench.quickInput.firstItem();
    assert.equal((await workbench.quickInput.items())[1]?.description, 'is two');
    await workbench.quickInput.check('one', /^th/);
    await workbench.screenshot('support pick list');
    await workbench.quickInput.accept();
    await workbench.quickInput.opened('Say');
    await workbench.quickInput.type('hello');
    await workbench.quickInput.accept();
    assert.deepEqual(await workbench.notifications.shows(/^picked/), {
      ...{ message: 'picked one,three and hello', severity: 'warning' },
      buttons: ['Fine', 'Not Fine'],
    });
    await workbench.screenshot('support notification');
    await workbench.notifications.press(/^picked/, 'Not Fine');
    assert.equal((await workbench.tabs.opened('Untitled-1')).active, true);
    await waitFor(
      'the output channel',
      () => server.outputChannel('Probe'),
      (text) => text.includes('answered Not Fine'),
    );

    await view.titleActionShown('Ask Something');
    await view.titleAction('Ask Something');
    await workbench.quickInput.opened('Pick some');
    await workbench.quickInput.dismiss();
    await workbench.offersCommand('Probe: Ask Nothing', false);
    assert.deepEqual(workbench.consoleErrors(), []);
    assert.deepEqual(workbench.cspViolations(), []);
    await workbench.screenshot('support workbench');
    host = await server.extensionHostPid();
    assert.ok(isAlive(host));
  });
  assert.equal(isAlive(host), false, 'the extension host ends with the editor');
});
