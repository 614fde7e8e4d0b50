// The reader's own settings, kept in this browser: the theme, and whether times are local or UTC. Pages come with every
// time in UTC; here they are written anew, and ages grow.

const page = document.documentElement;
const THEMES = ['auto', 'light', 'dark'];
const ZONES = ['local', 'utc'];
const WORDS = {
  theme: { auto: 'Automatic colours', light: 'Light colours', dark: 'Dark colours' },
  zone: { local: 'Local time', utc: 'UTC' },
};
const AGE_EVERY_MS = 1_000;
/** As the server words it: from two of a unit on, and "just now" below five seconds. */
const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

let zone = read('zone', ZONES);

/** Shows a setting that was stored, or the first of those that are allowed. */
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
    // Holds for this page then.
  }
}

/** The zone the reader has chosen, as `Intl` wants it: undefined is the browser's own. */
export function timeZone() {
  return zone === 'utc' ? 'UTC' : undefined;
}

/** Writes an instant the way the reader wants it: `clock` with the time of day, `moment` with its date too. */
export function formatTime(at, form = 'moment') {
  const date = form === 'clock' ? {} : { year: 'numeric', month: 'short', day: 'numeric' };
  return new Intl.DateTimeFormat(undefined, {
    ...date,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZone: timeZone(),
    timeZoneName: form === 'clock' ? undefined : 'short',
  }).format(at);
}

/** Writes every time below an element anew. */
export function showTimes(root = document) {
  for (const element of root.querySelectorAll('time[datetime]')) showTime(element);
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
  // By the server's clock: that of the reader may be wrong.
  const seconds = Math.floor((Date.now() + skewMs - at) / 1_000);
  if (seconds < 5) return 'just now';
  const [unit, length] = UNITS.find(([, length]) => seconds >= 2 * length) ?? ['second', 1];
  return new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay: 'long' })
    .format(Math.floor(seconds / length))
    .concat(' ago');
}

let skewMs = 0;

/** Learns from an instant that the server called now how far this clock is off. */
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
