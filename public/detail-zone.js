// Shows the fields From and To and the usual week of a detail page in the zone that the user has chosen. The page comes
// with both in UTC, and stays so without this module.

import { beforeShow } from './page-refresh.js';
import { instantsOf, offsetAt, zoneName } from './settings.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LEVELS = 5;
const TENTHS = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const WHOLE = new Intl.NumberFormat('en');

/** Shows the range and the week below an element in the chosen zone. */
function showZone(root) {
  for (const input of root.querySelectorAll('.own-range input[data-at]')) {
    // The attribute, so that a value that the user has edited stays.
    input.setAttribute('value', wallText(Number(input.dataset.at)));
  }
  const section = root.querySelector('.usual-week');
  if (section) showWeek(section);
}

function wallText(at) {
  return new Date(at + offsetAt(at)).toISOString().slice(0, 16);
}

/**
 * Returns the instant of a field. In an hour that the end of summer time repeats, From is the first and To the second
 * instant; an unedited field keeps the instant that it came with.
 */
function instantOfField(input) {
  if (input.value === input.defaultValue) return Number(input.dataset.at);
  const wall = Date.parse(`${input.value}Z`);
  const isTo = input.name === 'to';
  // In the skipped hour both offsets give an instant beside the change.
  const beside = [wall - offsetAt(wall - DAY_MS), wall - offsetAt(wall + DAY_MS)].sort((a, b) => a - b);
  const found = instantsOf(wall);
  return (found.length > 0 ? found : beside).at(isTo ? -1 : 0);
}

// The server reads a time without a zone as UTC, so the request carries instants.
document.addEventListener('formdata', ({ target, formData }) => {
  if (!target.matches('.own-range')) return;
  for (const input of target.querySelectorAll('input[data-at]')) {
    if (input.value) formData.set(input.name, new Date(instantOfField(input)).toISOString());
  }
});

/** Averages the hours of the last weeks by the hour of the week, as the server does for UTC, and writes the table. */
function showWeek(section) {
  const { from, spent } = JSON.parse(section.querySelector('script').textContent);
  const sums = Array.from({ length: 168 }, () => ({ spent: 0, count: 0 }));
  for (const [i, pulls] of spent.entries()) {
    if (pulls === null) continue;
    const sum = sums[hourOfWeek(from + i * HOUR_MS)];
    sum.spent += pulls;
    sum.count += 1;
  }
  const averages = sums.map(({ spent, count }) => (count === 0 ? undefined : spent / count));
  const most = averages.reduce((highest, average) => Math.max(highest, average ?? 0), 0);
  for (const [i, cell] of [...section.querySelectorAll('tbody td')].entries()) {
    showHour(cell, averages[i], most);
  }
  const minutes = String(((from + offsetAt(from)) % HOUR_MS) / 60_000).padStart(2, '0');
  if (most > 0) {
    const hour = averages.indexOf(most);
    const day = section.querySelectorAll('tbody abbr')[Math.floor(hour / 24)].title;
    const time = `${String(hour % 24).padStart(2, '0')}:${minutes} ${zoneName()}`;
    section.querySelector('.busiest').textContent =
      `Busiest: ${day}s from ${time}, ${pullsWords(most)} on average`;
  }
  const scale = section.querySelector('.week-steps');
  const levels = Array.from({ length: most > 0 ? LEVELS + 1 : 1 }, (_, level) =>
    stepOf(level, level === 0 ? 'none' : `to ${averageWords((most * level) / LEVELS)}`),
  );
  if (averages.includes(undefined)) levels.push(stepOf('unknown', 'not observed yet'));
  scale.replaceChildren(...levels.flatMap((step) => [step, ' ']));
  section.querySelector('.week-minutes').textContent =
    minutes === '00' ? '' : `, each from minute ${minutes}`;
}

function hourOfWeek(at) {
  const wall = at + offsetAt(at);
  // The epoch was a Thursday; weeks start on Monday.
  const day = (Math.floor(wall / DAY_MS) + 3) % 7;
  return day * 24 + Math.floor((wall % DAY_MS) / HOUR_MS);
}

function showHour(cell, average, most) {
  const isKnown = average !== undefined;
  const level = isKnown && (average <= 0 ? 0 : Math.min(LEVELS, Math.floor((average / most) * LEVELS) + 1));
  cell.dataset.level = isKnown ? level : 'unknown';
  cell.title = isKnown ? `${pullsWords(average)} on average` : 'not observed yet';
  cell.firstElementChild.textContent = isKnown ? averageWords(average) : '';
}

function stepOf(level, words) {
  const step = document.createElement('span');
  step.className = 'week-step';
  const colour = document.createElement('i');
  colour.dataset.level = level;
  step.append(colour, words);
  return step;
}

function pullsWords(average) {
  const words = averageWords(average);
  return `${words} ${words === '1' ? 'pull' : 'pulls'}`;
}

function averageWords(average) {
  return average < 9.95 ? TENTHS.format(average) : WHOLE.format(Math.round(average));
}

/** The edited fields and their instants, read before the zone changes. */
function editedFields() {
  const inputs = [...document.querySelectorAll('.own-range input[data-at]')];
  return inputs
    .filter((input) => input.value && input.value !== input.defaultValue)
    .map((input) => ({ input, at: instantOfField(input) }));
}

showZone(document);
beforeShow(showZone);
let edited = [];
document.addEventListener('headroom:before-zone', () => {
  edited = editedFields();
});
document.addEventListener('headroom:zone', () => {
  showZone(document);
  for (const { input, at } of edited) input.value = wallText(at);
});
