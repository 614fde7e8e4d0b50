/** Ends this process when the benchmark that started it is gone, however it went. */
export function endWithParent(): void {
  process.on('disconnect', () => process.exit());
}
