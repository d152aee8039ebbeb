import { send } from './api.js';
import { el, name, plain } from './dom.js';
import { Notice } from './notice.js';

const Words = [['fault', 'It was right'], ['expected', 'Expected'], ['false', 'False alarm']];
const Scopes = [['node', 'on this node'], ['pattern', 'in this pattern'], ['metric', 'by this metric'], ['site', 'everywhere']];
const Spans = [['', 'until undone'], ['1d', 'for a day'], ['7d', 'for 7 days'], ['30d', 'for 30 days']];

/** The tools of each alert, made once: a new revision of the alert must not take a choice or a preview from under the operator's hands. */
export class VerdictTools {
  #made = new Map();

  of(alert) {
    const key = JSON.stringify(alert.verdict ?? null);
    const known = this.#made.get(alert.id);
    if (known?.key === key) return known.tools;
    const tools = verdictTools(alert);
    this.#made.set(alert.id, { key, tools });
    return tools;
  }

  keep(ids) { for (const id of this.#made.keys()) if (!ids.has(id)) this.#made.delete(id); }
}

/** What an operator says of an alert: first what it would do, then it is done. */
function verdictTools(alert) {
  const notice = new Notice();
  const choice = (label, all) => el('select', { 'aria-label': label }, ...all.map(([value, words]) => el('option', { value }, words)));
  const [scope, until] = [choice('How far it reaches', Scopes), choice('How long', Spans)];
  const path = `api/v1/alerts/${encodeURIComponent(alert.id)}/verdict`;
  const body = word => ({ verdict: word, ...(word === 'fault' ? {} : { scope: scope.value, ...(until.value ? { until: until.value } : {}) }) });

  const give = async word => {
    let given;
    if (!await notice.doing('Telling', async () => { given = await send('POST', path, body(word)); })) return;
    notice.say(word === 'fault' ? 'Kept: it was right.' : 'Done: what is like it is not told of.', async () => {
      if (await notice.doing('Undoing', () => send('DELETE', `api/v1/verdicts/${given.verdict.id}`))) notice.say('Undone.');
    });
  };

  const preview = async word => {
    let seen;
    if (word === 'fault') return give(word);
    if (!await notice.doing('Looking what it would do', async () => { seen = await send('POST', `${path}?preview=true`, body(word)); })) return;
    notice.say(`${seen.verdict.does} It ${seen.preview?.summary ?? 'changes nothing of the past'}. `);
    notice.element.append(el('button', { type: 'button', class: 'button', onclick: () => give(word) }, 'Do it'), ' ', el('button', { type: 'button', class: 'plain', onclick: () => { notice.element.hidden = true; } }, 'Leave it'));
  };

  return [
    alert.verdict ? el('p', { class: 'meta' }, 'said to be ', el('strong', {}, plain(alert.verdict.verdict ?? alert.verdict)), alert.verdict.who ? el('span', {}, 'by ', name(alert.verdict.who)) : '') : '',
    el('div', { class: 'verdict', role: 'group', 'aria-label': `What ${plain(alert.id)} was` }, ...Words.map(([word, words]) => el('button', { type: 'button', class: 'button', onclick: () => preview(word) }, words)), scope, until),
    notice.element,
  ];
}
