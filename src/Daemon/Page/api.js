// The daemon's API, by addresses relative to the page: through a tunnel or behind a prefix they stay right.

const Key = 'tocsin.token';
let refused = () => Promise.resolve();

/** Told when a token is wanted: (status, whether one was sent) -> promise of the user's answer. */
export const onRefused = ask => { refused = ask; };
export const setToken = token => sessionStorage.setItem(Key, token);
const token = () => sessionStorage.getItem(Key);

export class Failure extends Error {
  constructor(status, detail) { super(detail); this.status = status; }
}

async function ask(path, options = {}) {
  for (;;) {
    const sent = token();
    const headers = { ...options.headers, ...(sent ? { Authorization: `Bearer ${sent}` } : {}) };
    const answer = await fetch(path, { ...options, headers, cache: 'no-store', credentials: 'omit', redirect: 'error' });
    if (answer.status !== 401 && answer.status !== 403) return answer;
    // Refused for where it was asked from, not for who asks: no token helps.
    if (answer.status === 403 && /origin/.test((await answer.clone().json().catch(() => ({}))).detail ?? '')) return answer;
    // Another request may have been given a token meanwhile: try that one before asking again.
    if (token() === sent) await refused(answer.status, sent !== null);
  }
}

const detail = async answer => {
  try { return (await answer.json()).detail; } catch { return `status ${answer.status}`; }
};

export async function get(path, signal) {
  const answer = await ask(path, { signal });
  if (!answer.ok) throw new Failure(answer.status, await detail(answer));
  return answer.json();
}

/** Changes something; null as body: none. */
export async function send(method, path, body = null) {
  const answer = await ask(path, { method, ...(body === null ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }), signal: AbortSignal.timeout(300_000) });
  if (!answer.ok) throw new Failure(answer.status, await detail(answer));
  return answer.json();
}

/** Saves what is there as a file: a link could not carry the token. */
export async function save(path, name) {
  const answer = await ask(path);
  if (!answer.ok) throw new Failure(answer.status, await detail(answer));
  const address = URL.createObjectURL(await answer.blob());
  const link = document.createElement('a');
  [link.href, link.download] = [address, name];
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

const wait = (ms, signal) => new Promise(done => {
  const timer = setTimeout(done, ms);
  signal?.addEventListener('abort', () => { clearTimeout(timer); done(); }, { once: true });
});

// The daemon says something each 15 s at the latest: after so long a silence the connection is dead, whatever the tunnel says.
const Silence = 45_000;

/** Server-sent events by fetch, since EventSource sends no token. Comes again after an end, later and later, with the last event's id. @param path asked for each time */
export async function follow(path, { event, open, lost, signal }) {
  let last = null;
  for (let tries = 0; !signal.aborted;) {
    const silent = new AbortController();
    let timer = null;
    const heard = () => { clearTimeout(timer); timer = setTimeout(() => silent.abort(new Error('nothing was heard for too long')), Silence); };
    try {
      heard();
      const answer = await ask(path(), { signal: AbortSignal.any([signal, silent.signal]), headers: { Accept: 'text/event-stream', ...(last ? { 'Last-Event-ID': last } : {}) } });
      if (!answer.ok) throw new Failure(answer.status, await detail(answer));
      tries = 0;
      await open();
      for await (const e of events(answer.body, heard)) {
        if (e.id) last = e.id;
        event(e);
      }
    } catch (e) {
      if (signal.aborted) return;
      console.info('live:', (silent.signal.reason ?? e).message);
    } finally {
      clearTimeout(timer);
    }
    lost();
    await wait(Math.min(30_000, 1000 * 2 ** Math.min(tries++, 5)) * (0.5 + Math.random() / 2), signal);
  }
}

async function* events(body, heard) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    text += value;
    if (text.length > 8 << 20) throw new Error('an event without an end');
    const parts = text.split('\n\n');
    text = parts.pop();
    for (const part of parts) yield parse(part);
  }
}

function parse(part) {
  const e = { event: 'message', data: '', id: '' };
  for (const line of part.split('\n')) {
    const [, field, value] = /^(event|data|id): ?(.*)$/.exec(line) ?? [];
    if (field === 'data' && e.data) e.data += '\n' + value;
    else if (field) e[field] = value;
  }
  return e;
}
