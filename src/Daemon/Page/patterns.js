import { send } from './api.js';
import { axis } from './curve.js';
import { el, name, nodeLink, plain, svg, swap } from './dom.js';
import { Live, table } from './live.js';
import { count, date, many, metric, span } from './words.js';

const Shapes = 12;

/** Looks when the library or what runs as its patterns has changed. */
class Library extends Live {
  constructor(feed, cluster) {
    super(feed, 'library');
    cluster.addEventListener('change', e => { if (e.detail.nodes.some(n => n.pattern !== e.detail.before.get(n.node)?.pattern)) this.wake(); }, { signal: this.stop.signal });
  }
}

/** All patterns, and the versions of the library. */
export class PatternsView extends Library {
  title = 'Patterns';
  #body = el('div', { class: 'stack' });

  constructor(feed, cluster) {
    super(feed, cluster);
    this.element.append(this.head('Patterns'), this.notice.element, this.#body);
    this.start();
  }

  async show(ask) {
    const [known, versions, strangers] = await Promise.all([ask('api/v1/patterns'), ask('api/v1/libraries'), ask('api/v1/patterns/none').catch(() => null)]);
    if (!known.library_version) {
      this.#body.replaceChildren(el('p', { class: 'empty' }, 'There is no library yet. It is learned from what is watched, or made with tocsin train and named in the options.'));
      return;
    }
    const rows = known.patterns.map(p => el('tr', {},
      el('th', { scope: 'row' }, el('a', { href: `#/pattern/${p.id}` }, `${p.id} `, name(p.name))),
      el('td', { class: 'wrap' }, ...p.jobs.slice(0, 4).flatMap((j, i) => [i ? ', ' : '', name(j.name), ` ${j.segments}`]), p.jobs.length > 4 ? ` and ${p.jobs.length - 4} more` : ''),
      el('td', {}, count(p.members)), el('td', {}, count(p.frames)), el('td', {}, count(p.nodes_now)),
      el('td', {}, p.provisional ? [`provisional: seen in ${many(p.confirmed.jobs, 'job')} on ${many(p.confirmed.nodes, 'node')} `, el('button', { type: 'button', class: 'button', onclick: () => this.#accept(p, known.library_version) }, 'Accept', el('span', { class: 'hidden' }, ` ${plain(p.name)}`))] : p.alone ? 'few segments' : '')));
    swap(this.#body, [
      table('Patterns', ['pattern', 'jobs that ran as it', 'segments', 'frames', 'nodes now', ''], rows),
      strangers?.kept_count ? el('p', { class: 'empty' }, el('a', { href: '#/pattern/none' }, `${many(strangers.kept_count, 'kept segment')} like no pattern`)) : '',
      el('h3', {}, 'Versions'),
      table('Versions', ['version', 'activated', 'made of', ''], versions.libraries.toReversed().slice(0, 30).map(v => el('tr', {},
        el('th', { scope: 'row' }, String(v.version)), el('td', {}, v.activated ? date(Date.parse(v.activated)) : 'never'), el('td', { class: 'wrap' }, plain(v.words ?? '')),
        el('td', {}, v.active ? el('strong', {}, 'active') : v.bytes === null ? 'its file is gone' : el('button', { type: 'button', class: 'button', onclick: () => this.#activate(v.version, known.library_version) }, 'Go back to it', el('span', { class: 'hidden' }, ` version ${v.version}`))))))]);
  }

  #accept(p, version) {
    return this.notice.change(`Accepting ${p.name}`, version, () => send('POST', `api/v1/patterns/${p.id}/accept`), () => this.look());
  }

  #activate(version, before) {
    return this.notice.change(`Activating version ${version}`, before, () => send('POST', `api/v1/libraries/${version}/activate`), () => this.look());
  }
}

/** One pattern: how its segments begin, what is kept of it, and what may be done to it. */
export class PatternView extends Library {
  #id;
  #title = el('span');
  #body = el('div', { class: 'stack' });

  constructor(feed, cluster, id) {
    super(feed, cluster);
    this.#id = id === 'none' ? id : Number.parseInt(id, 10);
    this.title = id === 'none' ? 'Like no pattern' : `Pattern ${this.#id}`;
    this.#title.textContent = this.title;
    this.element.append(el('div', { class: 'bar' }, el('h2', { tabindex: -1, id: 'side-title' }, this.#title), el('a', { class: 'close', href: '#/patterns', 'aria-label': 'Close', title: 'Close' }, '\u00d7')), this.notice.element, this.#body);
    this.start();
  }

  async show(ask) {
    const [known, look] = await Promise.all([ask('api/v1/patterns'), ask(`api/v1/patterns/${this.#id}`)]);
    const own = known.patterns.find(p => p.id === this.#id);
    if (own) this.#title.replaceChildren(`Pattern ${own.id}: `, name(own.name));
    const others = idle => known.patterns.filter(p => p.id !== this.#id && p.idle === idle);
    const version = known.library_version;
    swap(this.#body, [
      own ? el('p', { class: 'empty' }, `Learned from ${many(own.members, 'segment')}, ${many(own.frames, 'frame')}; ${many(own.nodes_now, 'node')} now.${own.provisional ? ' Provisional: it raises no alarm.' : ''}`) : '',
      own ? this.#joining(own, others(own.idle), version) : '',
      own ? el('h3', {}, look.measured ? 'How its segments begin: mean and spread' : 'Its usual level: mean and spread (no segment of it is kept)') : '',
      el('div', { class: 'shapes' }, ...look.shape.slice(0, Shapes).map(s => shape(s, look.step_ms))),
      el('h3', {}, `Kept segments (${count(look.kept_count)})`),
      look.kept.length ? table('Kept segments', ['node', 'job', 'began', 'frames', 'counts to'], look.kept.map(s => el('tr', {},
        el('th', { scope: 'row' }, nodeLink(s.node)), el('td', {}, s.idle ? 'idle' : name(s.job_name)), el('td', {}, `${date(Date.parse(s.start))}, ${span(Date.parse(s.last) - Date.parse(s.start))}`), el('td', {}, count(s.frames)),
        el('td', { class: 'tools' }, ...this.#moving(s, others(s.idle), version)))))
        : el('p', { class: 'empty' }, 'None. Segments are kept while learning is on, the newest of each pattern.')]);
  }

  #joining(own, others, version) {
    const to = el('select', {}, el('option', { value: '' }, 'Join into \u2026'), ...others.map(p => el('option', { value: p.id }, plain(`${p.id} ${p.name}`))));
    to.setAttribute('aria-label', `Join pattern ${own.id} into`);
    return el('p', {}, to, ' ', el('button', { type: 'button', class: 'button', onclick: () => to.value && this.notice.change(`Joining ${own.id} into ${to.value}`, version, () => send('POST', `api/v1/patterns/${own.id}/join`, { into: to.value }), async () => { location.hash = `#/pattern/${to.value}`; }) }, 'Join'));
  }

  /** A select acts on no key by itself: with arrow keys each value that is passed would be chosen. */
  #moving(s, others, version) {
    const to = el('select', { 'aria-label': `Move the segment of ${plain(s.node)} of ${s.start} to` },
      el('option', { value: '' }, this.#id === 'none' ? 'none; move to \u2026' : 'this one; move to \u2026'), ...others.map(p => el('option', { value: p.id }, plain(`${p.id} ${p.name}`))));
    const move = () => to.value !== '' && this.notice.change(`Counting it to ${to.value}`, version, () => send('POST', `api/v1/patterns/${to.value}/members`, { node: `${s.cluster}/${s.node}`, start: s.start }), () => this.look());
    return [to, ' ', el('button', { type: 'button', class: 'button', onclick: move }, 'Move', el('span', { class: 'hidden' }, ` the segment of ${plain(s.node)} of ${s.start}`))];
  }
}

const Wide = 300;
const High = 84;

function shape(s, step) {
  const known = [...s.low, ...s.high].filter(v => v !== null);
  let [low, high] = [Math.min(...known), Math.max(...known)];
  if (!(high > low)) [low, high] = [low - 0.5, low + 0.5];
  const x = i => (i / Math.max(1, s.mean.length - 1)) * Wide;
  const y = v => 4 + (1 - (v - low) / (high - low)) * (High - 22);
  const points = (values, from = 0) => values.map((v, i) => (v === null ? null : `${x(i + from).toFixed(1)} ${y(v).toFixed(1)}`)).filter(p => p);
  const edge = [...points(s.high), ...points(s.low).reverse()];
  const said = metric(s.metric);
  return el('figure', { class: 'shape' },
    el('figcaption', {}, el('strong', {}, name(said)), s.with.length ? el('span', { class: 'count', title: plain(s.with.map(metric).join(', ')) }, `, of ${s.with.length + 1} that move together`) : ''),
    // The curve is stretched to the width that there is, its words are not.
    svg('svg', { role: 'img', 'aria-label': plain(`${said}: from ${axis(s.mean[0], s.unit)} to ${axis(s.mean.findLast(v => v !== null) ?? null, s.unit)}`) },
      svg('svg', { class: 'plot', x: 44, height: High, viewBox: `0 0 ${Wide} ${High}`, preserveAspectRatio: 'none' },
        svg('path', { class: 'band', d: edge.length ? `M${edge.join('L')}Z` : '' }), svg('path', { class: 'mean', d: s.mean.some(v => v !== null) ? `M${points(s.mean).join('L')}` : '' })),
      svg('text', { x: 40, y: 14, 'text-anchor': 'end' }, axis(high, s.unit, (high - low) / 100)), svg('text', { x: 40, y: High - 19, 'text-anchor': 'end' }, axis(low, s.unit, (high - low) / 100)),
      svg('text', { x: 44, y: High - 3 }, '0'), svg('text', { x: '100%', dx: -4, y: High - 3, 'text-anchor': 'end' }, span((s.mean.length - 1) * step))));
}
