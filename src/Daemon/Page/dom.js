// Elements from words. Text from outside (names of jobs, users, nodes) becomes text nodes only; nothing here makes markup from a string.

const Svg = 'http://www.w3.org/2000/svg';

export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(Svg, tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter(c => c !== null && c !== undefined && c !== false));
  return node;
}

// Control characters and those that turn the direction of writing could make one name look like another.
export const plain = text => String(text).replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');

/** A name as its owner wrote it, kept from what stands around it. */
export const name = text => el('bdi', { class: 'name' }, plain(text));

export const nodeLink = (node, ...more) => el('a', { href: `#/node/${encodeURIComponent(node)}`, class: 'node' }, plain(node), ...more);

export const jobLink = (id, words = id) => el('a', { href: `#/job/${encodeURIComponent(id)}`, class: 'job' }, name(words));

export const $ = id => document.getElementById(id);

/** Its children become these, in this order. What stays is not touched: it keeps focus and selection, and is not laid out again. */
export function arrange(parent, children) {
  const wanted = new Set(children);
  for (const old of [...parent.childNodes]) if (!wanted.has(old)) old.remove();
  children.forEach((child, i) => { if (parent.childNodes[i] !== child) parent.insertBefore(child, parent.childNodes[i] ?? null); });
}

const known = e => `${e.tagName} ${e.id} ${e.getAttribute('href')} ${e.getAttribute('aria-label')} ${e.textContent}`;

/** Its children become these; what had the focus and is there again has it again. */
export function swap(parent, children) {
  const focused = parent.contains(document.activeElement) ? known(document.activeElement) : null;
  parent.replaceChildren(...children);
  if (focused !== null) [...parent.querySelectorAll('a, button, select, input, [tabindex]')].find(e => known(e) === focused)?.focus({ preventScroll: true });
}
