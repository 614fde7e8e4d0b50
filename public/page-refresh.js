// Loads the open page again and shows what has changed; shared by all live pages.

import { openStream } from './live-stream.js';
import { morph } from './morph.js';
import { showTimes } from './settings.js';

const GIVE_UP_MS = 10_000;
/**
 * Minimum time between automatic loads, in milliseconds. A load may also take at most a tenth of the time.
 */
const REFRESH_EVERY_MS = 2_500;
const lost = document.querySelector('.lost');
const live = document.querySelector('.live');
const listeners = new Set();
let underWay;
let timer;
let nextAt = 0;

/** Loads the page now; aborts an earlier load. */
export async function refresh() {
  underWay?.abort();
  const mine = new AbortController();
  underWay = mine;
  const startedAt = performance.now();
  try {
    const signal = AbortSignal.any([mine.signal, AbortSignal.timeout(GIVE_UP_MS)]);
    const response = await fetch(location.href, { signal });
    if (!response.ok) throw new Error(`Headroom answered ${response.status}`);
    show(new DOMParser().parseFromString(await response.text(), 'text/html'));
    lost.hidden = true;
  } catch {
    if (!mine.signal.aborted) lost.hidden = false;
  }
  nextAt = performance.now() + Math.max(REFRESH_EVERY_MS, 10 * (performance.now() - startedAt));
}

/** Schedules a load of the page as soon as the minimum time has passed. */
export function refreshSoon() {
  clearTimeout(timer);
  timer = setTimeout(refresh, Math.max(0, nextAt - performance.now()));
}

/** Registers a listener that gets each new `<main>` before it is shown, to keep what the user has changed. */
export function beforeShow(listener) {
  listeners.add(listener);
}

function show(next) {
  // Another version of Headroom needs its own styles and modules.
  if (modulesOf(next) !== modulesOf(document)) {
    location.reload();
    return;
  }
  document.title = next.title;
  for (const selector of ['link[rel="icon"]', 'meta[name="headroom-token"]']) {
    morph(document.querySelector(selector), next.querySelector(selector));
  }
  const main = next.querySelector('main');
  showTimes(main);
  for (const listener of listeners) listener(main);
  morph(document.querySelector('main'), main);
}

function modulesOf(page) {
  return [...page.querySelectorAll('script[type="module"]')]
    .map((script) => new URL(script.getAttribute('src'), location.href).pathname)
    .join();
}

/** Opens an event stream and shows its state in the header; loads the page while there is none. */
export function followStream(url, lastId, handlers) {
  const showLive = (isLive) => {
    live.dataset.live = isLive ? 'on' : 'off';
    live.querySelector('.live-words').textContent = isLive ? 'Live' : '';
  };
  openStream(url, lastId, handlers, {
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

/** Removes the parameters of a form's result from the URL, so that a reload does not show it again. */
export function forgetNotices() {
  const url = new URL(location.href);
  const before = url.search;
  for (const name of ['polled', 'done']) url.searchParams.delete(name);
  if (url.search !== before) history.replaceState(null, '', url);
}
