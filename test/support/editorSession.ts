/** One editor from its start to its end, around the body of a test. */
import { startCodeServer, type CodeServer, type CodeServerOptions } from './codeServer';
import { openWorkbench, type Workbench } from './workbench';

/**
 * Starts VS Code, opens a window, runs the body, and ends both. When the body fails, the window is
 * kept as a screenshot of that name.
 */
export async function inEditor(
  name: string,
  options: CodeServerOptions,
  body: (workbench: Workbench, server: CodeServer) => Promise<void>,
): Promise<void> {
  const server = await startCodeServer(options);
  try {
    const workbench = await openWorkbench(server.url);
    try {
      await body(workbench, server);
    } catch (error) {
      await workbench.screenshot(`failed ${name}`).catch(() => undefined);
      throw error;
    } finally {
      await workbench.close();
    }
  } finally {
    await server.stop();
  }
}
