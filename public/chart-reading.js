// Shows the values of a chart at the pointer or by the arrow keys, and zooms in to a dragged range.

import { formatTime } from './settings.js';

/** Minimum length of a drag, in pixels; a shorter one is a click. */
const LEAST_DRAG = 8;
/** Maximum length of a name in the reading of a cell, in characters. */
const LONGEST_NAME = 24;
/** Number of arrow key steps from one end of the chart to the other. */
const KEY_STEPS = 120;

const UNKNOWN = { failed: 'no answer', blocked: 'blocked', unlimited: 'no limit', gap: 'not observed' };

/**
 * Handles the pointer and the arrow keys of a chart. Values read by keys go to `output`, for screen readers.
 */
export function followPointer(chart, output) {
  const { canvas } = chart;
  const state = { x: undefined, dragFrom: undefined };
  chart.pointer = state;

  canvas.addEventListener('pointermove', (event) => {
    state.x = within(chart, event.offsetX);
    chart.draw();
  });
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || event.pointerType === 'touch') return;
    canvas.setPointerCapture(event.pointerId);
    state.dragFrom = within(chart, event.offsetX);
  });
  canvas.addEventListener('pointerup', () => {
    const { dragFrom, x } = state;
    state.dragFrom = undefined;
    if (dragFrom !== undefined && Math.abs(dragFrom - x) >= LEAST_DRAG) zoomTo(chart, dragFrom, x);
    else chart.draw();
  });
  for (const type of ['pointerleave', 'pointercancel', 'blur']) {
    canvas.addEventListener(type, () => {
      state.x = undefined;
      state.dragFrom = undefined;
      chart.draw();
    });
  }
  canvas.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const { left, right } = chart.chartArea;
    const from = state.x ?? (step > 0 ? left : chart.scales.x.getPixelForValue(chart.headroom.numbers.to));
    state.x = Math.min(right, Math.max(left, from + (step * (right - left)) / KEY_STEPS));
    chart.draw();
    output.textContent = readAt(chart)?.words ?? '';
  });
}

/** Returns the value at the pointer; undefined without a pointer. */
export function readAt(chart) {
  const { x, dragFrom } = chart.pointer ?? {};
  if (x === undefined || !chart.headroom) return undefined;
  const at = chart.scales.x.getValueForPixel(x);
  const { numbers, shows } = chart.headroom;
  const value = READ[shows](numbers, at);
  const words = value?.words ?? (at > numbers.to ? 'to come' : unknownAt(numbers, at));
  const moment = value?.at ?? at;
  return {
    x,
    dragFrom,
    y: shows === 'left' ? value?.pulls : undefined,
    words: `${timeWords(moment, numbers)}: ${words}`,
  };
}

/** Returns why there is no value, since colours alone are not accessible. */
function unknownAt({ spans }, at) {
  return UNKNOWN[spans.find(({ from, to }) => from <= at && at <= to)?.kind] ?? 'not known';
}

function leftAt({ remaining, limits }, at) {
  const piece = remaining.find((spots) => spots[0][0] <= at && at <= spots.at(-1)[0]);
  const spot = piece?.findLast(([spotAt]) => spotAt <= at);
  if (!spot) return undefined;
  const limit = limits.findLast(({ from, to }) => from <= at && at <= to);
  const pulls = spot[1];
  return { pulls, words: `${count(pulls)} left${limit ? ` of ${count(limit.pulls)}` : ''}` };
}

function spentAt({ spent, spentStepMs }, at) {
  const cell = spent.find(([from]) => from <= at && at < from + spentStepMs);
  return cell && { at: cell[0], pulls: cell[1], words: `${count(cell[1])} spent` };
}

/** Names the loss of the bucket and the largest series of a cell; the table has the others. */
function spendingAt({ cells, series, stepMs }, at) {
  const cell = cells.find((candidate) => candidate.at <= at && at < candidate.at + stepMs);
  if (!cell) return undefined;
  const largest = series
    .map(({ name }, i) => ({ name, pulls: cell.pulls[i] }))
    .filter(({ pulls }) => pulls > 0)
    .sort((a, b) => b.pulls - a.pulls)
    .slice(0, 3)
    .map(({ name, pulls }) => `${shorten(name)} ${count(Math.round(pulls))}`);
  const lost = cell.loss === null ? 'not observed' : `${count(Math.round(cell.loss))} lost`;
  return { at: cell.at, words: [lost, ...largest].join(', ') };
}

/** Shortens a name at its start: the end of an image or a workload distinguishes it. */
function shorten(name) {
  return name.length > LONGEST_NAME ? `…${name.slice(1 - LONGEST_NAME)}` : name;
}

const READ = { left: leftAt, spent: spentAt, spending: spendingAt };

/** Formats an instant; ranges over 20 hours include the date. */
function timeWords(at, { from, to }) {
  return formatTime(at, to - from > 20 * 3_600_000 ? 'moment' : 'clock');
}

function count(pulls) {
  return new Intl.NumberFormat('en').format(pulls);
}

function within({ chartArea: { left, right } }, x) {
  return Math.min(right, Math.max(left, x));
}

/** Loads the page with the dragged range, so that the URL can be shared and the Back button works. */
function zoomTo(chart, a, b) {
  const [from, to] = [a, b]
    .map((x) => chart.scales.x.getValueForPixel(x))
    .sort((one, other) => one - other)
    .map((at) => new Date(Math.min(at, chart.headroom.numbers.to)).toISOString());
  if (from === to) return;
  const url = new URL(location.href);
  url.searchParams.delete('range');
  url.searchParams.set('from', from);
  url.searchParams.set('to', to);
  location.assign(url);
}
