// Changes a part of the page to another with few changes, so that focus, selection and scroll position stay. Elements
// with an id are matched by it, wherever they stand among their siblings.

/** Changes `old` to `next`; leaves equal parts untouched. */
export function morph(old, next) {
  if (old.isEqualNode(next)) return;
  if (old.nodeType !== next.nodeType || old.nodeName !== next.nodeName) {
    old.replaceWith(next);
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    old.nodeValue = next.nodeValue;
    return;
  }
  morphAttributes(old, next);
  if (isBeingEdited(old)) return;
  morphChildren(old, next);
}

function morphAttributes(old, next) {
  for (const { name } of [...old.attributes]) {
    if (!next.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of next.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

/** Reports whether the user is editing an element; its content is then kept. */
function isBeingEdited(element) {
  return element === document.activeElement && element.matches('input, select, textarea');
}

function morphChildren(old, next) {
  const wanted = [...next.childNodes];
  const known = new Map([...old.children].filter(({ id }) => id).map((child) => [child.id, child]));
  const kept = new Set(wanted.map((child) => known.get(child.id)).filter(Boolean));
  let place = old.firstChild;
  for (const child of wanted) {
    const same = known.get(child.id);
    // Elements that a later child needs by id are skipped.
    while (!same && place && kept.has(place)) place = place.nextSibling;
    const current = same ?? place;
    if (!current) {
      old.append(child);
      continue;
    }
    if (same && same !== place) move(old, same, place);
    else place = current.nextSibling;
    morph(current, child);
  }
  while (place) {
    const following = place.nextSibling;
    if (!kept.has(place)) place.remove();
    place = following;
  }
}

/** Moves an element without taking the focus from it, where the browser can. */
function move(parent, child, before) {
  if (parent.moveBefore) parent.moveBefore(child, before);
  else parent.insertBefore(child, before);
}
