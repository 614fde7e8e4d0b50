// A stream of server-sent events that is closed while the tab is hidden and resumes where it stopped. EventSource
// reconnects after short interruptions; this module does so after long ones.

/**
 * A stream without any data for this long is dead, in milliseconds: the server sends a heartbeat every 15 s.
 */
const SILENT_MS = 45_000;
const CHECK_EVERY_MS = 1_000;
/** Time without a stream after which the page is loaded instead, in milliseconds. */
const FALL_BACK_MS = 3_000;

/**
 * @param {string} url
 * @param {string} lastId the newest event that the page knows of
 * @param {Record<string, (data: any) => void>} handlers by the name of the event
 * @param {{ onOpen?: () => void, onLost?: () => void }} states `onLost` is called again and again while there is no stream
 */
export function openStream(url, lastId, handlers, { onOpen, onLost } = {}) {
  let source;
  let newestId = lastId;
  let heardAt = 0;
  let lostAt;

  function open() {
    close();
    heardAt = performance.now();
    const address = new URL(url, document.baseURI);
    if (newestId) address.searchParams.set('after', newestId);
    source = new EventSource(address);
    source.addEventListener('open', () => {
      heard();
      lostAt = undefined;
      onOpen?.();
    });
    source.addEventListener('error', () => {
      lostAt ??= performance.now();
    });
    for (const [name, handle] of Object.entries(handlers)) {
      source.addEventListener(name, (event) => {
        heard();
        if (event.lastEventId) newestId = event.lastEventId;
        handle(JSON.parse(event.data));
      });
    }
  }

  function heard() {
    heardAt = performance.now();
  }

  function close() {
    source?.close();
    source = undefined;
  }

  function check() {
    if (document.hidden) return;
    const now = performance.now();
    if (lostAt !== undefined && now - lostAt > FALL_BACK_MS) onLost?.();
    const isDead = source.readyState === EventSource.CLOSED || now - heardAt > SILENT_MS;
    if (isDead) open();
  }

  function followVisibility() {
    if (document.hidden) close();
    else open();
  }

  document.addEventListener('visibilitychange', followVisibility);
  // A page that the browser has put aside keeps no connection, which would keep it from being put aside.
  window.addEventListener('pagehide', close);
  window.addEventListener('pageshow', (event) => event.persisted && followVisibility());
  setInterval(check, CHECK_EVERY_MS);
  if (!document.hidden) open();
}
