// What Chromium's own trace says of the page's frames. Pure: the trace's events in, figures out. Times in the trace are microseconds.

export const Categories = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'disabled-by-default-devtools.timeline.frame', 'blink.user_timing', 'cc', 'benchmark', 'v8'];
export const Budget = 1000 / 60;
const Long = 50;

const Kinds = new Map(Object.entries({
  script: ['FunctionCall', 'EvaluateScript', 'RunMicrotasks', 'FireAnimationFrame', 'TimerFire', 'EventDispatch', 'v8.callFunction', 'V8.GC_MC', 'MinorGC', 'MajorGC', 'XHRReadyStateChange', 'ResourceReceivedData'],
  style: ['UpdateLayoutTree', 'RecalculateStyles', 'ParseAuthorStyleSheet'],
  layout: ['Layout', 'IntersectionObserverController::computeIntersections'],
  paint: ['PrePaint', 'Paint', 'PaintImage', 'Layerize', 'UpdateLayer', 'UpdateLayerTree', 'CompositeLayers', 'Commit'],
}).flatMap(([kind, names]) => names.map(n => [n, kind])));

/** The thread on which the page's scripts run: the one that set the mark. */
function mainThread(events, mark) {
  const set = events.find(e => e.name === mark && e.cat?.includes('blink.user_timing'));
  if (!set) throw new Error(`the trace has no mark ${mark}`);
  return { pid: set.pid, tid: set.tid };
}

/** Of what lies between two marks: frames as the page was asked for them, what the main thread did for each, and what became of them on the screen. */
export function figures(events, from, until) {
  const { pid, tid } = mainThread(events, from);
  const at = mark => events.find(e => e.name === mark && e.pid === pid && e.cat.includes('blink.user_timing')).ts;
  const [begin, end] = [at(from), at(until)];
  const within = events.filter(e => e.ts >= begin && e.ts < end);
  const main = within.filter(e => e.pid === pid && e.tid === tid);
  const starts = main.filter(e => e.name === 'BeginMainThreadFrame').map(e => e.ts).sort((a, b) => a - b);
  const frames = starts.slice(1).map((ts, i) => ({ start: starts[i], length: (ts - starts[i]) / 1000, busy: 0, cpu: 0, script: 0, style: 0, layout: 0, paint: 0 }));
  const tasks = main.filter(e => e.ph === 'X' && e.name === 'RunTask');
  for (const task of tasks) spread(frames, task, (frame, share) => { frame.busy += share * task.dur / 1000; frame.cpu += share * (task.tdur ?? task.dur) / 1000; });
  for (const [event, self] of selves(main.filter(e => e.ph === 'X' && Kinds.has(e.name))))
    spread(frames, event, (frame, share) => { frame[Kinds.get(event.name)] += share * self / 1000; });
  return {
    seconds: (end - begin) / 1e6,
    frames,
    asked: frames.length / ((end - begin) / 1e6),
    long: tasks.filter(t => t.dur > Long * 1000).map(t => t.dur / 1000),
    shown: shown(within.filter(e => e.pid === pid)),
  };
}

// Best first. A frame of which the compositor has shown its own part early and the main thread's later is told of twice.
const Fates = ['presented_all', 'presented_partial', 'no_update_desired', 'dropped'];

/** What became of each frame that the compositor began. */
function shown(events) {
  const fates = new Map();
  for (const e of events) {
    const of = e.name === 'PipelineReporter' && e.ph === 'b' ? e.args?.chrome_frame_reporter ?? e.args?.frame_reporter : null;
    const fate = Fates.indexOf(of?.state?.replace('STATE_', '').toLowerCase());
    const key = `${of?.frame_source}.${of?.frame_sequence}`;
    if (fate >= 0) fates.set(key, Math.min(fate, fates.get(key) ?? Fates.length));
  }
  return Object.fromEntries(Fates.map((name, i) => [name, [...fates.values()].filter(f => f === i).length]));
}

/** An event's time goes to the frames that it lies in. */
function spread(frames, event, add) {
  let [low, high] = [0, frames.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (frames[middle].start + frames[middle].length * 1000 <= event.ts) low = middle + 1;
    else high = middle;
  }
  for (let i = low; i < frames.length && frames[i].start < event.ts + event.dur; i++) {
    const shared = Math.min(frames[i].start + frames[i].length * 1000, event.ts + event.dur) - Math.max(frames[i].start, event.ts);
    if (shared > 0) add(frames[i], shared / event.dur);
  }
}

/** Each event with the time that no event within it took. */
function selves(events) {
  const open = [];
  const all = [];
  for (const e of events.filter(e => e.dur > 0).sort((a, b) => a.ts - b.ts || b.dur - a.dur)) {
    while (open.length && open[open.length - 1][0].ts + open[open.length - 1][0].dur <= e.ts) open.pop();
    if (open.length) open[open.length - 1][1] -= e.dur;
    const entry = [e, e.dur];
    open.push(entry);
    all.push(entry);
  }
  return all;
}

export function quantile(values, q) {
  if (!values.length) return null;
  const sorted = values.toSorted ? values.toSorted((a, b) => a - b) : [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)];
}

const three = values => ({ p50: round(quantile(values, 0.5)), p99: round(quantile(values, 0.99)), max: round(quantile(values, 1)) });
const round = v => (v === null ? null : Math.round(v * 100) / 100);

/** The figures without the single frames. Milliseconds of a frame; `cpu` is processor time of the main thread, which other load of the machine does not lengthen. */
export function summary(f) {
  const of = key => three(f.frames.map(x => x[key]));
  return {
    seconds: round(f.seconds), frames: f.frames.length, frames_per_second: round(f.asked),
    between: of('length'), main_thread: of('busy'), main_thread_cpu: of('cpu'), script: of('script'), style: of('style'), layout: of('layout'), paint: of('paint'),
    busy_over_budget: f.frames.filter(x => x.busy > Budget).length, cpu_over_budget: f.frames.filter(x => x.cpu > Budget).length,
    late: f.frames.filter(x => x.length > 1.5 * Budget).length,
    long_tasks: f.long.length, longest_task: round(Math.max(0, ...f.long)), screen: f.shown,
  };
}
