// Entries, and what follows from them in their order: leaf 0, who may sign, who witnesses.
import { base64, canonical, hash, integer, json, leafHash, line, list, members, name, need, once, optional,
  organisation, publicKey, readingKey, sha, signs, text, vkey } from './formats.mjs';

/** The three parts of an entry: S, signature, R. */
export function parts(entry) {
  const found = [];
  let at = 0;
  for (const max of [32000, 4000, 24000]) {
    need(at + 2 <= entry.length, 'an entry has three parts');
    const length = entry.readUInt16BE(at);
    need(length <= max && at + 2 + length <= entry.length, 'the length of a part');
    found.push(entry.subarray(at + 2, at += 2 + length));
  }
  need(at === entry.length, 'something follows the third part');
  return found;
}
const confidential = (s, names = 'v commit ciphertext_hash') => {
  members(s, names);
  need(s.v === 1, 'v is 1');
  hash(s.commit);
  hash(s.ciphertext_hash);
};
const isSealed = s => s !== null && typeof s === 'object' && Object.keys(s).join() === 'ciphertext_hash,commit,v';
const attachment = a => { members(a, 'ciphertext_hash commit'); optional(a.ciphertext_hash, hash); hash(a.commit); };
export function statement(s, hidden = '') {   // hidden: the members that an opened O has besides
  members(s, `v origin genesis id key prev seen type occurred_at act${hidden}`, 'for expects attached');
  need(s.v === 1, 'v is 1');
  [s.origin, s.type].forEach(t => text(t));
  hash(s.genesis);
  optional(s.prev, hash);
  need(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(s.id), 'the id is no UUIDv7');
  integer(s.seen, 0);
  integer(s.occurred_at, Number.MIN_SAFE_INTEGER);
  if (s.expects !== undefined) {
    list(s.expects, 1, 256, e => { members(e, 'decision subject'); text(e.subject); optional(e.decision, hash); });
    once(s.expects, e => e.subject);
  }
  if (s.attached !== undefined) {
    list(s.attached, 1, 64, attachment);
    once(s.attached, a => a.ciphertext_hash ?? a.commit);
  }
}
function outcome(r, index, isConfidential) {
  if (isConfidential) confidential(r, 'v received_at commit ciphertext_hash');
  else {
    members(r, 'v received_at fold framework semantics outcome why events ruling', 'equivocates key');
    integer(r.fold, 0, index);
    integer(r.semantics, 0);
    optional(r.framework, hash);
    optional(r.why, text);
    need(r.v === 1 && Array.isArray(r.events) && ['applied', 'conflicting', 'inapplicable'].includes(r.outcome), 'R');
    need(r.key === undefined || r.key === 'unauthenticated', 'R.key');
    need(r.equivocates === undefined || r.outcome === 'inapplicable' && hash(r.equivocates), 'equivocates');
  }
  integer(r.received_at, 0);
}

/** The state after some entries of a log: call `take` for each in order. It throws what is wrong with the entry. */
export class Log {
  index = 0; time = 0; statements = new Set(); ids = new Map();   // ids: of a device and id, the first statement
  earlier = new Map();   // the logs before it: genesis to origin
  organisations = new Map(); keys = new Map(); used = new Map(); witnesses = []; mirrors = []; change = 0;

  take(entry) {
    const index = this.index++, problems = [];
    const check = action => { try { return action(); } catch (e) { problems.push(e.message); } };
    const [s, signature, r] = check(() => parts(entry)) ?? [];
    if (!s) return { problems };
    const S = check(() => json(s)), R = check(() => json(r)), sealed = isSealed(S);
    if (R !== undefined) {
      check(() => outcome(R, index, sealed));
      check(() => need(R?.received_at >= this.time, 'received_at decreases'));
      this.time = Math.max(this.time, Number.isSafeInteger(R?.received_at) ? R.received_at : 0);
    }
    const id = sha(s).toString('base64');
    check(() => need(!this.statements.has(id), 'this statement stands earlier too'));
    this.statements.add(id);
    if (index === 0) check(() => this.begin(entry, S, s, json(signature, 4000)));
    else if (sealed) check(() => { confidential(S); need(signature.length === 64, 'a signature has 64 bytes'); });
    else if (S !== undefined) check(() => this.clear(index, S, s, signature, R ?? {}, id));
    return { problems, S, R, id: sha(s), sealed };
  }

  /** Leaf 0. What it says stands only where all of it holds. */
  begin(entry, S, s, signatures) {
    members(S, 'v type origin mission log_key receipt_key reading_key organisations threshold witnesses mirrors '
      + 'continues');
    need(S.v === 1 && S.type === 'genesis', 'leaf 0 is a genesis');
    line(S.mission);
    readingKey(S.reading_key);
    this.logKey = this.use(vkey(S.log_key, 1), 'log');
    need(S.origin === this.logKey.name, 'the origin is not the name of log_key');
    this.receiptKey = this.use(vkey(S.receipt_key, 1), 'receipts');
    list(S.organisations, 1, 64, o => {
      members(o, 'guardian name reading_key root');
      organisation(o.name);
      optional(o.reading_key, readingKey);
      need(typeof o.guardian === 'boolean', 'guardian is true or false');
      this.admit(o.name, o.root, 0, o.guardian);
    }, o => o.name);
    const guardians = S.organisations.filter(o => o.guardian).map(o => o.name), g = guardians.length;
    need(g >= 2 && g <= 24, '2 to 24 guardians');
    integer(this.threshold = S.threshold, Math.floor(g / 2) + 1, g);
    this.setWitnesses(S);
    this.witnesses0 = this.witnesses;
    if (S.continues !== null) this.continue(S.continues, S.origin);
    members(signatures, guardians.join(' '));
    for (const n of guardians) {
      const { key } = this.organisations.get(n);
      need(signs(key, base64(signatures[n], 64), 'truce/genesis/v1\n', s), `${n} did not sign leaf 0`);
    }
    this.genesis = leafHash(entry);
    this.origin = S.origin;
  }

  /** The log before this one: its checkpoint; in the later form its genesis, those before it, and keys that go on. */
  continue(c, origin) {
    const whole = c.genesis !== undefined;
    members(c, whole ? 'checkpoint earlier genesis keys origin' : 'checkpoint origin');
    const lines = c.checkpoint.split('\n'), exercise = o => o.split('/').slice(1).includes('exercise');
    need(lines[0] === c.origin && lines.length >= 4 && lines.at(-1) === '', 'continues');
    if (whole) {
      list(c.earlier, 0, 16, e => members(e, 'genesis origin'));
      for (const e of [c, ...c.earlier]) {
        need(!this.earlier.has(hash(e.genesis).toString('base64')), 'continues a log twice');
        need(![...this.earlier.values()].includes(e.origin), 'continues an origin twice');
        this.earlier.set(e.genesis, e.origin);
      }
      list(c.keys, 0, 65536, k => {
        members(k, 'area key organisation revoked role');
        need(this.organisations.has(k.organisation), 'a key of no founder');
        name(k.role);
        optional(k.area, line);
        need(k.role !== 'root' && typeof k.revoked === 'boolean', 'a key that goes on');
        need(k.role !== 'operator' || [undefined, k.organisation].includes(this.operator), 'one operator');
        if (k.role === 'operator') this.operator = k.organisation;
        this.use(publicKey(k.key), 'device');
        this.keys.set(k.key, { organisation: k.organisation, role: k.role,
          ...k.revoked ? { since: 0, revoked: 0 } : { since: Infinity } });
      }, k => k.key);
    }
    for (const o of [c.origin, ...this.earlier.values()])
      need(o !== origin && exercise(o) === exercise(origin), 'continues another origin');
  }

  clear(index, S, s, signature, R, id) {
    statement(S);
    need(this.genesis, 'leaf 0 does not hold, so nothing behind it does');
    const own = S.genesis === this.genesis.toString('base64') && S.origin === this.origin;
    need(own || this.earlier.get(S.genesis) === S.origin, 'a statement of another log');
    const key = this.keys.get(S.key), device = publicKey(S.key);
    need(signs(device, signature, 'truce/statement/v1\n', hash(S.genesis), s), 'the signature does not hold');
    const scoped = `${S.id} ${S.key} ${S.genesis}`, first = this.ids.get(scoped);
    if (!first) this.ids.set(scoped, id);
    need(R.equivocates === first, first ? 'R does not name the first with this id' : 'equivocates nothing');
    need(key, `the key ${S.key} was never enrolled before`);
    const revoked = key.revoked !== undefined;
    need((R.key === 'unauthenticated') === revoked,
      revoked ? `entry ${key.revoked} revoked the key, R does not say so` : 'unauthenticated, but not revoked');
    if (!first && !revoked && own) this.act(index, S, key, device);
  }

  /** Key acts. One that may not be is no fault of the log: it changes nothing. */
  act(index, S, by) {
    const acts = { admit: 'organisation root sponsor reading_key approvals', revoke: 'key since',
      witnesses: 'change witnesses mirrors approvals', enrol: 'organisation key role area possession' };
    if (!Object.hasOwn(acts, S.type)) return false;
    try {
      const a = members(S.act, acts[S.type]);
      need(S.for === undefined && S.expects === undefined, 'for and expects are absent');
      this[`do_${S.type}`](index, a, by);
      return true;
    } catch {
      return false;
    }
  }
  do_admit(index, a) {
    this.approved(a);
    organisation(a.organisation);
    optional(a.reading_key, readingKey);
    need((a.root === null) !== (a.sponsor === null), 'a root or a sponsor');
    const before = this.organisations.get(a.organisation);
    need(!before || (!before.key && a.root !== null), 'admitted already');
    if (a.sponsor !== null) need(this.organisations.get(a.sponsor)?.key, 'the sponsor has no root');
    this.admit(a.organisation, a.root, index, false, a.sponsor);
  }
  do_witnesses(index, a) {
    this.approved(a);
    need(a.change === this.change + 1, 'the next change');
    const before = [new Map(this.used), this.witnesses, this.mirrors];
    try {
      this.setWitnesses(a);
      this.change = a.change;
    } catch (e) {
      [this.used, this.witnesses, this.mirrors] = before;
      throw e;
    }
  }
  do_enrol(index, a, by) {
    this.speaksFor(a.organisation, by);
    name(a.role);
    need(a.role !== 'root' && (a.role !== 'enroller' || by.role === 'root'), 'this role is not given so');
    need(a.role !== 'operator' || [undefined, a.organisation].includes(this.operator), 'another is the operator');
    optional(a.area, line);
    const key = publicKey(a.key), proof = base64(a.possession, 64);
    need([[this.genesis.toString('base64'), this.origin], ...this.earlier].some(([genesis, origin]) =>
      signs(key, proof, 'truce/possession/v1\n', hash(genesis),
        canonical({ key: a.key, organisation: a.organisation, origin }))), 'possession');
    this.use(key, 'device');
    this.keys.set(a.key, { organisation: a.organisation, role: a.role, since: Infinity });
    if (a.role === 'operator') this.operator = a.organisation;
  }
  do_revoke(index, a, by) {
    const key = this.keys.get(a.key);
    integer(a.since, 0, index);
    need(key && key.role !== 'root', 'no device');
    this.speaksFor(key.organisation, by);
    need(a.since < key.since, 'a second one is earlier');
    key.since = a.since;
    key.revoked ??= index;
  }
  /** The page does not say who enrols for an organisation without a root: here its sponsor. */
  speaksFor(organisation, by) {
    const of = this.organisations.get(organisation);
    need(of && [organisation, of.sponsor].includes(by.organisation), 'of another organisation');
    need(by.role === 'root' || by.role === 'enroller', 'neither a root nor an enroller');
  }
  approved({ approvals, ...act }) {
    list(approvals, this.threshold, 24, a => {
      members(a, 'organisation signature');
      const { guardian, key } = this.organisations.get(a.organisation) ?? {}, signature = base64(a.signature, 64);
      need(guardian && signs(key, signature, 'truce/approve/v1\n', this.genesis, canonical(act)), 'approvals');
    }, a => a.organisation);
  }
  admit(organisation, root, index, guardian, sponsor) {
    const key = root === null ? undefined : this.use(publicKey(root), 'root');
    this.organisations.set(organisation, { key, guardian, sponsor });
    if (key) this.keys.set(root, { organisation, role: 'root', since: Infinity });
  }
  setWitnesses(of) {
    for (const kind of ['witnesses', 'mirrors']) {
      const keys = [];
      list(of[kind], 0, 32, w => {
        members(w, 'name organisation vkey');
        name(w.name);
        need(this.organisations.has(w.organisation), 'the organisation of a witness');
        keys.push(this.use(vkey(w.vkey, 4), `${kind} ${w.name}`, true));
      }, w => w.name);
      this[kind] = keys;
    }
  }
  /** A public key has one use for ever; a witness or mirror keeps its key under its name. */
  use(key, as, again = false) {
    const raw = key.raw.toString('base64');
    need(!this.used.has(raw) || (again && this.used.get(raw) === as), 'a key that has another use');
    this.used.set(raw, as);
    return key;
  }
}
