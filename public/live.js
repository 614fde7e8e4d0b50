// Keeps the open overview fresh: parts of it come as they change, and the whole of it is asked for anew when its order or
// its filter is another. Without this module the page is as complete, only as old as its last load.

import { openStream } from './live-stream.js';
import { morph } from './morph.js';
import { showTimes } from './settings.js';

const GIVE_UP_MS = 10_000;
/** The whole page is asked for at most this often, and so that it takes a tenth of the time at most. */
const REFRESH_EVERY_MS = 3_000;
const TYPING_MS = 150;
const lost = document.querySelector('.lost');
const live = document.querySelector('.live');
let refreshing;
let refreshTimer;
let nextRefreshAt = 0;

/** Asks for the page as its address says, and shows what has changed. */
async function refresh() {
  refreshing?.abort();
  const mine = new AbortController();
  refreshing = mine;
  const startedAt = performance.now();
  try {
    const signal = AbortSignal.any([mine.signal, AbortSignal.timeout(GIVE_UP_MS)]);
    const response = await fetch(location.href, { signal });
    if (!response.ok) throw new Error(`Headroom answered ${response.status}`);
    show(new DOMParser().parseFromString(await response.text(), 'text/html'));
    showLost(false);
  } catch {
    if (!mine.signal.aborted) showLost(true);
  }
  const tookMs = performance.now() - startedAt;
  nextRefreshAt = performance.now() + Math.max(REFRESH_EVERY_MS, 10 * tookMs);
}

function refreshSoon() {
  clearTimeout(refreshTimer);
  refreshTimer = setTimeout(refresh, Math.max(0, nextRefreshAt - performance.now()));
}

function show(next) {
  // Another version of Headroom: its page needs its own styles.
  if (moduleOf(next) !== moduleOf(document)) {
    location.reload();
    return;
  }
  document.title = next.title;
  for (const selector of ['link[rel="icon"]', 'meta[name="headroom-token"]', 'main']) {
    const part = next.querySelector(selector);
    if (selector === 'main') showTimes(part);
    morph(document.querySelector(selector), part);
  }
}

function moduleOf(page) {
  return page.querySelector('script[type="module"]:last-of-type').getAttribute('src');
}

function showLost(isLost) {
  lost.hidden = !isLost;
}

/** Shows the parts that have changed. */
function update({ title, favicon, answer, total, cards }) {
  document.title = `${title} · Headroom`;
  document.querySelector('link[rel="icon"]').setAttribute('href', favicon);
  const before = countsOf(document);
  const head = parse(answer);
  aimTallies(head);
  morph(document.querySelector('.answer'), head);
  const isOtherTotal = document.querySelector('.buckets')?.dataset.total !== String(total);
  if (isOtherTotal || countsOf(document) !== before) refreshSoon();
  for (const { id, html } of cards) {
    const card = document.getElementById(id);
    if (!card) continue;
    const next = parse(html);
    showTimes(next);
    morph(card, next);
  }
}

function countsOf(page) {
  return page.querySelector('.answer .tallies')?.textContent.trim();
}

function parse(html) {
  const template = document.createElement('template');
  template.innerHTML = html;
  return document.importNode(template.content.firstElementChild, true);
}

/** The parts that everybody is sent know nothing of the filter of this page. */
function aimTallies(head) {
  const chosen = new URLSearchParams(location.search).get('state');
  for (const tally of head.querySelectorAll('.tally')) {
    const query = new URLSearchParams(location.search);
    query.delete('page');
    if (tally.dataset.state === chosen) {
      query.delete('state');
      tally.setAttribute('aria-current', 'true');
    } else query.set('state', tally.dataset.state);
    tally.setAttribute('href', query.size > 0 ? `?${query}` : './');
  }
}

function showLive(isLive) {
  live.dataset.live = isLive ? 'on' : 'off';
  live.querySelector('.live-words').textContent = isLive ? 'Live' : '';
}

/** What is chosen shows at once, and stands in the address. */
function followFilter() {
  let typing;
  const apply = (form) => {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      const isUsual =
        value === '' || (name === 'sort' && value === 'worst') || (name === 'group' && value === 'none');
      if (!isUsual) query.set(name, value);
    }
    if (document.documentElement.hasAttribute('data-kiosk')) query.set('kiosk', '');
    history.replaceState(null, '', query.size > 0 ? `?${query}` : location.pathname);
    refresh();
  };
  const main = document.querySelector('main');
  main.addEventListener('input', ({ target }) => {
    const form = target.closest('.filter');
    if (!form) return;
    clearTimeout(typing);
    typing = setTimeout(apply, target.matches('select') ? 0 : TYPING_MS, form);
  });
  main.addEventListener('submit', (event) => {
    if (!event.target.matches('.filter')) return;
    event.preventDefault();
    apply(event.target);
  });
  main.addEventListener('click', (event) => {
    const link = event.target.closest('a.tally, .filter a, .page-links a');
    if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    history.pushState(null, '', link.href);
    refresh().then(() => link.closest('.page-links') && main.scrollIntoView());
  });
  window.addEventListener('popstate', refresh);
}

/** Asks Docker Hub; the answer comes as every other, by the stream. */
function followPolls() {
  document.querySelector('main').addEventListener('click', async (event) => {
    const button = event.target.closest('button.poll');
    if (!button) return;
    event.preventDefault();
    if (button.getAttribute('aria-disabled') === 'true') return;
    const say = (text) => {
      button.querySelector('.ask').textContent = text;
    };
    button.setAttribute('aria-disabled', 'true');
    say('Asking…');
    const said = await askNow(button.value);
    say(said);
    setTimeout(() => {
      say('Ask now');
      button.removeAttribute('aria-disabled');
    }, 2_500);
  });
}

const SAID = {
  probed: 'Answered',
  fresh: 'Up to date',
  backing_off: 'Blocked, resting',
  no_answer: 'No answer yet',
};

async function askNow(credential) {
  try {
    const response = await fetch('api/v1/poll', {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-Headroom-Token': document.querySelector('meta[name="headroom-token"]').content,
      },
      body: JSON.stringify({ credential }),
    });
    if (response.status === 429) return 'Too soon';
    if (response.status === 403) refreshSoon();
    const { answer } = await response.json();
    return SAID[answer] ?? 'Not possible';
  } catch {
    return 'Not possible';
  }
}

/** What was told once, about a poll without scripts, need not be told again at a reload. */
function forgetNotice() {
  const url = new URL(location.href);
  if (!url.searchParams.has('polled')) return;
  url.searchParams.delete('polled');
  history.replaceState(null, '', url);
}

const { events, eventId } = document.querySelector('main').dataset;
forgetNotice();
followFilter();
followPolls();
openStream(
  events,
  eventId,
  { update, reset: refresh },
  {
    onOpen: () => {
      showLive(true);
      showLost(false);
    },
    onLost: () => {
      showLive(false);
      refreshSoon();
    },
  },
);
