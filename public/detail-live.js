// Updates a page about some credentials, or about alerts: when the event stream reports one of them, loads the page
// again and shows the changes. Without this module the page is complete, but does not update.

import { beforeShow, followStream, forgetNotices, refreshSoon } from './page-refresh.js';

const main = document.querySelector('main');
const { events, eventId, credentials, everyMs } = main.dataset;

/** Keeps opened details open. */
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
