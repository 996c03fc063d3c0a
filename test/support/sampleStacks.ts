/**
 * A made-up recording that looks like a real one: a web server in node, a database with workers, a
 * build, kernel threads, all kinds of frames, two unusual stacks. The same at every run.
 */
import { FrameTable, type Frame, type FrameKind } from '../../src/core/frame';
import type { CountedStack, ProcessRef } from '../../src/core/stack';

const table = new FrameTable();
const ADDRESSES: Record<FrameKind, string> = {
  kernel: 'ffffffff81000130',
  native: '7f56f87ab24a',
  jit: '3f0412345678',
  unknown: '1',
};

/** `k:vfs_read` is a kernel frame, `n:main@/usr/bin/node`, `j:*handle`, `u:[unknown]`. */
export function frame(text: string): Frame {
  const [, letter, symbol = '', file = ''] = /^(.):([^@]*)@?(.*)$/.exec(text) ?? [];
  const kind = ({ k: 'kernel', n: 'native', j: 'jit' } as const)[letter ?? ''] ?? 'unknown';
  const module = kind === 'kernel' ? '[kernel]' : file;
  return table.intern({ symbol, name: symbol, module, kind });
}

/** Root first, separated by blanks. */
export function stack(process: ProcessRef, tid: number, path: string, count: number): CountedStack {
  const frames = path.split(' ').map(frame).reverse();
  const addresses = frames.map(({ kind }) => ADDRESSES[kind]);
  return { frames, addresses, count, process, tid, label: 0 };
}

export function processRef(tgid: number, name: string): ProcessRef {
  return { key: String(tgid), tgid, name };
}

const NODE = '@/usr/bin/node';
const LIBC = '@/usr/lib/x86_64-linux-gnu/libc.so.6';
const POSTGRES = '@/usr/lib/postgresql/15/bin/postgres';
const SYSCALL = 'k:entry_SYSCALL_64_after_hwframe k:do_syscall_64';

const EVENT_LOOP = `n:_start${NODE} n:__libc_start_main${LIBC} n:main${NODE} n:node::Start${NODE} n:node::SpinEventLoop${NODE} n:uv_run${NODE}`;
const HANDLER = `${EVENT_LOOP} n:uv__io_poll${NODE} n:uv__stream_io${NODE} n:node::http_parser::OnRead${NODE} j:~processTicksAndRejections j:*handleRequest j:*route`;
const BACKEND = `n:main${POSTGRES} n:PostmasterMain${POSTGRES} n:ServerLoop${POSTGRES} n:PostgresMain${POSTGRES} n:exec_simple_query${POSTGRES} n:PortalRun${POSTGRES} n:ExecutorRun${POSTGRES}`;

function nodeStacks(): CountedStack[] {
  const node = processRef(2114, 'node');
  return [
    stack(node, 2114, `${HANDLER} j:*renderPage j:*escapeHtml`, 412),
    stack(node, 2114, `${HANDLER} j:*renderPage j:*template j:*join`, 301),
    stack(node, 2114, `${HANDLER} j:*renderPage`, 120),
    stack(node, 2114, `${HANDLER} j:*queryDatabase n:v8::internal::JsonParser::Parse${NODE}`, 260),
    stack(
      node,
      2114,
      `${HANDLER} j:*queryDatabase n:v8::internal::JsonParser::Parse${NODE} n:v8::internal::Factory::NewString${NODE}`,
      88,
    ),
    stack(
      node,
      2114,
      `${EVENT_LOOP} n:uv__io_poll${NODE} n:epoll_wait${LIBC} ${SYSCALL} k:__x64_sys_epoll_wait k:ep_poll k:schedule_hrtimeout_range k:schedule k:__schedule k:finish_task_switch.isra.0`,
      143,
    ),
    stack(
      node,
      2114,
      `${EVENT_LOOP} n:uv__io_poll${NODE} n:uv__stream_io${NODE} n:uv__write${NODE} n:writev${LIBC} ${SYSCALL} k:__x64_sys_writev k:vfs_writev k:sock_write_iter k:tcp_sendmsg k:tcp_sendmsg_locked k:tcp_push k:__tcp_push_pending_frames k:tcp_write_xmit k:__tcp_transmit_skb k:ip_queue_xmit k:ip_output k:dev_hard_start_xmit`,
      176,
    ),
    stack(
      node,
      2120,
      `n:start_thread${LIBC} n:v8::platform::WorkerThread::Run${NODE} n:v8::internal::ScavengerCollector::JobTask::Run${NODE} n:v8::internal::Scavenger::Process${NODE}`,
      190,
    ),
    {
      ...stack(
        node,
        2120,
        `n:start_thread${LIBC} n:v8::platform::WorkerThread::Run${NODE} n:v8::internal::MarkCompactCollector::MarkLiveObjects${NODE} n:v8::internal::MainMarkingVisitor::VisitPointers${NODE}`,
        96,
      ),
      label: 1,
      reason: '8.3 times its usual rate',
    },
    stack(node, 2121, `n:start_thread${LIBC} u:[unknown] u:[unknown]`, 40),
  ];
}

function databaseStacks(): CountedStack[] {
  return [3301, 3302, 3317].flatMap((tgid, i) => {
    const postgres = processRef(tgid, 'postgres');
    return [
      stack(
        postgres,
        tgid,
        `${BACKEND} n:ExecScan${POSTGRES} n:heap_getnextslot${POSTGRES} n:heapgettup_pagemode${POSTGRES}`,
        210 - 40 * i,
      ),
      stack(
        postgres,
        tgid,
        `${BACKEND} n:ExecHashJoin${POSTGRES} n:ExecScanHashBucket${POSTGRES}`,
        130 + 25 * i,
      ),
      stack(
        postgres,
        tgid,
        `${BACKEND} n:ExecScan${POSTGRES} n:ReadBuffer${POSTGRES} n:pread64${LIBC} ${SYSCALL} k:__x64_sys_pread64 k:vfs_read k:ext4_file_read_iter k:filemap_read k:copy_page_to_iter`,
        95 + 12 * i,
      ),
      stack(
        postgres,
        tgid,
        `${BACKEND} n:ExecSort${POSTGRES} n:tuplesort_performsort${POSTGRES} n:qsort_tuple${POSTGRES} n:comparetup_heap${POSTGRES} n:varstrfastcmp_locale${POSTGRES} n:strcoll_l${LIBC}`,
        60 + 18 * i,
      ),
    ];
  });
}

function buildStacks(): CountedStack[] {
  return Array.from({ length: 14 }, (_, i) => {
    const compiler = processRef(5000 + i, 'cc1plus');
    return stack(
      compiler,
      5000 + i,
      `n:main@/usr/libexec/cc1plus n:toplev::main@/usr/libexec/cc1plus n:compile_file@/usr/libexec/cc1plus n:c_parse_file@/usr/libexec/cc1plus n:cp_parser_declaration@/usr/libexec/cc1plus n:instantiate_template@/usr/libexec/cc1plus`,
      6 + ((i * 7) % 31),
    );
  });
}

export function sampleStacks(): CountedStack[] {
  const worker = processRef(37, 'kworker/1:2');
  const swapper = processRef(81, 'kswapd0');
  return [
    ...nodeStacks(),
    ...databaseStacks(),
    ...buildStacks(),
    stack(
      worker,
      37,
      'k:ret_from_fork k:kthread k:worker_thread k:process_one_work k:wb_workfn k:writeback_sb_inodes k:ext4_writepages',
      71,
    ),
    {
      ...stack(
        swapper,
        81,
        'k:ret_from_fork k:kthread k:kswapd k:balance_pgdat k:shrink_node k:shrink_lruvec',
        58,
      ),
      label: 1,
      reason: 'new: 58 samples in 5 s',
    },
  ];
}
