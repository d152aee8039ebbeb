import { get, save } from './api.js';
import { card } from './alerts.js';
import { el } from './dom.js';
import { Kinds } from './marks.js';
import { Notice } from './notice.js';

const Page = 50;

/** Alerts of any time, by node, job, kind and severity; as a table for other tools. */
export class HistoryView {
  title = 'Alert history';
  element = el('div', { class: 'node-view' });
  #cluster;
  #notice = new Notice();
  #form;
  #list = el('div');
  #more = el('button', { type: 'button', class: 'button', hidden: true }, 'Older ones');
  #closed = false;
  #next = null;

  constructor(cluster) {
    this.#cluster = cluster;
    const option = ([value, words]) => el('option', { value }, words ?? value);
    const field = (words, input) => el('label', {}, words, input);
    this.#form = el('form', { class: 'form' },
      field('from (UTC)', el('input', { name: 'from', size: 17, placeholder: '2026-01-31 14:00', autocomplete: 'off' })), field('until', el('input', { name: 'until', size: 17, placeholder: 'now', autocomplete: 'off' })),
      field('node', el('input', { name: 'node', size: 12, autocomplete: 'off', maxlength: 255 })), field('job', el('input', { name: 'job', size: 10, autocomplete: 'off', maxlength: 64 })),
      field('kind', el('select', { name: 'kind' }, option(['', 'any']), ...Kinds.map(k => option([k])))), field('at least', el('select', { name: 'severity' }, ...[['', 'any'], ['info'], ['warning'], ['critical']].map(option))),
      field('state', el('select', { name: 'open' }, ...[['', 'any'], ['true', 'open'], ['false', 'cleared']].map(option))),
      el('button', { type: 'submit', class: 'button main' }, 'Search'), el('button', { type: 'button', class: 'button', onclick: () => this.#save() }, 'Save as CSV'));
    this.#form.addEventListener('submit', e => { e.preventDefault(); this.#load(null); });
    this.#more.addEventListener('click', () => this.#load(this.#next));
    this.element.append(el('h2', { tabindex: -1, id: 'side-title' }, 'Alert history'), this.#form, this.#notice.element, this.#list, this.#more);
    this.#load(null);
  }

  close() { this.#closed = true; }

  #asked() {
    const asked = new URLSearchParams();
    for (const [key, value] of new FormData(this.#form)) {
      const text = value.trim();
      // A time without a zone is UTC, as everywhere on the page.
      if (text) asked.set(key, key === 'from' || key === 'until' ? `${text.replace(' ', 'T')}${/Z|[+-]\d\d:?\d\d$|^\d+$/.test(text) ? '' : 'Z'}` : text);
    }
    return asked;
  }

  async #load(before) {
    const asked = this.#asked();
    asked.set('limit', Page);
    if (before) asked.set('before', before);
    await this.#notice.doing('Searching', async () => {
      const said = await get(`api/v1/alerts?${asked}`);
      if (this.#closed) return;
      const cards = said.alerts.map(a => card(a, this.#cluster.now));
      if (before) this.#list.append(...cards);
      else this.#list.replaceChildren(...(cards.length ? cards : [el('p', { class: 'empty' }, 'None.')]));
      this.#next = said.next;
      this.#more.hidden = said.next === null;
      this.#notice.element.hidden = true;
    });
  }

  async #save() {
    const asked = this.#asked();
    asked.set('format', 'csv');
    if (await this.#notice.doing('Saving', () => save(`api/v1/alerts?${asked}`, 'alerts.csv'))) this.#notice.say('Saved as alerts.csv.');
  }
}
