/** Checks the kernel: its release, its type information, and whether it permits BPF at all. */
import type { Machine } from '../machine';
import { problem, row, type Row } from '../row';

const MACHINES = ['x86_64', 'aarch64', 'riscv64'];

export function checkKernel(machine: Machine): Row {
  const subject = {
    id: 'kernel',
    title: 'Kernel',
    why: 'Stacks are counted inside the kernel, through interfaces that older kernels lack.',
  };
  const [release = '', hardware = ''] =
    machine.run('/bin/uname', ['-rm'])?.stdout.trim().split(' ') ?? [];
  if (release === '') return row(subject, 'unknown', 'uname does not report the release.');
  const system = /^PRETTY_NAME="?([^"\n]*)/m.exec(machine.read('/etc/os-release') ?? '')?.[1];
  const finding = `Linux ${release} on ${hardware}${system ? `, ${system}` : ''}.`;
  if (MACHINES.includes(hardware)) return row(subject, 'ok', finding);
  const fix = `Record on one of ${MACHINES.join(', ')}.`;
  return problem(subject, 5, `${finding} This architecture is not supported.`, { fix });
}

export function checkBtf(machine: Machine): Row {
  const subject = {
    id: 'btf',
    title: 'BTF',
    why: 'It describes the kernel’s types, which are needed to follow processes and to read the run queue.',
  };
  const path = '/sys/kernel/btf/vmlinux';
  if (machine.look(path)) return row(subject, 'ok', `${path} exists.`);
  return problem(subject, 5, `${path} is missing.`, {
    fix: 'Use a kernel built with CONFIG_DEBUG_INFO_BTF, as all current distributions ship. In a container, /sys must be mounted.',
  });
}

/** Bits of the capability sets in /proc/<pid>/status: include/uapi/linux/capability.h. */
const NEEDED = [
  { bit: 21n, name: 'CAP_SYS_ADMIN' },
  { bit: 38n, name: 'CAP_PERFMON' },
  { bit: 39n, name: 'CAP_BPF' },
];

export function checkBpf(machine: Machine): Row {
  const subject = {
    id: 'bpf',
    title: 'BPF and lockdown',
    why: 'Under lockdown for confidentiality, or in a container without the capabilities, not even root can read stacks.',
  };
  // `none [integrity] confidentiality`
  const lockdown = /\[(\w+)\]/.exec(machine.read('/sys/kernel/security/lockdown') ?? '')?.[1];
  if (lockdown === 'confidentiality') {
    const fix = 'Boot without lockdown=confidentiality; lockdown=integrity is fine.';
    return problem(subject, 5, 'The kernel is locked down for confidentiality.', { fix });
  }
  const missing = missingCapabilities(machine.read('/proc/self/status') ?? '');
  if (missing.length > 0) {
    const fix = `Give the container ${missing.join(', ')} (docker run --cap-add …).`;
    return problem(subject, 5, `Not even root may use BPF here: ${missing.join(', ')} withheld.`, {
      fix,
    });
  }
  const state = lockdown ? `Lockdown is ${lockdown}` : 'There is no lockdown';
  return row(subject, 'ok', `${state}, and root has the capabilities that BPF needs.`);
}

/** CAP_BPF and CAP_PERFMON exist since Linux 5.8; before, CAP_SYS_ADMIN covers them. */
function missingCapabilities(status: string): string[] {
  const bounding = /^CapBnd:\t([0-9a-f]+)$/m.exec(status)?.[1];
  if (bounding === undefined) return [];
  const set = BigInt(`0x${bounding}`);
  const has = ({ bit }: { bit: bigint }): boolean => ((set >> bit) & 1n) === 1n;
  const known = set >> 38n === 0n && has({ bit: 21n }) ? NEEDED.slice(0, 1) : NEEDED;
  return known.filter((each) => !has(each)).map(({ name }) => name);
}

export function checkKernelSymbols(machine: Machine): Row {
  const subject = {
    id: 'kernel-symbols',
    title: 'Kernel symbols',
    why: 'Kernel functions get their names from /proc/kallsyms, whose addresses kptr_restrict can hide.',
  };
  const value = machine.read('/proc/sys/kernel/kptr_restrict');
  if (value === undefined) return row(subject, 'unknown', 'kptr_restrict cannot be read.');
  const finding = `kernel.kptr_restrict is ${value}.`;
  if (value !== '2') return row(subject, 'ok', `${finding} Root sees the names.`);
  const fix = 'sysctl kernel.kptr_restrict=1';
  return row(subject, 'warning', `${finding} Kernel functions may have no names.`, { fix });
}
