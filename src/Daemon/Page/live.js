import { Again } from './again.js';
import { get } from './api.js';
import { el } from './dom.js';
import { Notice } from './notice.js';

const Every = 15_000;
const Gap = 3000;

/** A view that looks again when what it shows has changed, until it is closed. */
export class Live {
  element = el('div', { class: 'node-view' });
  notice = new Notice();
  stop = new AbortController();
  #again;

  /** @param topic that the daemon tells of */
  constructor(feed, topic) {
    this.#again = new Again(feed, () => this.#unlessHeld(), { every: Every, gap: Gap });
    feed.addEventListener(topic, () => this.wake(), { signal: this.stop.signal });
  }

  close() {
    this.stop.abort();
    this.#again.close();
  }

  start() { this.#again.run(); }

  wake() { this.#again.wake(); }

  /** What the user has a hand on stays as it is, and what is chosen and not done yet: then it is looked again later. */
  async #unlessHeld() {
    const held = document.activeElement;
    if (this.element.contains(held) && /^(SELECT|INPUT)$/.test(held.tagName)) held.addEventListener('blur', () => this.wake(), { once: true });
    else if (![...this.element.querySelectorAll('select')].some(s => s.value !== '')) await this.look();
  }

  async look() {
    try {
      await this.show(path => get(path, AbortSignal.any([this.stop.signal, AbortSignal.timeout(60_000)])));
    } catch (e) {
      if (!this.stop.signal.aborted) this.notice.say(e.message, null, true);
    }
  }

  head(...words) { return el('div', { class: 'bar' }, el('h2', { tabindex: -1, id: 'side-title' }, ...words)); }
}

export const table = (label, heads, rows) => el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': label }, el('table', {},
  el('thead', {}, el('tr', {}, ...heads.map(h => el('th', { scope: 'col' }, h)))), el('tbody', {}, ...rows)));
