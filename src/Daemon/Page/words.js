// Numbers and times as people read them. Times are UTC, as in the daemon's evidence and log.

export const clock = ms => new Date(ms).toISOString().slice(11, 19);
export const minute = ms => new Date(ms).toISOString().slice(11, 16);
export const date = ms => new Date(ms).toISOString().slice(0, 16).replace('T', ' ') + ' UTC';

/** How long, in the one or two largest units: "40 s", "12 min", "3 h 5 min", "2 d 4 h". */
export function span(ms) {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return `${s} s`;
  const m = Math.floor(s / 60);
  if (m < 60) return `${m} min`;
  const h = Math.floor(m / 60);
  if (h < 24) return m % 60 ? `${h} h ${m % 60} min` : `${h} h`;
  return h % 24 ? `${Math.floor(h / 24)} d ${h % 24} h` : `${h / 24} d`;
}

export function score(value) {
  if (value === null || value === undefined) return '\u2013';
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}

const Thousands = ['', 'k', 'M', 'G', 'T', 'P'];
const Bytes = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const Sizes = { bytes: 1, B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** A value in its unit: 3.3e9 bytes is "3.1 GiB", 0.71 of share is "71 %", 412 of 1/s is "412 /s". What is small against `grain` is 0. */
export function quantity(value, unit = '', grain = 0) {
  if (value === null || value === undefined) return '\u2013';
  const v = Math.abs(value) < grain / 50 ? 0 : value;
  if (/share|ratio|fraction/.test(unit)) return `${round(v * 100)} %`;
  const [, size, rest] = /^(bytes|B|KiB|MiB|GiB)\b(.*)$/.exec(unit) ?? [];
  if (size) return scaled(v * Sizes[size], 1024, Bytes) + rest;
  const text = Math.abs(v) < 10_000 ? round(v) : scaled(v, 1000, Thousands);
  return unit && unit !== '1' ? `${text} ${unit.replace(/^1\//, '/')}` : text;
}

function scaled(value, base, units) {
  let size = Math.abs(value);
  let i = 0;
  while (size >= base && i < units.length - 1) [size, i] = [size / base, i + 1];
  const text = round(Math.sign(value) * size);
  return units[i] ? `${text} ${units[i]}` : text;
}

export const round = v => (Math.abs(v) >= 100 ? v.toFixed(0) : v === 0 ? '0' : Math.abs(v) >= 10 ? String(Number(v.toFixed(1))) : String(Number(v.toPrecision(2))));

export const count = n => n.toLocaleString('en');
export const many = (n, one, more = one + 's') => `${count(n)} ${n === 1 ? one : more}`;

/** memory_available_bytes as words; the unit is said by the value. */
export const metric = text => text.replace(/_(bytes|share|total|seconds|per_second)$/g, '').replaceAll('_', ' ');
