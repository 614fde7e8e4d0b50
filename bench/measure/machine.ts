import { availableParallelism, cpus, totalmem } from 'node:os';

/** What the benchmarks ran on, and when: without it their numbers mean nothing. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memoryGiB = Math.round(totalmem() / 2 ** 30);
  const today = new Date().toISOString().slice(0, 10);
  return `${today}, Node ${process.versions.node}, ${process.platform} ${process.arch}, ${availableParallelism()} cores (${model}), ${memoryGiB} GiB`;
}
