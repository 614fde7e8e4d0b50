// Draws the charts of a page with Chart.js, from the JSON in each chart element: values can be read point by point,
// and dragging zooms in. The SVG drawing of the server stays in the page. The canvas is in the element's shadow root,
// so that a refresh of the page does not touch it.

import './chart-library.js';
import { resolveColours } from './chart-colours.js';
import { drawBackground, drawMarks, drawReading } from './chart-marks.js';
import { followPointer, readAt } from './chart-reading.js';
import { timeTicks } from './chart-times.js';

const SCALE_WIDTH = 44;
const FRAME = `
  .frame { grid-area: 1 / 1 / -1 / -1; position: relative; min-width: 0; min-height: 0; overflow: clip; touch-action: pan-y; }
  canvas:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; border-radius: 0.375rem; }
  .reading { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
`;

class PullChart extends HTMLElement {
  #chart;
  #watch = new MutationObserver(() => this.#show());
  #redraw = () => this.#show();

  connectedCallback() {
    const root = this.shadowRoot ?? this.#createFrame();
    this.#watch.observe(this, { childList: true, characterData: true, subtree: true });
    document.addEventListener('headroom:theme', this.#redraw);
    document.addEventListener('headroom:zone', this.#redraw);
    DARK.addEventListener('change', this.#redraw);
    const canvas = root.querySelector('canvas');
    this.#chart = new globalThis.Chart(canvas, { type: 'line', data: { datasets: [] }, options: {} });
    followPointer(this.#chart, root.querySelector('.reading'));
    this.#show();
  }

  disconnectedCallback() {
    this.#watch.disconnect();
    document.removeEventListener('headroom:theme', this.#redraw);
    document.removeEventListener('headroom:zone', this.#redraw);
    DARK.removeEventListener('change', this.#redraw);
    this.#chart?.destroy();
  }

  #createFrame() {
    const root = this.attachShadow({ mode: 'open' });
    const style = new CSSStyleSheet();
    style.replaceSync(FRAME);
    root.adoptedStyleSheets = [style];
    const frame = document.createElement('div');
    frame.className = 'frame';
    const canvas = document.createElement('canvas');
    canvas.tabIndex = 0;
    canvas.setAttribute('role', 'img');
    const reading = document.createElement('p');
    reading.className = 'reading';
    reading.setAttribute('aria-live', 'polite');
    frame.append(canvas, reading);
    root.append(frame);
    return root;
  }

  #show() {
    const numbers = JSON.parse(this.querySelector('script').textContent);
    const colours = resolveColours(this);
    const words = this.querySelector('[role="img"]')?.getAttribute('aria-label') ?? '';
    this.#chart.canvas.setAttribute(
      'aria-label',
      `${words}. Left and right arrow keys read it point by point.`,
    );
    const { shows } = this.dataset;
    const drawn = DRAW[shows](numbers, colours);
    this.#chart.headroom = { numbers, colours, shows };
    this.#chart.data = drawn.data;
    this.#chart.options = optionsOf(numbers, drawn, colours);
    this.#chart.update('none');
  }
}

const DARK = matchMedia('(prefers-color-scheme: dark)');

/** Draws marks behind and in front of the lines. Chart.js calls it for every chart. */
const MARKS = {
  id: 'headroom',
  beforeDatasetsDraw: (chart) => drawBackground(chart),
  afterDatasetsDraw(chart) {
    drawMarks(chart);
    drawReading(chart, readAt(chart));
  },
};
globalThis.Chart.register(MARKS);

/** A break in a line: Chart.js does not connect points without numbers. */
const BREAK = { x: Number.NaN, y: Number.NaN };

function drawLeft({ remaining, limits, lowShare, leftScale }, colours) {
  const plain = {
    type: 'line',
    pointRadius: 0,
    pointHoverRadius: 0,
    borderJoinStyle: 'round',
    spanGaps: false,
  };
  const level = (share) =>
    limits.flatMap(({ from, to, pulls }) => [
      { x: from, y: pulls * share },
      { x: to, y: pulls * share },
      BREAK,
    ]);
  const left = remaining.flatMap((piece) => [...piece.map(([x, y]) => ({ x, y })), BREAK]);
  return {
    scale: leftScale,
    data: {
      datasets: [
        {
          ...plain,
          data: left,
          borderColor: colours.line,
          borderWidth: 2,
          fill: 'origin',
          backgroundColor: colours.area,
        },
        { ...plain, data: level(1), borderColor: colours.limit, borderWidth: 1.5 },
        { ...plain, data: level(lowShare), borderColor: colours.low, borderWidth: 1.5, borderDash: [5, 4] },
      ],
    },
  };
}

function drawSpent({ spent, spentStepMs, spentScale }, colours) {
  // Includes cells with 0 pulls: Chart.js derives the width of a bar from the distance of its neighbours.
  const data = spent.map(([at, pulls]) => ({ x: at + spentStepMs / 2, y: pulls }));
  return {
    scale: spentScale,
    data: {
      datasets: [
        {
          type: 'bar',
          data,
          backgroundColor: colours.line,
          barPercentage: 0.92,
          categoryPercentage: 0.92,
        },
      ],
    },
  };
}

/** Draws who spent the pulls as stacked bars, and the loss of the bucket as a line of steps. */
function drawSpending({ cells, series, stepMs, scale }, colours) {
  const stacks = series.map(({ number }, i) => ({
    type: 'bar',
    data: cells.map(({ at, pulls }) => ({ x: at + stepMs / 2, y: pulls[i] })),
    backgroundColor: colours[`series${number}`],
    barPercentage: 0.92,
    categoryPercentage: 0.92,
    order: 1,
  }));
  const steps = cells.flatMap(({ at, loss }) =>
    loss === null
      ? [BREAK]
      : [
          { x: at, y: loss },
          { x: at + stepMs, y: loss },
        ],
  );
  const line = {
    type: 'line',
    data: steps,
    borderColor: colours.ink,
    borderWidth: 1.5,
    pointRadius: 0,
    pointHoverRadius: 0,
    spanGaps: false,
    // Chart.js draws the smallest order last, in front.
    order: 0,
  };
  return { scale, isStacked: true, data: { datasets: [line, ...stacks] } };
}

const DRAW = { left: drawLeft, spent: drawSpent, spending: drawSpending };

function optionsOf({ from, end }, { scale: { top, counts }, isStacked = false }, colours) {
  const font = { size: 12, family: getComputedStyle(document.body).fontFamily };
  const count = new Intl.NumberFormat('en');
  return {
    animation: false,
    parsing: false,
    normalized: true,
    maintainAspectRatio: false,
    events: [],
    layout: { padding: { top: 20 } },
    plugins: { legend: { display: false }, tooltip: { enabled: false } },
    scales: {
      x: {
        type: 'linear',
        stacked: isStacked,
        // Bars would shift the axis by half a bar.
        offset: false,
        min: from,
        max: end,
        grid: { display: false },
        border: { color: colours.grid },
        afterBuildTicks(axis) {
          axis.ticks = timeTicks(from, end, axis.width);
        },
        ticks: {
          color: colours.words,
          font,
          maxRotation: 0,
          autoSkip: false,
          callback: (_, i, ticks) => ticks[i].words,
        },
      },
      y: {
        stacked: isStacked,
        min: 0,
        max: top,
        grid: { color: colours.grid },
        border: { display: false },
        afterFit(axis) {
          axis.width = SCALE_WIDTH;
        },
        afterBuildTicks(axis) {
          axis.ticks = counts.map((value) => ({ value }));
        },
        ticks: { color: colours.words, font, autoSkip: false, callback: (value) => count.format(value) },
      },
    },
  };
}

customElements.define('pull-chart', PullChart);
