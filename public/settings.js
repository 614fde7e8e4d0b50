// The settings of the user, stored in this browser: the theme, and whether times are local or UTC. Pages come with
// times in UTC; this module rewrites them and updates ages.

const page = document.documentElement;
const THEMES = ['auto', 'light', 'dark'];
const ZONES = ['local', 'utc'];
const WORDS = {
  theme: { auto: 'Automatic colours', light: 'Light colours', dark: 'Dark colours' },
  zone: { local: 'Local time', utc: 'UTC' },
};
const AGE_EVERY_MS = 1_000;
/** Units of ages, as on the server: from two of a unit on, "just now" below five seconds. */
const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

let zone = read('zone', ZONES);

/** Returns a stored setting, or the first allowed value. */
function read(name, allowed) {
  try {
    const value = localStorage.getItem(`headroom.${name}`);
    return allowed.includes(value) ? value : allowed[0];
  } catch {
    return allowed[0];
  }
}

function write(name, value) {
  try {
    localStorage.setItem(`headroom.${name}`, value);
  } catch {
    // Without storage the setting applies to this page only.
  }
}

/** Returns the chosen zone for `Intl`; undefined means the zone of the browser. */
export function timeZone() {
  return zone === 'utc' ? 'UTC' : undefined;
}

/** Returns the name of the chosen zone for a text: `UTC` or `local time`. */
export function zoneName() {
  return zone === 'utc' ? 'UTC' : 'local time';
}

/** Returns how far the chosen zone is ahead of UTC at an instant, in milliseconds. */
export function offsetAt(at) {
  return zone === 'utc' ? 0 : -new Date(at).getTimezoneOffset() * 60_000;
}

/**
 * Returns the instants at which the clocks of the chosen zone show a wall time, the earlier first: two in an hour that
 * the end of summer time repeats, none in an hour that its start skips.
 * @param wall the wall time as if it were UTC, in milliseconds since the epoch
 */
export function instantsOf(wall) {
  const offsets = new Set([wall - 86_400_000, wall + 86_400_000].map(offsetAt));
  return [...offsets]
    .map((offset) => wall - offset)
    .filter((at) => at + offsetAt(at) === wall)
    .sort((a, b) => a - b);
}

/**
 * Formats an instant in the chosen zone.
 * @param form `clock`: time of day; `minute`: date, hour and minute; `moment`: date, time of day and zone
 */
export function formatTime(at, form = 'moment') {
  const date = form === 'clock' ? {} : { year: 'numeric', month: 'short', day: 'numeric' };
  return new Intl.DateTimeFormat(undefined, {
    ...date,
    hour: '2-digit',
    minute: '2-digit',
    second: form === 'minute' ? undefined : '2-digit',
    timeZone: timeZone(),
    timeZoneName: form === 'moment' ? 'short' : undefined,
  }).format(at);
}

/** Writes every time, and every name of the zone, below an element in the chosen zone. */
export function showTimes(root = document) {
  for (const element of root.querySelectorAll('time[datetime]')) showTime(element);
  for (const element of root.querySelectorAll('[data-zone-name]')) element.textContent = zoneName();
}

function showTime(element) {
  const at = Date.parse(element.dateTime);
  const form = element.dataset.time;
  const text = form === 'age' ? ageOf(at) : form && formatTime(at, form);
  if (text && element.textContent !== text) element.textContent = text;
  const title = formatTime(at);
  if (element.title !== title) element.title = title;
}

function ageOf(at) {
  // Uses the clock of the server: that of the browser may be wrong.
  const seconds = Math.floor((Date.now() + skewMs - at) / 1_000);
  if (seconds < 5) return 'just now';
  const [unit, length] = UNITS.find(([, length]) => seconds >= 2 * length) ?? ['second', 1];
  return new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay: 'long' })
    .format(Math.floor(seconds / length))
    .concat(' ago');
}

let skewMs = 0;

/**
 * Computes the offset of this clock from the server's.
 * @param now current time of the server, in milliseconds since the epoch
 */
export function setServerTime(now) {
  skewMs = now - Date.now();
}

function showToggle(name, value) {
  const button = document.querySelector(`[data-setting="${name}"]`);
  if (!button) return;
  button.dataset.value = value;
  button.setAttribute('aria-label', WORDS[name][value]);
  button.title = WORDS[name][value];
}

function onToggle(name, allowed, apply) {
  const current = read(name, allowed);
  showToggle(name, current);
  document.querySelector(`[data-setting="${name}"]`)?.addEventListener('click', () => {
    const next = allowed[(allowed.indexOf(read(name, allowed)) + 1) % allowed.length];
    write(name, next);
    showToggle(name, next);
    apply(next);
  });
}

onToggle('theme', THEMES, (theme) => {
  if (theme === 'auto') delete page.dataset.theme;
  else page.dataset.theme = theme;
  document.dispatchEvent(new CustomEvent('headroom:theme'));
});
onToggle('zone', ZONES, (next) => {
  document.dispatchEvent(new CustomEvent('headroom:before-zone'));
  zone = next;
  showTimes();
  document.dispatchEvent(new CustomEvent('headroom:zone'));
});

const madeAt = document.querySelector('meta[name="headroom-now"]')?.content;
if (madeAt) setServerTime(Number(madeAt));
showTimes();
setInterval(() => {
  if (document.hidden) return;
  for (const element of document.querySelectorAll('time[data-time="age"]')) showTime(element);
}, AGE_EVERY_MS);
