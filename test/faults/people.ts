/** Who records in the trials: root, and a user whom polkit lets become root. */
import { join } from 'node:path';
import { packagedExtension } from '../support/extensionFolder';
import { createPolkitUser } from '../support/polkit';
import type { Who } from './trial';

export const ROOT: Who = { name: 'root', cli: {}, own: () => {} };

/** Only where system tests are allowed. */
export async function userThroughPkexec(): Promise<Who> {
  const user = await createPolkitUser('yes');
  const program = join(packagedExtension(), 'dist', 'cli.js');
  return {
    name: 'user',
    cli: { program, as: (file, args) => user.command(file, args) },
    own: (path) => user.own(path),
  };
}
