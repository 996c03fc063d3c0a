/** One row of the doctor's report: what was checked, what was found, and what to do about it. */

export type RowState =
  /** As it should be. */
  | 'ok'
  /** Worth knowing; nothing is wrong. */
  | 'note'
  /** Recordings work, but show less than they could. */
  | 'warning'
  /** Recordings fail here. */
  | 'problem'
  /** The check could not tell. */
  | 'unknown';

/** Exit codes of the terminal tool: not permitted, no bpftrace, bpftrace fails. */
export type ProblemCode = 3 | 4 | 5;

export interface Row {
  readonly id: string;
  readonly title: string;
  readonly state: RowState;
  /** What was found, in one sentence. */
  readonly finding: string;
  /** Further facts, one sentence each. */
  readonly details: readonly string[];
  /** Why it matters. */
  readonly why: string;
  /** How to fix it; '' when there is nothing to fix. */
  readonly fix: string;
  /** Exit code of a recording that fails for this reason; problems only. */
  readonly exitCode?: ProblemCode;
}

/** What a check is about, whatever it finds. */
export type Subject = Pick<Row, 'id' | 'title' | 'why'>;

type Extra = Partial<Pick<Row, 'details' | 'fix'>>;

export function row(subject: Subject, state: RowState, finding: string, extra: Extra = {}): Row {
  return { ...subject, state, finding, details: extra.details ?? [], fix: extra.fix ?? '' };
}

export function problem(
  subject: Subject,
  exitCode: ProblemCode,
  finding: string,
  extra: Extra = {},
): Row {
  return { ...row(subject, 'problem', finding, extra), exitCode };
}

/** The code of the failure a recording meets first: root, then bpftrace, then what bpftrace needs. */
export function exitCodeOf(rows: readonly Row[]): 0 | ProblemCode {
  const codes = rows.flatMap(({ exitCode }) => (exitCode === undefined ? [] : [exitCode]));
  return codes.length === 0 ? 0 : (Math.min(...codes) as ProblemCode);
}
