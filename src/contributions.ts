/** Ids of everything package.json contributes; a test holds the two against each other. */

export const COMMANDS = {
  start: 'stackCount.start',
  startForProcess: 'stackCount.startForProcess',
  startLoadMonitor: 'stackCount.startLoadMonitor',
  stop: 'stackCount.stop',
  openLog: 'stackCount.openLog',
  showMore: 'stackCount.showMore',
  showOutput: 'stackCount.showOutput',
  showFlamegraph: 'stackCount.showFlamegraph',
} as const;

export const VIEWS = { processes: 'stackCount.processes' } as const;

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
  ],
} as const;

export type SettingKey = (typeof SETTINGS.keys)[number];

export const CONTEXT_KEYS = {
  busy: 'stackCount.busy',
  hasLog: 'stackCount.hasLog',
  hasStacks: 'stackCount.hasStacks',
} as const;
