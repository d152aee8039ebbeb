import { get, save, send } from './api.js';
import { el, name, nodeLink, plain, swap } from './dom.js';
import { words } from './marks.js';
import { Notice } from './notice.js';
import { date, span } from './words.js';

const Page = 200;

/** All labels, by everyone; as a table for other tools. */
export class LabelsView {
  title = 'Labels';
  element = el('div', { class: 'node-view' });
  #notice = new Notice();
  #list = el('div');
  #more = el('button', { type: 'button', class: 'button', hidden: true }, 'Older ones');
  #labels = [];
  #next = null;
  #stop = new AbortController();

  constructor(feed) {
    this.element.append(
      el('div', { class: 'bar' }, el('h2', { tabindex: -1, id: 'side-title' }, 'Labels'), el('button', { type: 'button', class: 'button', onclick: () => this.#notice.doing('Saving', () => save('api/v1/labels?format=csv', 'labels.csv')).then(ok => ok && this.#notice.say('Saved as labels.csv.')) }, 'Save as CSV')),
      el('p', { class: 'empty' }, 'Stretches of nodes\u2019 time that operators have marked. A fault is never learned from. To mark one, open a node.'),
      this.#notice.element, this.#list, this.#more);
    this.#more.addEventListener('click', () => this.#load(this.#next));
    // Beyond the first page somebody reads: what others mark comes in when they come back.
    feed.addEventListener('labels', () => { if (this.#labels.length <= Page) this.#load(null); }, { signal: this.#stop.signal });
    this.#load(null);
  }

  close() { this.#stop.abort(); }

  async #load(before) {
    await this.#notice.doing('Asking', async () => {
      const said = await get(`api/v1/labels?limit=${Page}${before ? `&before=${before}` : ''}`);
      if (this.#stop.signal.aborted) return;
      this.#labels = before ? [...this.#labels, ...said.labels] : said.labels;
      this.#next = said.next;
      this.#notice.element.hidden = true;
      this.#show();
    });
  }

  #show() {
    this.#more.hidden = this.#next === null;
    swap(this.#list, [this.#labels.length ? el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Labels' }, el('table', {},
      el('thead', {}, el('tr', {}, ...['node', 'it was', 'from', 'for', 'by', 'why', ''].map(h => el('th', { scope: 'col' }, h)))),
      el('tbody', {}, ...this.#labels.map(l => el('tr', {},
        el('th', { scope: 'row' }, nodeLink(l.node)), el('td', {}, words(l)), el('td', {}, date(Date.parse(l.from))), el('td', {}, span(Date.parse(l.until) - Date.parse(l.from))), el('td', {}, name(l.who)), el('td', { class: 'wrap' }, plain(l.note)),
        el('td', {}, el('button', { type: 'button', class: 'button', onclick: () => this.#undo(l.id) }, 'Undo', el('span', { class: 'hidden' }, ` label ${l.id}`)))))))) : el('p', { class: 'empty' }, 'None yet.')]);
  }

  async #undo(id) {
    if (await this.#notice.doing('Undoing', () => send('DELETE', `api/v1/labels/${id}`))) await this.#load(null);
  }
}
