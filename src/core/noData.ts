/** What is said, in every place, while a recording gets no data. */
export function noDataText(seconds: number): string {
  return `no data for ${seconds} s, starting bpftrace again`;
}
