// What docs/record-format.md says of texts, keys, notes and trees, in the order of the page. Every function throws an
// Error in words where a form does not hold; none trusts a length or a number that it read.
import { createHash, createPublicKey, verify } from 'node:crypto';

export const sha = (...parts) => parts.reduce((h, p) => h.update(p), createHash('sha256')).digest();
export const need = (holds, why) => { if (!holds) throw new Error(why); };
export const utf8 = bytes => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
export const wanted = (value, expected, what) => need(value.equals(expected), `${what} is another one`);
export function base64(text, ...lengths) {   // one spelling alone: what Node would forgive does not come back the same
  need(typeof text === 'string', 'base64 expected');
  const bytes = Buffer.from(text, 'base64');
  need(bytes.toString('base64') === text && (!lengths.length || lengths.includes(bytes.length)), 'no such base64');
  return bytes;
}
export function decimal(text) {
  need(/^(0|[1-9][0-9]{0,18})$/.test(text) && BigInt(text) < 1n << 63n, `no number: ${String(text).slice(0, 40)}`);
  return BigInt(text);
}

// ---- canonical JSON ----
export function canonical(value, depth = 0) {
  need(depth <= 32, 'nested more than 32 deep');
  need(typeof value !== 'number' || Number.isSafeInteger(value), 'a number that is no integer below 2^53');
  need(typeof value !== 'string' || value.isWellFormed(), 'a lone surrogate');
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(v => canonical(v, depth + 1)).join()}]`;
  return `{${Object.keys(value).sort().map(k => `${canonical(k)}:${canonical(value[k], depth + 1)}`).join()}}`;
}
export function json(bytes, max = 65536) {   // equal names, roundings and -0 do not survive the comparison
  need(bytes.length <= max, `more than ${max} bytes of JSON`);
  const text = utf8(bytes), value = JSON.parse(text);
  need(canonical(value) === text, 'not in canonical form');
  return value;
}
export function members(value, names, optional = '') {
  need(value !== null && typeof value === 'object' && !Array.isArray(value), 'an object expected');
  for (const n of names.split(' ')) need(Object.hasOwn(value, n), `no member ${n}`);
  const known = `${names} ${optional}`.split(' ');
  for (const n of Object.keys(value)) need(known.includes(n), `an unknown member ${n.slice(0, 40)}`);
  return value;
}
export const integer = (v, min, max = Number.MAX_SAFE_INTEGER) => need(Number.isSafeInteger(v) && v >= min && v <= max,
  `an integer from ${min} to ${max} expected`);
export const text = (v, max = 255) =>
  need(typeof v === 'string' && v.length >= 1 && v.length <= max, `1 to ${max} characters expected`);
export const line = v => { text(v); need(!/[\0-\x1f\x7f-\x9f]/.test(v), 'a line has no control characters'); };
export const name = v => need(typeof v === 'string' && /^[a-z0-9._-]{1,64}$/.test(v), 'no name');
export const organisation = v => { name(v); need(!['anonymous', 'operator'].includes(v), 'a reserved name'); };
export const optional = (v, form) => v === null || form(v);
export const hash = v => base64(v, 32);
export function list(v, min, max, form, order) {   // order: what it is sorted by, or else what stands once
  need(Array.isArray(v) && v.length >= min && v.length <= max, `an array of ${min} to ${max} expected`);
  v.forEach(form);
  if (order) v.slice(1).forEach((x, i) => need(order(v[i]) < order(x), 'not sorted, or twice'));
}
export const once = (v, of) => need(new Set(v.map(of)).size === v.length, 'the same twice');

// ---- keys and signatures ----
const P = (1n << 255n) - 19n;
const little = bytes => BigInt('0x' + Buffer.from(bytes).reverse().toString('hex'));
const order8 = little(Buffer.from('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'hex'));
const lowEd = [0n, 1n, P - 1n, order8, P - order8];
const lowX = [0n, 1n, P - 1n, ...['e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157'].map(h => little(Buffer.from(h, 'hex')))];
function edPoint(bytes) {   // one encoding, no small order: OpenSSL alone would take such points
  const y = little(bytes) & ((1n << 255n) - 1n);
  need(y < P && !lowEd.includes(y), 'a point of Ed25519 that is refused');
}
const spki = (prefix, raw) =>
  createPublicKey({ key: Buffer.concat([Buffer.from(prefix, 'hex'), raw]), format: 'der', type: 'spki' });
function ed25519(raw) {
  edPoint(raw);
  const key = spki('302a300506032b6570032100', raw);
  return { raw, holds: (m, s) => { edPoint(s.subarray(0, 32)); return verify(null, m, key, s); } };
}
export function publicKey(v) {
  if (/^ed25519:/.test(v)) return ed25519(base64(v.slice(8), 32));
  need(/^p256:/.test(v), 'a key of no known kind');
  const raw = base64(v.slice(5), 33);
  need(raw[0] === 2 || raw[0] === 3, 'a compressed point expected');
  const key = spki('3039301306072a8648ce3d020106082a8648ce3d030107032200', raw);
  return { raw, holds: (m, s) => verify('sha256', m, { key, dsaEncoding: 'ieee-p1363' }, s) };
}
export const signs = (key, signature, ...message) => {
  try {
    return signature.length === 64 && key.holds(Buffer.concat(message.map(m => Buffer.from(m))), signature);
  } catch {
    return false;   // not even the form of a signature
  }
};
export function readingKey(v) {
  need(/^x25519:/.test(v), 'x25519: expected');
  const u = little(base64(v.slice(7), 32));
  need(u < P && !lowX.includes(u), 'a reading key that is refused');
}
function noteName(v) {
  text(v);
  need(!/[+\0-\x1f\p{White_Space}]/u.test(v), 'no name of a key');
  return v;
}
export function vkey(v, type) {
  const m = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/su.exec(v) ?? [];
  need(m.length, 'no vkey');
  const bytes = base64(m[3], 33);
  need(bytes[0] === type, `a key of type 0${type} expected`);
  need(sha(`${noteName(m[1])}\n`, bytes).toString('hex', 0, 4) === m[2], 'the id is not that of the key');
  return { ...ed25519(bytes.subarray(1)), name: m[1], id: m[2], type, text: v };
}

// ---- notes, checkpoints, policies, proofs ----
export function readNote(bytes) {
  need(bytes.length <= 131072, 'a note of more than 131,072 bytes');
  const all = utf8(bytes), at = all.lastIndexOf('\n\n');
  need(at > 0 && all.endsWith('\n') && !/[\0-\x09\x0b-\x1f]/.test(all), 'no signed note');
  const lines = all.slice(at + 2, -1).split('\n');
  need(lines.length <= 64, 'more than 64 signatures');
  return { text: all.slice(0, at + 1), signatures: lines.map(l => {
    const [, by, b] = /^\u2014 ([^ ]+) ([^ ]+)$/u.exec(l) ?? [];
    const s = base64(b);
    need(s.length > 4 && noteName(by), 'no signature line');
    return { name: by, id: s.toString('hex', 0, 4), signature: s.subarray(4) };
  }) };
}
/** The known keys that signed, each with its times. A line of a known key that does not hold condemns the note. */
export function signers(note, keys) {
  const found = new Map();
  for (const s of note.signatures) for (const k of keys.filter(k => k.name === s.name && k.id === s.id)) {
    const stamped = k.type === 4, time = stamped && s.signature.length === 72 ? s.signature.readBigUInt64BE() : 0n;
    const message = stamped ? `cosignature/v1\ntime ${time}\n${note.text}` : note.text;
    need((!stamped || s.signature.length === 72) && time < 1n << 63n
      && signs(k, s.signature.subarray(stamped ? 8 : 0), message), `the signature of ${k.name} does not hold`);
    found.set(k, [...found.get(k) ?? [], time]);
  }
  return found;
}
export function checkpoint(bytes) {
  const note = readNote(bytes), lines = note.text.split('\n').slice(0, -1);
  need(lines.length >= 3 && lines.every(l => l), 'no checkpoint');
  const tree = { note, origin: lines[0], size: decimal(lines[1]), root: hash(lines[2]) };
  if (tree.size === 0n) wanted(tree.root, sha(), 'the root of nothing');
  return tree;
}
export function policy(bytes) {
  need(bytes.length <= 262144 && !/[^\t\n\x20-\x7e\x80-\xff]/.test(bytes.toString('latin1')), 'no policy');
  const names = new Map(), members = new Set(), logs = [], witnesses = [];   // a name: what counts its cosignatures
  let quorum, groups = 0;
  const define = (n, counts) => { need(n !== 'none' && !names.has(n), 'a name twice'); names.set(n, counts); };
  const key = (v, type, of) => {
    const k = vkey(utf8(Buffer.from(v ?? '', 'latin1')), type);
    need(of.push(k) <= 256 && of.every(o => o === k || !o.raw.equals(k.raw)), 'too many keys, or one twice');
    return k;
  };
  for (const l of bytes.toString('latin1').split('\n')) {
    const [word, ...rest] = l.split(/[ \t]+/).filter(w => w);
    if (!word || word.startsWith('#')) continue;
    if (word === 'log' && rest.length <= 2) key(rest[0], 1, logs);
    else if (word === 'witness' && rest.length >= 2 && rest.length <= 3) {
      const k = key(rest[1], 4, witnesses);
      define(rest[0], s => s.has(k));
    } else if (word === 'group' && rest.length >= 3) {
      const [n, k, ...of] = rest, least = k === 'any' ? 1 : k === 'all' ? of.length : Number(decimal(k));
      for (const o of of) {
        need(names.has(o) && !members.has(o), `${o} is not there, or in a group already`);
        members.add(o);
      }
      need(least >= 1 && least <= of.length && ++groups <= 256, 'no such group');
      const count = of.map(o => names.get(o));
      define(n, s => count.filter(c => c(s)).length >= least);
    } else {
      need(word === 'quorum' && rest.length === 1 && !quorum, `no line of a policy: ${word.slice(0, 40)}`);
      quorum = rest[0] === 'none' ? () => true : names.get(rest[0]);
      need(quorum, 'the quorum is not defined before');
    }
  }
  need(quorum, 'no quorum');
  return { logs, witnesses, quorum };
}
export function accept(tree, { logs, witnesses, quorum }) {
  const by = signers(tree.note, [...logs, ...witnesses]);
  need([...by.keys()].some(k => k.type === 1 && k.name === tree.origin), 'no log of the policy signed it');
  need(quorum(by), 'too few witnesses cosigned it');
  return by;
}
export function readProof(bytes) {
  const all = utf8(bytes), at = all.indexOf('\n\n'), [first, ...lines] = all.slice(0, Math.max(at, 0)).split('\n');
  need(first === 'c2sp.org/tlog-proof@v1', 'no tlog-proof');
  if (lines[0]?.startsWith('extra ')) need(base64(lines.shift().slice(6)).length <= 65536, 'too much extra data');
  need(lines[0]?.startsWith('index ') && lines.length <= 64, 'no index, or more than 63 hashes');
  const tree = checkpoint(Buffer.from(all.slice(at + 2)));
  return { index: decimal(lines[0].slice(6)), path: lines.slice(1).map(hash), tree };
}

// ---- the tree of RFC 6962 ----
export const leafHash = entry => sha('\0', entry), node = (l, r) => sha('\x01', l, r);
export class Tree {   // the roots of the complete subtrees alone, the largest first
  size = 0; peaks = [];
  constructor(complete = () => {}) { this.complete = complete; }
  push(leaf) {
    let h = leaf, height = 0;
    this.complete(0, h);
    for (let n = this.size++; n % 2 === 1; n = (n - 1) / 2) {
      h = node(this.peaks.pop(), h);
      if (++height % 8 === 0) this.complete(height / 8, h);
    }
    this.peaks.push(h);
  }
  root() { return this.peaks.length ? this.peaks.reduceRight((r, l) => node(l, r)) : sha(); }
}
export function included(leaf, { index, path, tree }) {   // RFC 9162, section 2.1.3.2
  need(index < tree.size, 'the index lies behind the tree');
  let r = leaf, fn = index, sn = tree.size - 1n;
  for (const p of path) {
    need(sn > 0n, 'too many hashes');
    if (fn & 1n || fn === sn) {
      r = node(p, r);
      while (fn && !(fn & 1n)) { fn >>= 1n; sn >>= 1n; }
    } else r = node(r, p);
    fn >>= 1n; sn >>= 1n;
  }
  need(sn === 0n && r.equals(tree.root), 'the proof does not lead to the root');
}
