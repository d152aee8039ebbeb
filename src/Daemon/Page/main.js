import { ActionsView } from './actions.js';
import { onRefused, setToken } from './api.js';
import { AlertList, Alerts } from './alerts.js';
import { Cluster, States } from './cluster.js';
import { $, arrange, el } from './dom.js';
import { Feed } from './feed.js';
import { Grid } from './grid.js';
import { HistoryView } from './history.js';
import { JobView } from './job.js';
import { LabelsView } from './labels.js';
import { PatternsView, PatternView } from './patterns.js';
import { NodeView } from './node.js';
import { count } from './words.js';

const feed = new Feed();
const cluster = new Cluster(feed);
const alerts = new Alerts(feed);
const grid = new Grid(cluster, node => { location.hash = `#/node/${encodeURIComponent(node)}`; });
const list = new AlertList(alerts, cluster);
const chips = new Map();
const links = { nodes: null, alerts: null };
let only = null;
let view = null;
let chosen = null;
let job = null;

const Wide = { patterns: () => new PatternsView(feed, cluster), pattern: id => new PatternView(feed, cluster, id), labels: () => new LabelsView(feed), actions: () => new ActionsView(feed), history: () => new HistoryView(cluster) };

// Where the user is: "#/", "#/node/NAME", "#/job/ID", "#/alert/ID", "#/patterns" and so on, so that an address can be sent to a colleague.
function route() {
  const [, kind, id] = /^#\/(node|job|alert|pattern|patterns|labels|actions|history)(?:\/(.+))?$/.exec(location.hash) ?? [];
  view?.close();
  view = null;
  chosen = null;
  job = null;
  if (kind === 'node' && id) {
    const node = decode(id);
    view = new NodeView(node, cluster, alerts, feed);
    $('side').replaceChildren(view.element);
    grid.select(node);
    document.title = `${node} \u2013 Tocsin`;
  } else if (kind === 'job' && id) {
    job = decode(id);
    view = new JobView(job, cluster, alerts, feed);
    $('side').replaceChildren(view.element);
    document.title = `Job ${job} \u2013 Tocsin`;
  } else if (Wide[kind]) {
    view = Wide[kind](decode(id ?? ''));
    $('side').replaceChildren(view.element);
    document.title = `${view.title} \u2013 Tocsin`;
  } else {
    chosen = kind === 'alert' && id ? decode(id) : null;
    document.title = 'Tocsin';
    showAlerts();
  }
  document.body.dataset.view = Wide[kind] ? 'wide' : view ? 'node' : 'all';
  for (const a of $('nav').children) a.toggleAttribute('aria-current', a.hash === location.hash || (a.hash === '#/patterns' && kind === 'pattern') || (a.hash === '#/' && !Wide[kind]));
  if (!Wide[kind]) grid.arrange();
  show();
  if (view) $('side-title')?.focus({ preventScroll: innerWidth > 900 });
}

const decode = text => { try { return decodeURIComponent(text); } catch { return text; } };

function showAlerts() {
  if (view) return;
  const held = document.activeElement;
  const of = held?.closest?.('article')?.dataset.id;
  arrange($('side'), list.render(chosen));
  if (of && document.activeElement !== held) (held.isConnected ? held : $('side').querySelector(`article[data-id="${CSS.escape(of)}"] a`))?.focus({ preventScroll: true });
  const worst = alerts.sorted[0];
  if (!view) document.title = worst ? `(${alerts.open.size}) Tocsin` : 'Tocsin';
}

/** Which nodes are bright: of the chosen alert, of the search, of the chosen state. */
function show() {
  const words = $('search').value.trim().toLowerCase();
  const of = chosen && alerts.open.has(chosen) ? new Set(alerts.open.get(chosen).nodes) : null;
  grid.show(n => (!of || of.has(n.node)) && (!job || n.jobs.some(j => j.job_id === job)) && (!only || n.condition === only)
    && (!words || n.node.toLowerCase().includes(words) || n.jobs.some(j => j.job_id === words || j.job_name.toLowerCase().includes(words))));
}

for (const state of States) {
  const number = el('span', { class: 'number' }, '0');
  const chip = el('button', { type: 'button', class: 'chip', 'aria-pressed': 'false', onclick: () => {
    only = only === state ? null : state;
    for (const [s, c] of chips) c.chip.setAttribute('aria-pressed', String(s === only));
    show();
  } }, el('span', { class: `mark ${state}`, 'aria-hidden': 'true' }), number, ` ${state}`);
  chips.set(state, { chip, number });
  $('chips').append(chip);
}

cluster.addEventListener('change', e => {
  $('cluster').textContent = cluster.cluster;
  $('empty').hidden = cluster.nodes.size > 0;
  $('empty').textContent = 'No node yet. Nodes appear with their first sample: point Prometheus\u2019 remote_write at this daemon, or set scrape.targets.';
  for (const [state, { chip, number }] of chips) {
    const text = count(cluster.counts[state]);
    if (number.textContent !== text) number.textContent = text;
    chip.classList.toggle('none', cluster.counts[state] === 0);
  }
  grid.change(e.detail.nodes, e.detail.others);
});
alerts.addEventListener('change', () => { showAlerts(); show(); });

/** Live: the daemon tells by itself. Where it does not (too many look, or something between keeps it back) the page asks. */
function link(what, up) {
  if (what) links[what] = up;
  const state = links.nodes === false || links.alerts === false ? 'lost' : !links.nodes || !links.alerts ? 'connecting' : feed.live ? 'live' : 'asking';
  const text = { lost: 'connection lost, trying again', asking: 'asking every few seconds' }[state] ?? state;
  if ($('link').textContent !== text) $('link').textContent = text;
  $('link').dataset.state = state;
}
cluster.addEventListener('link', e => link('nodes', e.detail));
alerts.addEventListener('link', e => link('alerts', e.detail));
feed.addEventListener('link', () => link());

let asking = null;
onRefused((status, had) => asking ??= new Promise(done => {
  $('door-why').textContent = had ? `${status === 403 ? 'That token is known, but lacks the role that this needs' : 'That token is not known'}. Another one?` : 'Any token with the role read of the daemon\u2019s tokens file. It is kept in this tab until you close it.';
  $('door').showModal();
  $('door').oncancel = e => e.preventDefault();
  $('door-form').onsubmit = () => {
    setToken($('token').value.trim());
    $('token').value = '';
    asking = null;
    done();
  };
}));

$('search').addEventListener('input', show);
$('search').addEventListener('keydown', e => {
  if (e.key === 'Enter') $('grid').focus();
});
$('by').addEventListener('change', e => { grid.by = e.target.value; grid.arrange(); });
addEventListener('hashchange', route);
addEventListener('keydown', e => {
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName);
  if (e.defaultPrevented) return;
  if (e.key === '/' && !typing && !e.ctrlKey && !e.metaKey && !e.altKey) {
    e.preventDefault();
    $('search').focus();
  } else if (e.key === 'Escape' && !$('door').open) {
    // What is being written elsewhere is not thrown away by one key.
    if (typing && e.target !== $('search')) e.target.blur();
    else if (typing && $('search').value) { $('search').value = ''; show(); }
    else if (location.hash.length > 2) { location.hash = '#/'; $('grid').focus(); }
  }
});
setInterval(() => AlertList.tick($('side'), cluster.now), 1000);

route();
cluster.run();
alerts.run();
// It goes on from what the first answer had.
cluster.first.then(() => feed.run(cluster, alerts));
