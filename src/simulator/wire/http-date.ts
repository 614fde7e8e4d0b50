let lastSecond = Number.NaN;
let lastText = '';

/** An instant as HTTP writes it, `Wed, 15 Jul 2026 14:24:10 GMT`; the newest second is remembered. */
export function httpDate(at: number): string {
  const second = Math.floor(at / 1_000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastText = new Date(second * 1_000).toUTCString();
  }
  return lastText;
}
