/** Start Stack Count as a person does: palette, kind of stacks, the process in the picker. */
import { waitFor } from './waitFor';
import type { Workbench } from './workbench';

/** @param pid of the `known` workload */
export async function startStackCount(workbench: Workbench, pid: number): Promise<void> {
  await workbench.runCommand('Stack Count: Start Stack Count');
  await workbench.quickInput.opened('Start Stack Count');
  await workbench.quickInput.pick('User and kernel stacks of some processes…');
  await workbench.quickInput.opened(/processes to record/);
  await workbench.quickInput.type(String(pid));
  const [item] = await waitFor(
    'the known program in the list',
    () => workbench.quickInput.items(),
    (items) => items[0]?.label === 'known',
  );
  // What was chosen last time is ticked already.
  if (!item?.checked) await workbench.quickInput.check('known');
  await workbench.screenshot('process picker');
  await workbench.quickInput.accept();
}
