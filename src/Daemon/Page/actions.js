import { send } from './api.js';
import { el, jobLink, name, nodeLink, plain, swap } from './dom.js';
import { Live, table } from './live.js';
import { count, date, many, span } from './words.js';

const Shown = 100;
const when = text => (text ? date(Date.parse(text)) : '\u2013');
const percent = share => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
const nodeHours = s => (Math.abs(s) < 360 ? '' : `${(s / 3600).toFixed(1)} node-hours`);

/** What is done to nodes and jobs, what was decided and why, how the running jobs stand, and the operator's words. */
export class ActionsView extends Live {
  title = 'Actions';
  #word = el('form', { class: 'form', hidden: true });
  #body = el('div', { class: 'stack' });

  constructor(feed) {
    super(feed, 'actions');
    this.element.append(this.head('Actions'), this.#word, this.notice.element, this.#body);
    this.start();
  }

  async show(ask) {
    const [decided, open, over] = await Promise.all([ask(`api/v1/decisions?limit=${Shown}&jobs=${Shown}`), ask(`api/v1/actions?open=true&limit=${Shown}`), ask(`api/v1/actions?open=false&limit=${Shown}`)]);
    // What nobody can tell is not over for an operator.
    const unclear = open.actions.filter(a => a.state === 'unknown');
    const under = open.actions.filter(a => a.state !== 'unknown');
    swap(this.#body, [
      this.#standing(decided, open),
      decided.policy === 'none' ? '' : el('div', { class: 'stack' },
        el('h3', {}, `Under way (${count(open.actions.length)})`),
        open.actions.length ? this.#actions('Under way', [...unclear, ...under]) : el('p', { class: 'empty' }, 'Nothing is.'),
        open.vetoes.length ? el('h3', {}, 'Vetoes') : '', open.vetoes.length ? this.#vetoes(open.vetoes) : '',
        el('h3', {}, `Jobs (${decided.jobs.length < decided.jobs_total ? `${count(decided.jobs.length)} of ` : ''}${count(decided.jobs_total)})`), this.#jobs(decided.jobs),
        el('h3', {}, 'Decisions'), decisions(decided.decisions),
        el('h3', {}, 'Actions that are over'), over.actions.length ? this.#actions('Actions that are over', over.actions) : el('p', { class: 'empty' }, 'None yet.'))]);
  }

  #standing(decided, open) {
    if (decided.policy === 'none') return el('p', { class: 'empty' }, plain(decided.brake ?? ''));
    const where = decided.dry_run ? 'Dry run: all is decided and nothing is done (actions.enabled switches partitions on)' : ['Done in ', decided.enabled.map(plain).join(', '), '; a dry run elsewhere'];
    return el('div', { class: 'stack' },
      el('p', { class: 'standing' }, el('strong', {}, decided.held ? 'Held' : decided.brake ? 'Nothing is done now' : decided.dry_run ? 'Dry run' : 'Switched on'), ' ',
        decided.held ? ['by ', name(decided.held)] : decided.brake ? plain(decided.brake) : where, ' ',
        decided.held ? this.#button('Release', '', 'Release what is held', 'api/v1/actions/resume', 'Release') : this.#button('Hold everything', '', 'Hold everything: nothing is done any more until it is released', 'api/v1/actions/hold', 'Hold')),
      el('p', { class: 'empty' }, `Policy ${decided.policy.replaceAll('_', ' ')}; decided ${decided.decided_at ? when(decided.decided_at) : 'not yet'}. `,
        open.nodes_out.length ? ['Out because of Tocsin: ', ...open.nodes_out.slice(0, 50).flatMap((n, i) => [i ? ', ' : '', nodeLink(n)]), open.nodes_out.length > 50 ? ` and ${open.nodes_out.length - 50} more` : ''] : 'No node is out because of Tocsin.'),
      (decided.spares ?? []).length ? el('p', { class: 'empty' }, `Spares, so that a failed node finds one with ${percent(decided.spare_chance)} (none is kept free): `,
        decided.spares.slice(0, 20).map(s => `${plain(s.partition)} ${count(s.free)} free of ${count(s.wanted)} wanted`).join(', ')) : '');
  }

  #actions(label, actions) {
    return table(label, ['id', 'what', 'of', 'state', 'why', 'what came of it', ''], actions.map(a => el('tr', {},
      el('th', { scope: 'row' }, String(a.id)), el('td', {}, { signal: 'ask for a checkpoint', fence: 'fence by a reservation', unfence: 'take the fence back' }[a.kind] ?? a.kind), el('td', {}, a.node ? nodeLink(a.node) : '', a.node && a.job ? ' ' : '', a.job ? jobLink(a.job) : ''),
      el('td', {}, a.state === 'dry_run' ? 'dry run' : a.state, el('div', { class: 'count' }, when(a.since))), el('td', { class: 'wrap' }, plain(a.reason)), el('td', { class: 'wrap' }, plain(a.waits ? a.waits.replace(/^(?!waits)/, 'waits: ') : a.says ?? '')),
      el('td', { class: 'tools' }, ...this.#words(a)))));
  }

  #words(a) {
    const of = `${a.kind} ${a.node ?? a.job ?? ''}`;
    const word = (text, path, more) => this.#button(text, ` action ${a.id}`, `${text} action ${a.id} (${of})${more}`, `api/v1/actions/${a.id}/${path}`, text);
    if (a.state === 'unknown') return [word('Close', 'close', ': you looked at Slurm, and it is as it should be')];
    const open = ['proposed', 'approved', 'started'].includes(a.state);
    return [
      a.waits === 'waits for an operator' && open && !a.approved ? word('Approve', 'approve', '') : '', ' ',
      open ? word('Veto', 'veto', '') : '', ' ',
      a.state !== 'started' && !['done', 'dry_run'].includes(a.state) && !a.forced ? word('Force', 'force', ': the policy is not asked; preconditions, vetoes and brakes hold all the same') : ''];
  }

  #vetoes(vetoes) {
    return table('Vetoes', ['id', 'of', 'by', 'why', 'until', ''], vetoes.map(v => el('tr', {},
      el('th', { scope: 'row' }, String(v.id)), el('td', {}, v.action ? `action ${v.action}` : v.node ? nodeLink(v.node) : v.job ? jobLink(v.job) : 'everything'), el('td', {}, name(v.who)), el('td', { class: 'wrap' }, plain(v.note)),
      el('td', {}, v.until ? when(v.until) : 'it is taken back'), el('td', {}, el('button', { type: 'button', class: 'button', onclick: () => this.#say('Taking it back', () => send('DELETE', `api/v1/actions/vetoes/${v.id}`)) }, 'Take back', el('span', { class: 'hidden' }, ` veto ${v.id}`))))));
  }

  #jobs(jobs) {
    if (!jobs.length) return el('p', { class: 'empty' }, 'None runs.');
    return table('Jobs', ['job', 'nodes', 'risk', 'last checkpoint', 'next planned', 'unsaved', 'consent', 'decided', ''], jobs.map(j => el('tr', {},
      el('th', { scope: 'row' }, jobLink(j.job)), el('td', {}, many(j.nodes.length, 'node')),
      el('td', {}, j.suspects.length ? j.suspects.slice(0, 3).flatMap((s, i) => [i ? ', ' : '', nodeLink(s.node), ` ${percent(s.probability)}`]) : el('span', { class: 'count' }, `${j.failures_per_day.toPrecision(2)} failures/day`)),
      el('td', {}, when(j.last_checkpoint)), el('td', {}, when(j.next_planned)), el('td', {}, span(1000 * j.unsaved_seconds)), el('td', {}, j.consent === 'none' ? el('span', { class: 'count' }, 'none') : plain(`${j.consent}, requeue ${j.requeue.replace('_', ' ')}`)),
      el('td', { class: 'wrap' }, plain(j.reason)), el('td', {}, this.#button('Veto', ` job ${plain(j.job)}`, `Veto whatever is about job ${plain(j.job)}`, 'api/v1/actions/veto', 'Veto', { job: j.job })))));
  }

  /** A word is said in two steps: what it is about stands above, why is asked, and it is stored with who said it. */
  #button(text, hidden, about, path, done, more = {}) {
    return el('button', { type: 'button', class: 'button', onclick: () => this.#ask(about, path, done, more) }, text, hidden ? el('span', { class: 'hidden' }, hidden) : '');
  }

  #ask(about, path, done, more) {
    const back = document.activeElement;
    const note = el('input', { name: 'note', maxlength: 500, autocomplete: 'off', size: 40 });
    const over = () => { this.#word.hidden = true; this.#word.replaceChildren(); back?.isConnected ? back.focus() : this.element.querySelector('h2').focus(); this.wake(); };
    this.#word.replaceChildren(el('label', { class: 'grow' }, plain(`${about}. Why?`), note),
      el('button', { type: 'submit', class: 'button main' }, done), el('button', { type: 'button', class: 'button', onclick: over }, 'Not now'));
    this.#word.onsubmit = e => {
      e.preventDefault();
      const body = { ...more, ...(note.value.trim() ? { note: note.value.trim() } : {}) };
      over();
      this.#say(`${done} \u2026`, () => send('POST', path, body));
    };
    this.#word.hidden = false;
    note.focus();
  }

  async #say(words, act) {
    let said;
    if (!await this.notice.doing(words, async () => { said = await act(); })) return;
    await this.look();
    this.notice.say(said.says);
  }
}

const decisions = all => (all.length ? table('Decisions', ['at', 'decided', 'of', 'why', 'expected gain', 'action'], all.map(d => el('tr', {},
  el('th', { scope: 'row' }, when(d.at)), el('td', {}, d.decision), el('td', {}, d.job ? jobLink(d.job) : '', d.job && d.node ? ' ' : '', d.node ? nodeLink(d.node) : ''), el('td', { class: 'wrap' }, plain(d.reason)),
  el('td', {}, nodeHours(d.gain_node_seconds)), el('td', {}, d.action ? String(d.action) : '')))) : el('p', { class: 'empty' }, 'None yet.'));
