// A log's own folder, or a static copy of it: every byte is held against what follows from the entries.
// Memory: a frame (1 MiB) or a body (16 MiB), a tile of each level; for each entry the hashes that show doubles.
import fs from 'node:fs';
import { join } from 'node:path';
import { Log, parts } from './entries.mjs';
import { accept, base64, checkpoint, decimal, hash, integer, json, leafHash, list, members, name, need, policy, sha,
  signers, Tree, utf8, vkey } from './formats.mjs';

// ---- files: plain ones alone, and never more of one than was asked for ----
class File {
  constructor(path) {
    need(fs.statSync(path).isFile(), 'no plain file');   // a pipe would be waited for
    this.fd = fs.openSync(path, 'r');
    this.size = fs.fstatSync(this.fd).size;
  }
  read(at, length) {
    const bytes = Buffer.alloc(Math.max(0, Math.min(length, this.size - at)));
    for (let n = 0, more; n < bytes.length; n += more)
      need((more = fs.readSync(this.fd, bytes, n, bytes.length - n, at + n)) > 0, 'cut while it was read');
    return bytes;
  }
  zeros(from, to) {
    for (; from < to; from += 65536) {
      const at = this.read(from, Math.min(65536, to - from)).findIndex(b => b !== 0);
      if (at >= 0) return from + at;
    }
    return -1;
  }
  close() { fs.closeSync(this.fd); }
}
const using = (path, action) => { const file = new File(path); try { return action(file); } finally { file.close(); } };
export const small = (path, max) => using(path, f => {
  need(f.size <= max, `more than ${max} bytes`);
  return f.read(0, max);
});
export const words = error => String(error.message).slice(0, 300).replace(/[^ -~]/g, '?');
function* names(folder) {
  if (!fs.existsSync(folder)) return;
  const dir = fs.opendirSync(folder);
  try { for (let e; (e = dir.readSync()) !== null;) yield e.name; } finally { dir.closeSync(); }
}
const crcTable = Int32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? n >>> 1 ^ 0x82f63b78 : n >>> 1;
  return n;
});
const crc = bytes => (bytes.reduce((c, b) => crcTable[(c ^ b) & 255] ^ c >>> 8, -1) ^ -1) >>> 0;

// ---- an audit: entries from one kind of place, held against all that follows from them ----
export class Audit {
  problems = 0; log = new Log(); at = new Map();   // at: size to the checkpoints that must have its root
  constructor(folder, print) {
    Object.assign(this, { folder, print, tree: new Tree((level, hash) => this.complete(level, hash)) });
  }
  problem(file, offset, why) {   // a hostile log does not fill the disk with lines either
    if (++this.problems <= 100) this.print(`${join(this.folder, file)}: byte ${offset}: ${why}`);
  }
  try(file, offset, action) {
    try { return action(); } catch (e) {
      this.problem(file, offset, e.code === 'ENOENT' ? 'is not there' : words(e));
    }
  }
  path(...of) { return join(this.folder, ...of); }

  run(options) {
    const given = options.policy && this.try(options.policy, 0, () => policy(small(options.policy, 262144)));
    const note = file => this.try(file, 0, () => checkpoint(small(this.path(file), 131072)));
    const published = this.published = note('checkpoint');
    const isFolder = fs.existsSync(this.path('log')) || fs.existsSync(this.path('segment-00000000'));
    const notes = [['checkpoint', published]];
    if (isFolder) notes.push(['checkpoint.signed', note('checkpoint.signed')]);
    else for (const n of names(this.path('evidence')))   // a note that contradicts this tree is a fault of its log
      if (/^checkpoint-\d+-[0-9a-f]{64}$/.test(n) && notes.length < 1000)
        notes.push([`evidence/${n}`, note(`evidence/${n}`)]);
    for (const [file, c] of notes) if (c) this.at.set(c.size, [...this.at.get(c.size) ?? [], [file, c.root]]);
    this.roots();
    const size = Number(published?.size ?? 0);
    if (isFolder) this.readFolder(size);
    else this.readCopy(size);
    for (const [n, files] of this.at) for (const [file] of files)
      this.problem(file, 0, `of ${n} entries, but ${this.tree.size} can be read`);
    if (options.genesis) this.try(this.leaf0 ?? '', 0, () =>
      need(this.log.genesis?.equals(hash(options.genesis)), 'leaf 0 is not the pinned one, or does not hold'));
    for (const [file, c] of notes) if (c) this.try(file, 0, () => this.accepted(c, file === 'checkpoint', given));
    if (isFolder && notes[1][1] && published) this.try('checkpoint.signed', 0, () => {
      need(notes[1][1].size >= published.size, 'older than the published one');
      need(notes[1][1].note.signatures.length === 1, 'more than the line of the log');
    });
    if (this.problems > 100) this.print(`${this.folder}: ${this.problems - 100} more`);
    else if (!this.problems) this.print(`ok: ${this.tree.size} entries, root ${this.tree.root().toString('base64')}`);
    return this.problems ? 1 : 0;
  }
  /** Without a policy of the reader's own: the log of leaf 0 and more than half of the witnesses that it has now. */
  accepted(c, cosigned, given) {
    need(this.log.logKey && c.origin === this.log.origin, 'of another log than leaf 0');
    need(signers(c.note, [this.log.logKey, ...this.log.witnesses]).has(this.log.logKey), 'the log did not sign it');
    const w = this.log.witnesses, quorum = by => w.filter(k => by.has(k)).length * 2 > w.length || !w.length;
    if (cosigned) accept(c, given ?? { logs: [this.log.logKey], witnesses: w, quorum });
  }
  roots() {
    for (const [file, root] of this.at.get(BigInt(this.tree.size)) ?? [])
      if (!root.equals(this.tree.root())) this.problem(file, 0, `the root of ${this.tree.size} entries is another one`);
    this.at.delete(BigInt(this.tree.size));
  }
  entry(bytes, file, offset) {
    this.leaf0 ??= file;
    const taken = this.log.take(bytes);
    this.place = [file, offset];
    for (const why of taken.problems) this.problem(file, offset, `entry ${this.tree.size}: ${why}`);
    const leaf = leafHash(bytes);
    if (this.watch?.has(this.tree.size)) this.watch.set(this.tree.size, leaf);
    this.tree.push(leaf);
    this.roots();
    return taken;
  }

  // ---- the log's own folder ----
  readFolder(published) {
    const settings = this.try('log', 0, () => {
      const bytes = small(this.path('log'), 2048), lines = utf8(bytes).split('\n');
      need(lines.length === 5 && lines[4] === '' && lines[0] === 'truce/log/v1', 'not the four lines of a log');
      const end = bytes.length - lines[3].length - 1, size = Number(decimal(lines[2]));
      need(hash(lines[3]).equals(sha(bytes.subarray(0, end))), 'its last line is not the hash of the others');
      need(size >= 4096 && size <= 268435456 && size % 4096 === 0, 'the size of a segment');
      return { key: vkey(lines[1], 1), size };
    });
    if (!settings) return;
    this.flat = new Map(['statements', 'positions', ...[0, 1, 2, 3, 4, 5, 6, 7].map(l => `hashes-${l}`)].map(n =>
      [n, new Along(this, n, n === 'positions' ? 8 : 32)]));
    this.missing = new Map();
    this.readSegments();
    this.kept = this.keptNotes();
    this.holdKept();
    for (const { bytes, file, at, position } of this.segments(settings.size)) {
      const { id, S, R, sealed, problems } = this.entry(bytes, file, at), where = Buffer.alloc(8);
      this.s0 ??= parts(bytes)[0];
      this.holdKept();
      where.writeBigUInt64BE(BigInt(position));
      this.flat.get('positions').hold(where);
      if (id) this.flat.get('statements').hold(id);
      if (!problems.length) this.bodiesOf(S, R, sealed, this.tree.size - 1);
    }
    for (const along of this.flat.values()) along.end();
    if (this.tree.size && this.log.logKey?.text !== settings.key.text)
      this.problem('log', 13, 'its key is not log_key of leaf 0');
    for (const [hex, [file, by]] of this.missing)
      this.problem(`bodies/${file}`, 0, `the body or the wraps ${hex} are lost: entry ${by} names them`);
    if (this.next && !this.next.done) this.problem('kept', this.next.value[0], 'of more entries than can be read');
    this.readBodies();
    for (const n of names(this.folder)) if (/^cut-\d+-[0-9a-f]{64}$/.test(n)) this.try(n, 0, () =>
      need(sha(small(this.path(n), settings.size)).toString('hex') === n.slice(-64), 'its hash is not its name'));
    if (fs.existsSync(this.path('genesis.json'))) this.try('genesis.json', 0, () => {
      need(small(this.path('genesis.json'), 32001).toString() === `${this.s0}\n`, 'not S0 and a newline');
    });
  }
  *segments(size) {
    const found = [...names(this.folder)].filter(n => /^segment-\d{8}$/.test(n)).sort();
    for (const [n, file] of found.entries()) {
      const f = this.try(file, 0, () => {
        need(Number(file.slice(8)) === n, 'a segment before it is missing');
        return new File(this.path(file));
      });
      if (!f) return;
      try {
        if (!(yield* this.segment(f, file, n, size, n === found.length - 1))) return;
      } finally { f.close(); }
    }
    if (!found.length) this.problem('segment-00000000', 0, 'is not there');
  }
  *segment(f, file, n, size, last) {   // false where nothing behind it can be read
    const head = f.read(0, 64), zero = Buffer.alloc(8);
    if (!this.try(file, 0, () => {
      need(f.size === size, `has ${f.size} bytes, not ${size}`);
      need(crc(head.subarray(0, 60)) === head.readUInt32BE(60), 'the CRC of its head');
      need(head.toString('latin1', 0, 4) === 'TRS1' && head.readUInt32BE(12) === n && head.readUInt32BE(16) === 0
        && zero.equals(head.subarray(52, 60)), 'the head of this segment');
      need(head.readBigUInt64BE(4) === BigInt(this.tree.size), 'its first entry does not follow');
      need(head.subarray(20, 52).equals(this.tree.root()), 'the root before it is another one');
      return true;
    })) return false;
    for (let at = 64; at < size;) {
      const frame = f.read(at, 64), rest = frame.length < 64 ? 0 : frame.readUInt32BE(16);
      const length = Math.ceil((64 + rest) / 8) * 8;
      if (frame.length < 64 || frame.readUInt32BE(0) === 0) {   // no frame begins here: zeros to the end
        const odd = f.zeros(at, size);
        if (odd >= 0) this.problem(file, odd, 'neither a frame nor zeros');
        return odd < 0;
      }
      const entries = this.try(file, at, () => {   // the bytes of a frame that was never acknowledged are no problem
        if (last && !this.at.size && this.unfinished(f, at, frame)) return [];
        need(crc(frame.subarray(0, 60)) === frame.readUInt32BE(60), 'the CRC of a frame\'s head');
        need(frame.toString('latin1', 0, 4) === 'TRF1' && frame.readUInt32BE(56) === 0 && rest >= 1
          && length <= 1048576 && at + length <= size, 'the head of a frame');
        need(frame.readBigUInt64BE(4) === BigInt(this.tree.size), 'its first entry does not follow');
        const data = f.read(at + 64, rest), found = [];
        need(crc(data) === frame.readUInt32BE(52), 'the CRC of its entries');
        for (let p = 0; p < rest;) {
          const end = p + 2 + (p + 2 <= rest ? data.readUInt16BE(p) : rest);
          need(end <= rest, 'an entry goes over the end of its frame');
          found.push([p, data.subarray(p + 2, end)]);
          p = end;
        }
        need(found.length === frame.readUInt32BE(12), 'the number of its entries is another one');
        need(f.zeros(at + 64 + rest, at + length) < 0, 'no zeros behind its entries');
        return found;
      });
      if (!entries) return false;
      for (const [p, bytes] of entries) yield { bytes, file, at: at + 64 + p, position: n * size + at + 64 + p };
      if (!entries.length) return true;
      if (!frame.subarray(20, 52).equals(this.tree.root()))
        this.problem(file, at + 20, 'the root after this frame is another one');
      at += length;
    }
    return true;
  }
  /** It begins like a frame, does not hold, and no head of a frame stands behind it. */
  unfinished(f, at, frame) {
    const isHead = b => b.readUInt32BE(0) === 0x54524631 && crc(b.subarray(0, 60)) === b.readUInt32BE(60);
    const length = frame.readUInt32BE(16), holds = b => b.length === length && crc(b) === frame.readUInt32BE(52);
    if (frame[0] !== 0x54 || isHead(frame) && (length > 1048512 || holds(f.read(at + 64, length)))) return false;
    for (let p = at + 8; p + 64 <= f.size; p += 65536) {
      const window = f.read(p, 65536 + 56);
      for (let q = 0; q + 64 <= window.length; q += 8) if (isHead(window.subarray(q, q + 64))) return false;
    }
    this.print(`${this.folder}: byte ${at} of the last segment: an unfinished frame at the end was never acknowledged`);
    return true;
  }

  /** Bodies that an entry names and that no applied erasure by the operator took away. */
  bodiesOf(S, R, sealed, index) {
    const hex = h => base64(h).toString('hex'), there = n => fs.existsSync(this.path('bodies', n));
    const attached = sealed ? [S, R] : S.attached ?? [];
    for (const h of attached.map(a => hex(a.ciphertext_hash ?? a.commit))) {
      const held = this.held.get(h);
      if (!held && !there(`body-${h}`)) this.missing.set(h, [this.lastSegment, index]);
      else if (sealed && held !== 'wraps' && !there(`wraps-${h}`)) this.missing.set(h, [this.lastSegment, index]);
    }
    const done = S.type === 'erase-done' && R.outcome === 'applied' && S.act?.holder === 'operator' && S.act.bodies;
    for (const h of Array.isArray(done) ? done : []) if (typeof h === 'string') this.missing.delete(hex(h));
  }
  /** Segments of bodies. What each record holds is kept, by hash: a body, with its wraps or without. */
  readSegments() {
    [this.held, this.lastSegment] = [new Map(), 'bodies-00000000'];
    const files = [...names(this.path('bodies'))].filter(n => /^bodies-\d{8}$/.test(n)).sort();
    for (const [n, file] of files.entries()) this.try(`bodies/${file}`, 0, () => {
      this.lastSegment = file;
      need(Number(file.slice(7)) === n, 'a segment before it is missing');
      const bytes = small(this.path('bodies', file), 4194304);
      for (let at = 0, next; at < bytes.length; at = next) {
        const record = this.record(bytes, n, at);
        if (record) this.try(`bodies/${file}`, at, () => this.holdRecord(record));
        for (next = at + (record?.total ?? 8); !record && next < bytes.length && !this.record(bytes, n, next);) next += 8;
        if (!record && (next > bytes.length || bytes.subarray(at, next).some(b => b)))
          this.problem(`bodies/${file}`, at, 'neither a body nor zeros that took its place');
      }
    });
  }
  record(bytes, n, at) {   // null where none begins here
    const head = bytes.subarray(at, at + 72), wraps = head.length < 72 ? 0 : head.readUInt32BE(12);
    const end = head.length < 72 ? 0 : at + 72 + wraps + head.readUInt32BE(16), total = Math.ceil(end / 8) * 8 - at;
    if (head.toString('latin1', 0, 4) !== 'TRB1' || head.length < 72 || at + total > bytes.length
      || head.readUInt32BE(4) !== n || head.readUInt32BE(8) !== at
      || crc(head.subarray(0, 60)) !== head.readUInt32BE(60)) return null;
    return { total, head, wraps, payload: bytes.subarray(at + 72, end), rest: bytes.subarray(end, at + total) };
  }
  holdRecord({ head, wraps, payload, rest }) {
    need(head.readUInt32BE(56) === 0 && !rest.some(b => b), 'no zeros behind a head or a body');
    if (head.subarray(64).some(b => b)) return need(!payload.some(b => b), 'marked as erased, and not overwritten');
    need(crc(payload) === head.readUInt32BE(52), 'the CRC of a body and its wraps');
    const hex = head.toString('hex', 20, 52);
    this.holdBody(payload.subarray(wraps), hex);
    if (wraps) this.holdWraps(payload.subarray(0, wraps), hex);
    if (this.held.get(hex) !== 'wraps') this.held.set(hex, wraps ? 'wraps' : 'body');
  }
  holdBody(bytes, hex) {   // a ciphertext under its hash, or a clear body under its commit
    const hashes = [sha(bytes), sha('truce/attachment/v1\0', bytes)];
    need(hashes.some(h => h.toString('hex') === hex), 'its hash is another one');
  }
  holdWraps(bytes, hex) {
    const w = members(json(bytes), 'ciphertext_hash v wraps');
    need(w.v === 1 && hash(w.ciphertext_hash).toString('hex') === hex, 'the wraps of another ciphertext');
    list(w.wraps, 1, 130, x => {
      members(x, 'epoch to wrap');
      integer(x.epoch, 0);
      name(x.to);
      base64(x.wrap, 80);
    }, x => `${x.to}\0${String(x.epoch).padStart(16, '0')}`);
  }
  readBodies() {
    for (const n of names(this.path('bodies'))) this.try(`bodies/${n}`, 0, () => {
      const [, kind, hex] = /^(body|wraps|names)-([0-9a-f]{64})$/.exec(n) ?? [];
      if (kind === 'body') this.holdBody(small(this.path('bodies', n), 16777216 + 16), hex);
      else if (kind === 'wraps') this.holdWraps(small(this.path('bodies', n), 65536), hex);
      else if (kind === 'names') {   // what the statement within a ciphertext attaches, and a check
        const b = small(this.path('bodies', n), 65 * 32), end = b.length - 32;
        need(end >= 32 && end % 32 === 0 && b.subarray(end).equals(
          sha('truce/names/v1\0', Buffer.from(hex, 'hex'), b.subarray(0, end))), 'it does not hold');
      } else need(/^bodies-\d{8}$/.test(n) || n.endsWith('.new'), 'no body, no wraps and no names');
    });
  }
  /** The file `kept`, note by note beside the entries. */
  *keptNotes() {
    if (!fs.existsSync(this.path('kept'))) return;
    const f = new File(this.path('kept'));
    try {
      for (let at = 0; at < f.size;) {
        const head = f.read(at, 12), length = head.length < 12 ? 0 : head.readUInt32BE(0);
        const c = this.try('kept', at, () => {
          need(length <= 131072, 'a note of more than 131,072 bytes');
          if (head.length < 12 || at + 12 + length > f.size) return null;   // one at the end may be cut
          const bytes = f.read(at + 12, length);
          need(sha(bytes).subarray(0, 8).equals(head.subarray(4)), 'its hash is another one');
          return checkpoint(bytes);
        });
        if (!c) return;
        yield [at, c];
        at += 12 + length;
      }
    } finally { f.close(); }
  }
  holdKept() {
    this.next ??= this.kept.next();
    for (; !this.next.done && this.next.value[1].size <= this.tree.size; this.next = this.kept.next()) {
      const [at, c] = this.next.value;
      this.try('kept', at, () => {
        need(c.size === BigInt(this.tree.size), 'its size goes back');
        need(c.root.equals(this.tree.root()), 'its root is another one');
        const { logKey, witnesses } = this.log, by = signers(c.note, [logKey, ...witnesses]);
        const earliest = k => by.get(k).reduce((a, b) => a < b ? a : b), order = (a, b) => Number(a - b);
        const times = witnesses.filter(k => by.has(k)).map(earliest).sort(order), half = times.length >> 1;
        need(by.has(logKey) && times.length * 2 > witnesses.length, 'the log or most witnesses did not sign it');
        const time = times.length % 2 ? times[half] : times.length ? (times[half - 1] + times[half]) / 2n : 0n;
        need(time >= (this.keptTime ?? 0n), 'its time goes back');
        this.keptTime = time;
      });
    }
  }

  // ---- a static copy ----
  readCopy(size) {
    this.tiles = [];
    for (let n = 0; n * 256 < size; n++) {
      const width = Math.min(256, size - n * 256), found = this.find('entries', n, width);
      if (!this.try(found.file, 0, () => using(this.path(found.file), f => {
        let at = 0;
        for (let i = 0; i < width; i++) {
          const head = f.read(at, 2), length = head.length < 2 ? 0 : head.readUInt16BE(0);
          const bytes = f.read(at + 2, length), cut = head.length < 2 || bytes.length < length;
          if (cut) return this.problem(found.file, at, `is cut: ${i} entries of ${width}`);
          this.entry(bytes, found.file, at);
          at += 2 + length;
        }
        if (found.exact && at < f.size) this.problem(found.file, at, 'something follows its entries');
        return true;
      }))) return;
    }
    for (const level of this.tiles.keys()) this.tile(level);
  }
  /** A partial file that is missing is the beginning of the full one, or of a wider one. */
  find(kind, n, width) {
    const digits = String(n).padStart(Math.ceil(String(n).length / 3) * 3, '0').match(/.{3}/g);
    const full = `tile/${kind}/${digits.map((d, i) => i + 1 < digits.length ? `x${d}` : d).join('/')}`;
    if (width === 256) return { file: full, exact: true };
    for (let w = width; w < 256; w++)
      if (fs.existsSync(this.path(`${full}.p/${w}`))) return { file: `${full}.p/${w}`, exact: w === width };
    return fs.existsSync(this.path(full)) ? { file: full, exact: false } : { file: `${full}.p/${width}`, exact: true };
  }
  complete(level, hash) {
    this.flat?.get(`hashes-${level}`)?.hold(hash);
    const tile = this.tiles && (this.tiles[level] ??= { n: 0, hashes: [], places: [] });
    tile?.places.push(this.place);
    if (tile?.hashes.push(hash) === 256) this.tile(level);
  }
  tile(level) {
    const tile = this.tiles[level], width = tile.hashes.length;
    if (!width) return;
    const { file, exact } = this.find(String(level), tile.n++, width);
    this.try(file, 0, () => using(this.path(file), f => {
      const bytes = f.read(0, 32 * width);
      const i = tile.hashes.findIndex((h, k) => !h.equals(bytes.subarray(32 * k, 32 * k + 32)));
      if (i >= 0) this.problem(file, 32 * i, 'the hash is cut or does not follow from the entries');
      if (i >= 0 && level === 0) this.problem(...tile.places[i], `or this entry is false: ${file} has another hash`);
      else if (exact && f.size > bytes.length) this.problem(file, bytes.length, 'something follows its hashes');
    }));
    [tile.hashes, tile.places] = [[], []];
  }
}

/** A flat file that is read beside the entries. */
class Along {
  at = 0; from = 0; window = Buffer.alloc(0);
  constructor(audit, file, width) {
    Object.assign(this, { audit, file, width });
    if (fs.existsSync(audit.path(file))) this.f = audit.try(file, 0, () => new File(audit.path(file)));
  }
  hold(expected) {
    if (this.wrong) return;
    if (this.f && this.at + this.width > this.from + this.window.length)
      [this.from, this.window] = [this.at, this.f.read(this.at, 65536)];
    const got = this.window.subarray(this.at - this.from, this.at - this.from + this.width);
    this.wrong = !got.equals(expected);
    const why = got.length < this.width ? 'is behind the entries' : 'does not follow from the entries';
    if (this.wrong) this.audit.problem(this.file, this.at, why);
    this.at += this.width;
  }
  end() {
    if (this.f && !this.wrong && this.f.size > this.at)
      this.audit.problem(this.file, this.at, 'holds more than follows from the entries');
    if (this.f?.size === 0 && /hashes-[1-7]/.test(this.file)) this.audit.problem(this.file, 0, 'is empty');
    this.f?.close();
  }
}
