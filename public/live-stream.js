// A stream of server-sent events that is closed while the tab is hidden and resumes where it stopped. EventSource
// reconnects after short interruptions; this module does so after long ones.

/**
 * A stream that receives no data for this long is closed and opened again, in milliseconds. The server sends a heartbeat every 15 s.
 */
const MAX_SILENCE_MS = 45_000;
const CHECK_EVERY_MS = 1_000;
/** The time without a stream after which `onLost` is called, in milliseconds. */
const FALL_BACK_MS = 3_000;

/**
 * Opens a stream and keeps it open.
 * @param {string} url
 * @param {string} lastId the id of the newest event that the page contains
 * @param {Record<string, (data: any) => void>} handlers by the name of the event
 * @param {{ onOpen?: () => void, onLost?: () => void }} states `onLost` is called every second while there is no stream
 */
export function openStream(url, lastId, handlers, { onOpen, onLost } = {}) {
  let source;
  let newestId = lastId;
  let receivedAt = 0;
  let lostAt;

  function open() {
    close();
    receivedAt = performance.now();
    const address = new URL(url, document.baseURI);
    if (newestId) address.searchParams.set('after', newestId);
    source = new EventSource(address);
    source.addEventListener('open', () => {
      markReceived();
      lostAt = undefined;
      onOpen?.();
    });
    source.addEventListener('error', () => {
      lostAt ??= performance.now();
    });
    for (const [name, handle] of Object.entries(handlers)) {
      source.addEventListener(name, (event) => {
        markReceived();
        if (event.lastEventId) newestId = event.lastEventId;
        handle(JSON.parse(event.data));
      });
    }
  }

  function markReceived() {
    receivedAt = performance.now();
  }

  function close() {
    source?.close();
    source = undefined;
  }

  function check() {
    if (document.hidden) return;
    const now = performance.now();
    if (lostAt !== undefined && now - lostAt > FALL_BACK_MS) onLost?.();
    const isDead = source.readyState === EventSource.CLOSED || now - receivedAt > MAX_SILENCE_MS;
    if (isDead) open();
  }

  function followVisibility() {
    if (document.hidden) close();
    else open();
  }

  document.addEventListener('visibilitychange', followVisibility);
  // An open connection would exclude the page from the browser's back/forward cache.
  window.addEventListener('pagehide', close);
  window.addEventListener('pageshow', (event) => event.persisted && followVisibility());
  setInterval(check, CHECK_EVERY_MS);
  if (!document.hidden) open();
}
