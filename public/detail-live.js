// Keeps a page about a few credentials, or about alerts, fresh: when the stream of events tells of one of them, the page is
// asked for again, and what has changed is changed. Without this module it is as complete, only as old as its last load.

import { openStream } from './live-stream.js';
import { morph } from './morph.js';
import { showTimes } from './settings.js';

const GIVE_UP_MS = 10_000;
/** The page is asked for at most this often, and so that it takes a tenth of the time at most. */
const REFRESH_EVERY_MS = 2_000;
const main = document.querySelector('main');
const lost = document.querySelector('.lost');
const live = document.querySelector('.live');
let timer;
let nextAt = 0;

async function refresh() {
  const startedAt = performance.now();
  try {
    const response = await fetch(location.href, { signal: AbortSignal.timeout(GIVE_UP_MS) });
    if (!response.ok) throw new Error(`Headroom answered ${response.status}`);
    show(new DOMParser().parseFromString(await response.text(), 'text/html'));
    lost.hidden = true;
  } catch {
    lost.hidden = false;
  }
  nextAt = performance.now() + Math.max(REFRESH_EVERY_MS, 10 * (performance.now() - startedAt));
}

function refreshSoon() {
  clearTimeout(timer);
  timer = setTimeout(refresh, Math.max(0, nextAt - performance.now()));
}

function show(next) {
  // Another version of Headroom: its page needs its own styles.
  if (modulesOf(next) !== modulesOf(document)) {
    location.reload();
    return;
  }
  document.title = next.title;
  for (const selector of ['link[rel="icon"]', 'meta[name="headroom-token"]']) {
    morph(document.querySelector(selector), next.querySelector(selector));
  }
  const nextMain = next.querySelector('main');
  showTimes(nextMain);
  keepOpen(nextMain);
  morph(main, nextMain);
}

function modulesOf(page) {
  return [...page.querySelectorAll('script[type="module"]')]
    .map((script) => new URL(script.getAttribute('src'), location.href).pathname)
    .join();
}

/** What the reader has opened stays open. */
function keepOpen(nextMain) {
  for (const details of main.querySelectorAll('details[id]')) {
    const next = nextMain.querySelector(`#${CSS.escape(details.id)}`);
    if (next) next.open = details.open;
  }
}

/** What was told once need not be told again at a reload. */
function forgetNotices() {
  const url = new URL(location.href);
  const before = url.search;
  for (const name of ['polled', 'done']) url.searchParams.delete(name);
  if (url.search !== before) history.replaceState(null, '', url);
}

const { events, eventId, about, everyMs } = main.dataset;
forgetNotices();
if (events) {
  const names = new Set(JSON.parse(about));
  const handlers = {
    result: ({ credential }) => names.has(credential) && refreshSoon(),
    alert: refreshSoon,
    reset: refreshSoon,
  };
  const showLive = (isLive) => {
    live.dataset.live = isLive ? 'on' : 'off';
    live.querySelector('.live-words').textContent = isLive ? 'Live' : '';
  };
  openStream(events, eventId, handlers, {
    onOpen: () => {
      showLive(true);
      lost.hidden = true;
    },
    onLost: () => {
      showLive(false);
      refreshSoon();
    },
  });
}
if (everyMs) setInterval(() => document.hidden || refreshSoon(), Number(everyMs));
