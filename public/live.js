// Keeps an open page fresh: asks for it again, and changes only what has changed, so that focus, selection and
// scrolling stay where they are. A hidden tab asks nothing. Without this module the page is as complete, only as old
// as its last load.

const EVERY_MS = 5_000;
const GIVE_UP_MS = 10_000;
const lost = document.querySelector('.lost');
let timer;

async function refresh() {
  try {
    const response = await fetch(location.href, { signal: AbortSignal.timeout(GIVE_UP_MS) });
    if (!response.ok) throw new Error(`Headroom answered ${response.status}`);
    show(new DOMParser().parseFromString(await response.text(), 'text/html'));
    lost.hidden = true;
  } catch {
    lost.hidden = false;
  }
}

function show(next) {
  // Another version of Headroom: its page needs its own styles.
  if (moduleOf(next) !== moduleOf(document)) {
    location.reload();
    return;
  }
  document.title = next.title;
  morph(document.querySelector('link[rel="icon"]'), next.querySelector('link[rel="icon"]'));
  morph(document.querySelector('main'), next.querySelector('main'));
}

function moduleOf(page) {
  return page.querySelector('script[type="module"]').getAttribute('src');
}

/** Makes `old` like `next`, touching as little as possible. */
function morph(old, next) {
  if (old.isEqualNode(next)) return;
  const isAlike = old.nodeType === Node.ELEMENT_NODE && old.nodeName === next.nodeName;
  if (!isAlike || old.childNodes.length !== next.childNodes.length) {
    old.replaceWith(next);
    return;
  }
  for (const { name } of [...old.attributes]) {
    if (!next.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of next.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  const children = [...next.childNodes];
  [...old.childNodes].forEach((child, i) => {
    morph(child, children[i]);
  });
}

async function run() {
  clearTimeout(timer);
  if (document.hidden) return;
  await refresh();
  clearTimeout(timer);
  timer = setTimeout(run, EVERY_MS);
}

document.addEventListener('visibilitychange', run);
timer = setTimeout(run, EVERY_MS);
