// Updates the open overview: changed parts come with events, and the whole page is loaded again when its order or
// filter may be affected. Without this module the page is complete, but does not update.

import { morph } from './morph.js';
import { followStream, forgetNotices, refresh, refreshSoon } from './page-refresh.js';
import { showTimes } from './settings.js';

const TYPING_MS = 150;

/** Shows the parts that have changed. */
function update({ title, favicon, answer, total, fleetReadAt, cards }) {
  document.title = `${title} · Headroom`;
  document.querySelector('link[rel="icon"]').setAttribute('href', favicon);
  const before = countsOf(document);
  const head = parse(answer);
  aimTallies(head);
  morph(document.querySelector('.answer'), head);
  const isOtherTotal = document.querySelector('.buckets')?.dataset.total !== String(total);
  const isOtherFleet = document.querySelector('main').dataset.fleetReadAt !== String(fleetReadAt ?? '');
  if (isOtherTotal || isOtherFleet || countsOf(document) !== before) refreshSoon();
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

/** Applies the filter of this page to the links of the tallies, since events are the same for all clients. */
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

/** Applies the filter form on each input and stores it in the URL. */
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

/** Sends a poll request for the clicked button. The result arrives by the event stream. */
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
    say('Checking…');
    const result = await pollNow(button.value);
    say(result);
    setTimeout(() => {
      say('Check now');
      button.removeAttribute('aria-disabled');
    }, 2_500);
  });
}

const RESULT_TEXT = {
  probed: 'Answered',
  fresh: 'Up to date',
  backing_off: 'Blocked, paused',
  no_answer: 'No answer yet',
};

async function pollNow(credential) {
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
    return RESULT_TEXT[answer] ?? 'Not possible';
  } catch {
    return 'Not possible';
  }
}

const { events, eventId } = document.querySelector('main').dataset;
forgetNotices();
followFilter();
followPolls();
followStream(events, eventId, { update, reset: refresh });
