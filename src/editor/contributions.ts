/** Ids of everything package.json contributes; a test holds the two against each other. */

export const COMMANDS = {
  start: 'stackCount.start',
  startForProcess: 'stackCount.startForProcess',
  startLoadMonitor: 'stackCount.startLoadMonitor',
  stop: 'stackCount.stop',
  openLog: 'stackCount.openLog',
  showMore: 'stackCount.showMore',
  sortUnusualFirst: 'stackCount.sortUnusualFirst',
  sortBusiestFirst: 'stackCount.sortBusiestFirst',
  showOutput: 'stackCount.showOutput',
  showFlamegraph: 'stackCount.showFlamegraph',
  showOnly: 'stackCount.showOnly',
  narrow: 'stackCount.narrow',
  showAllProcesses: 'stackCount.showAllProcesses',
  openFile: 'stackCount.openFile',
  goToFunction: 'stackCount.goToFunction',
  copyFunctionName: 'stackCount.copyFunctionName',
  copyStack: 'stackCount.copyStack',
  checkMachine: 'stackCount.checkMachine',
  installHelper: 'stackCount.installHelper',
  uninstallHelper: 'stackCount.uninstallHelper',
  openInSpeedscope: 'stackCount.openInSpeedscope',
  refreshSpeedscope: 'stackCount.refreshSpeedscope',
} as const;

export const VIEWS = { processes: 'stackCount.processes' } as const;

/** Types of webview panels; the active one is in the context key `activeWebviewPanelId`, `webviewId` in menus of its page. */
export const PANELS = {
  flamegraph: 'stackCount.flamegraph',
  speedscope: 'stackCount.speedscope',
} as const;

export const SETTINGS = {
  section: 'stackCount',
  keys: [
    'stacks',
    'frequency',
    'reportInterval',
    'outputDirectory',
    'maxDepth',
    'maxStacks',
    'loadMonitor.metric',
    'loadMonitor.threshold',
    'openFlameGraph',
    'ownProcesses',
    'notifyAnomalies',
  ],
} as const;

export type SettingKey = (typeof SETTINGS.keys)[number];

export const CONTEXT_KEYS = {
  busy: 'stackCount.busy',
  hasLog: 'stackCount.hasLog',
  hasStacks: 'stackCount.hasStacks',
  narrowed: 'stackCount.narrowed',
  unusualFirst: 'stackCount.unusualFirst',
} as const;
