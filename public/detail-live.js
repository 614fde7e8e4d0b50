// Keeps a page about a few credentials, or about alerts, fresh: when the stream of events tells of one of them, the page is
// asked for again, and what has changed is changed. Without this module it is as complete, only as old as its last load.

import { beforeShow, followStream, forgetNotices, refreshSoon } from './page-refresh.js';

const main = document.querySelector('main');
const { events, eventId, credentials, everyMs } = main.dataset;

/** What the reader has opened stays open. */
beforeShow((next) => {
  for (const details of main.querySelectorAll('details[id]')) {
    const same = next.querySelector(`#${CSS.escape(details.id)}`);
    if (same) same.open = details.open;
  }
});

forgetNotices();
if (events) {
  const names = new Set(JSON.parse(credentials));
  followStream(events, eventId, {
    result: ({ credential }) => names.has(credential) && refreshSoon(),
    alert: refreshSoon,
    reset: refreshSoon,
  });
}
if (everyMs) setInterval(() => document.hidden || refreshSoon(), Number(everyMs));
