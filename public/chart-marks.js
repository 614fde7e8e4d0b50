// Draws the marks behind and in front of the lines of a chart: spans without an answer, the forecast, notes, and the
// value at the pointer.

/** Space between a label of the forecast and the current time or the edge of the chart, in pixels. */
const LABEL_GAP = 4;

/** Draws the spans, the forecast area and the current time, behind the lines. */
export function drawBackground(chart) {
  const { numbers, colours, shows } = chart.headroom ?? {};
  if (shows !== 'left') return;
  const { spans, forecast, to } = numbers;
  for (const { kind, from, to: until } of spans) fillBetween(chart, from, until, colours[kind]);
  if (!forecast) return;
  if (forecast.exhaustion) drawCone(chart, forecast, colours);
  drawLine(chart, to, colours.now, []);
}

/** Draws labels, expected events and notes, in front of the lines. */
export function drawMarks(chart) {
  const { numbers, colours, shows } = chart.headroom ?? {};
  if (shows !== 'left') return;
  drawLabels(chart, numbers, colours);
  const { forecast } = numbers;
  if (forecast?.exhaustion)
    drawStretch(chart, forecast.exhaustion, 0, 'Used up', colours.exhaustion, colours.exhaustionWords);
  if (forecast?.refill)
    drawStretch(
      chart,
      forecast.refill,
      forecast.limit,
      'Full again',
      colours.refill,
      colours.refillWords,
      true,
    );
  for (const [i, { at }] of numbers.notes.entries()) drawNote(chart, at, String(i + 1), colours);
}

/** Draws the value at the pointer and the dragged range. */
export function drawReading(chart, reading) {
  if (!reading) return;
  const { ctx, chartArea, scales } = chart;
  const { colours } = chart.headroom;
  const { x, y, words, dragFrom } = reading;
  ctx.save();
  if (dragFrom !== undefined) {
    ctx.fillStyle = colours.area;
    ctx.fillRect(
      Math.min(x, dragFrom),
      chartArea.top,
      Math.abs(x - dragFrom),
      chartArea.bottom - chartArea.top,
    );
  }
  ctx.strokeStyle = colours.words;
  ctx.lineWidth = 1;
  line(ctx, x, chartArea.top, x, chartArea.bottom);
  if (y !== undefined) {
    ctx.fillStyle = colours.line;
    ctx.strokeStyle = colours.raised;
    ctx.lineWidth = 2;
    circle(ctx, x, scales.y.getPixelForValue(y), 4.5);
    ctx.stroke();
  }
  drawBox(chart, x, words, colours);
  ctx.restore();
}

function drawBox(chart, x, words, colours) {
  const { ctx, chartArea } = chart;
  ctx.font = fontOf(12);
  const width = ctx.measureText(words).width + 16;
  const left = Math.min(Math.max(x - width / 2, chartArea.left), chartArea.right - width);
  ctx.fillStyle = colours.ink;
  ctx.beginPath();
  ctx.roundRect(left, 0, width, 24, 6);
  ctx.fill();
  ctx.fillStyle = colours.surface;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  ctx.fillText(words, left + 8, 12.5);
}

/**
 * Draws the forecast area: from the pulls left now to zero, between the earliest and the latest instant; clipped at
 * the edge.
 */
function drawCone({ ctx, chartArea, scales }, { start, exhaustion }, colours) {
  const at = (time) => scales.x.getPixelForValue(time);
  const [top, bottom] = [scales.y.getPixelForValue(start.pulls), scales.y.getPixelForValue(0)];
  ctx.save();
  clip(ctx, chartArea);
  ctx.beginPath();
  ctx.moveTo(at(start.at), top);
  ctx.lineTo(at(exhaustion.earliest), bottom);
  if (exhaustion.latest === null) {
    // If it may not be used up at all, the area is open towards the pulls left.
    ctx.lineTo(Math.max(chartArea.right, at(exhaustion.earliest)), bottom);
    ctx.lineTo(chartArea.right, top);
  } else ctx.lineTo(at(exhaustion.latest), bottom);
  ctx.fillStyle = colours.cone;
  ctx.fill();
  ctx.setLineDash([3, 4]);
  ctx.strokeStyle = colours.likely;
  ctx.lineWidth = 1.5;
  line(ctx, at(start.at), top, at(exhaustion.likely), bottom);
  ctx.restore();
}

function drawLabels(chart, { limits, lowShare }, colours) {
  const limit = limits.at(-1);
  if (!limit) return;
  const { ctx, scales } = chart;
  const end = scales.x.getPixelForValue(limit.to) - 6;
  const low = limit.pulls * lowShare;
  const count = new Intl.NumberFormat('en');
  ctx.save();
  ctx.font = fontOf(12);
  ctx.textAlign = 'right';
  ctx.textBaseline = 'bottom';
  ctx.lineWidth = 3;
  ctx.lineJoin = 'round';
  ctx.strokeStyle = colours.surface;
  for (const [words, pulls, colour] of [
    [`Limit ${count.format(limit.pulls)}`, limit.pulls, colours.words],
    [`Low below ${count.format(Math.ceil(low))}`, low, colours.lowWords],
  ]) {
    const y = scales.y.getPixelForValue(pulls) - 3;
    // A limit that was seen at the start of the range only has its label at the left edge.
    const x = Math.max(end, chart.chartArea.left + ctx.measureText(words).width + 2);
    ctx.strokeText(words, x, y);
    ctx.fillStyle = colour;
    ctx.fillText(words, x, y);
  }
  ctx.restore();
}

/**
 * Draws the time range of an expected event as a stroke on the level that it leads to, with a label. The label of the limit
 * stands above its line and ends at the current time, so the label "Full again" goes below that line.
 */
function drawStretch(chart, { earliest, latest }, pulls, words, colour, wordsColour, isBelow = false) {
  const { ctx, chartArea, scales } = chart;
  const left = scales.x.getPixelForValue(earliest);
  if (left > chartArea.right) return;
  const right = Math.min(
    latest === null ? chartArea.right : scales.x.getPixelForValue(latest),
    chartArea.right,
  );
  const y = scales.y.getPixelForValue(pulls);
  const middle = (left + right) / 2;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = 5;
  ctx.lineCap = 'round';
  // A dotted stroke means that it may not happen.
  if (latest === null) ctx.setLineDash([2, 10]);
  line(ctx, left, y, Math.max(right, left + 1), y);
  ctx.setLineDash([]);
  ctx.font = fontOf(12);
  const half = ctx.measureText(words).width / 2 + LABEL_GAP;
  const now = scales.x.getPixelForValue(chart.headroom.numbers.to);
  // The legend names the stroke where the label does not fit.
  if (chartArea.right - now >= 2 * half) {
    const x = Math.min(Math.max(middle, now + half), chartArea.right - half);
    const labelY = isBelow ? y + 7 : y - 6;
    ctx.textBaseline = isBelow ? 'top' : 'bottom';
    ctx.textAlign = 'center';
    ctx.lineWidth = 3;
    ctx.lineJoin = 'round';
    ctx.strokeStyle = chart.headroom.colours.surface;
    ctx.strokeText(words, x, labelY);
    ctx.fillStyle = wordsColour;
    ctx.fillText(words, x, labelY);
  }
  ctx.restore();
}

function drawNote(chart, at, number, colours) {
  const { ctx, chartArea, scales } = chart;
  const x = scales.x.getPixelForValue(at);
  if (x < chartArea.left || x > chartArea.right) return;
  drawLine(chart, at, colours.words, [2, 3]);
  ctx.save();
  ctx.fillStyle = colours.raised;
  ctx.strokeStyle = colours.words;
  ctx.lineWidth = 1;
  circle(ctx, x, chartArea.top - 10, 9);
  ctx.stroke();
  ctx.fillStyle = colours.ink;
  ctx.font = `600 ${fontOf(11)}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.fillText(number, x, chartArea.top - 9.5);
  ctx.restore();
}

function fillBetween({ ctx, chartArea, scales }, from, to, colour) {
  const left = Math.max(scales.x.getPixelForValue(from), chartArea.left);
  const right = Math.min(scales.x.getPixelForValue(to), chartArea.right);
  if (right < chartArea.left || left > chartArea.right) return;
  ctx.save();
  ctx.fillStyle = colour;
  ctx.fillRect(left, chartArea.top, Math.max(1.5, right - left), chartArea.bottom - chartArea.top);
  ctx.restore();
}

function drawLine({ ctx, chartArea, scales }, at, colour, dash) {
  const x = scales.x.getPixelForValue(at);
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1;
  ctx.setLineDash(dash);
  line(ctx, x, chartArea.top, x, chartArea.bottom);
  ctx.restore();
}

function line(ctx, fromX, fromY, toX, toY) {
  ctx.beginPath();
  ctx.moveTo(fromX, fromY);
  ctx.lineTo(toX, toY);
  ctx.stroke();
}

function circle(ctx, x, y, radius) {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.fill();
}

function clip(ctx, { left, top, right, bottom }) {
  ctx.beginPath();
  ctx.rect(left, top, right - left, bottom - top);
  ctx.clip();
}

function fontOf(size) {
  return `${size}px ${getComputedStyle(document.body).fontFamily}`;
}
