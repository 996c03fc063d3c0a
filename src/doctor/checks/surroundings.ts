/** Checks where this runs (the machine itself, a container, WSL) and whose process ids it sees. */
import type { Machine } from '../machine';
import { row, type Row } from '../row';

const PID_NAMESPACE = '/proc/self/ns/pid';
/** PROC_PID_INIT_INO, include/linux/proc_ns.h: the namespace of the machine's first process. */
const INIT_NAMESPACE = 'pid:[4026531836]';

export function checkContainer(machine: Machine): Row {
  const subject = {
    id: 'container',
    title: 'Container or WSL',
    why: 'A container sees only its own files and processes, while samples come from the whole machine.',
  };
  const found = container(machine);
  if (found !== undefined && machine.link(PID_NAMESPACE) === INIT_NAMESPACE) {
    return row(subject, 'note', `This is a container (${found}) with the machine’s process ids.`);
  }
  if (found !== undefined) {
    return row(subject, 'warning', `This is a container (${found}).`, {
      fix: 'Record on the host, or run the container with --privileged --pid=host and /sys/kernel/tracing mounted.',
    });
  }
  if (/microsoft/i.test(machine.read('/proc/version') ?? '')) {
    return row(subject, 'note', 'This is WSL: Windows processes are not visible.', {
      details: ['Without systemd no polkit agent answers here; use sudo in a terminal.'],
    });
  }
  return row(subject, 'ok', 'Neither: this is the machine itself or a full virtual machine.');
}

function container(machine: Machine): string | undefined {
  if (machine.look('/.dockerenv')) return 'docker';
  if (machine.look('/run/.containerenv')) return 'podman';
  // systemd and others write which program made the container: https://systemd.io/CONTAINER_INTERFACE
  const named = machine.read('/run/systemd/container');
  if (named !== undefined && named !== '') return named;
  return /^container=(.+)$/m.exec(
    (machine.read('/proc/1/environ') ?? '').split('\0').join('\n'),
  )?.[1];
}

export function checkPidNamespace(machine: Machine): Row {
  const subject = {
    id: 'pid-namespace',
    title: 'Process ids',
    why: 'The kernel uses the machine’s own process ids; a container has different ids for the same processes.',
  };
  const namespace = machine.link(PID_NAMESPACE);
  if (namespace === undefined) return row(subject, 'unknown', 'The namespace cannot be read.');
  if (namespace === INIT_NAMESPACE) return row(subject, 'ok', 'They are the machine’s own.');
  return row(subject, 'warning', `This is a separate namespace, ${namespace}.`, {
    details: [
      'Recording chosen processes finds none or the wrong ones; names and mappings do not match.',
    ],
    fix: 'Record on the host, or run the container with --pid=host.',
  });
}

export function checkTracefs(machine: Machine): Row {
  const subject = {
    id: 'tracefs',
    title: 'tracefs',
    why: 'bpftrace 0.24 and later read the list of tracepoints there; recording a command and what it starts uses one.',
  };
  const files = ['/sys/kernel/tracing/events', '/sys/kernel/debug/tracing/events'];
  const isMounted = /^tracefs /m.test(machine.read('/proc/mounts') ?? '');
  if (isMounted || files.some((path) => machine.look(path))) return row(subject, 'ok', 'Mounted.');
  return row(subject, 'warning', 'It is not mounted.', {
    fix: 'mount -t tracefs tracefs /sys/kernel/tracing',
  });
}
