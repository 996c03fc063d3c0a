/** The commands of the terminal tool. Each returns the exit code. */
import { readMonitorArguments, readRecordArguments } from './arguments';
import { convertFile, readConvertArguments } from './convertFile';
import { CONVERT_HELP, MONITOR_HELP, RECORD_HELP } from './help';
import { print } from './output';
import { runRecording } from './recordingRun';

export async function recordCommand(words: readonly string[]): Promise<number> {
  const options = readRecordArguments(words);
  return options.help ? print(RECORD_HELP) : runRecording(options, 'stack-count record');
}

export async function monitorCommand(words: readonly string[]): Promise<number> {
  const options = readMonitorArguments(words);
  return options.help ? print(MONITOR_HELP) : runRecording(options, 'stack-count monitor');
}

export { doctorCommand } from './doctorCommand';
export { helperCommand } from './helperCommand';

export async function convertCommand(words: readonly string[]): Promise<number> {
  const options = readConvertArguments(words);
  return options === 'help' ? print(CONVERT_HELP) : convertFile(options);
}
