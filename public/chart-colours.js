// Resolves the colours of the style sheet for a canvas.

const WANTED = {
  line: 'var(--chart-line)',
  area: 'color-mix(in srgb, var(--chart-line) 10%, transparent)',
  limit: 'var(--chart-limit)',
  low: 'var(--chart-low)',
  lowWords: 'var(--warn-ink)',
  cone: 'color-mix(in srgb, var(--chart-cone) 16%, transparent)',
  likely: 'var(--chart-cone)',
  refill: 'var(--chart-refill)',
  refillWords: 'var(--good-ink)',
  exhaustion: 'var(--chart-exhaustion)',
  exhaustionWords: 'var(--bad-ink)',
  failed: 'color-mix(in srgb, var(--chart-failed) 20%, transparent)',
  blocked: 'color-mix(in srgb, var(--chart-blocked) 20%, transparent)',
  unlimited: 'color-mix(in srgb, var(--chart-unlimited) 12%, transparent)',
  gap: 'color-mix(in srgb, var(--chart-gap) 12%, transparent)',
  series0: 'var(--series-0)',
  series1: 'var(--series-1)',
  series2: 'var(--series-2)',
  series3: 'var(--series-3)',
  series4: 'var(--series-4)',
  series5: 'var(--series-5)',
  series6: 'var(--series-6)',
  grid: 'var(--line)',
  now: 'var(--line-strong)',
  words: 'var(--ink-soft)',
  ink: 'var(--ink)',
  surface: 'var(--surface)',
  raised: 'var(--surface-high)',
};

/** Returns the colours in the current theme, as computed for an element. */
export function resolveColours(element) {
  const probe = document.createElement('i');
  element.shadowRoot.append(probe);
  const entries = Object.entries(WANTED).map(([name, colour]) => {
    probe.style.color = colour;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(entries);
}
