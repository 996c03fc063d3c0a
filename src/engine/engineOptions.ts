/**
 * Options of Node for the process of the engine: it shares the machine with what it looks at, and
 * most of what a tick leaves behind is garbage at its end.
 */
export const ENGINE_OPTIONS = ['--max-semi-space-size=4'] as const;
