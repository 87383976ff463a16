#!/usr/bin/env node
// Not a line of the operator's program: written from docs/record-format.md, its vectors and C2SP.
//   node reader.mjs FOLDER [--genesis HASH] [--policy FILE]     a log's folder, or a static copy of one
//   node reader.mjs proof ENTRY PROOF POLICY [--genesis HASH]   an entry with its .tlog-proof
//   node reader.mjs receipt RECEIPT FOLDER [CHECKPOINT | PROOF ENTRY]   does it convict the operator of this log?
//   node reader.mjs --many FILE   a call in each line, tabs between its words; `= EXIT` ends each answer
// A line for each problem: file, byte, what is wrong. Exit 0: none; 1: some; 2: called wrongly.
import { pathToFileURL } from 'node:url';
import { Log, parts, statement } from './entries.mjs';
import { Audit, small, words } from './folder.mjs';
import { accept, checkpoint, decimal, hash, included, json, leafHash, need, policy, publicKey, readNote, readProof,
  signers, signs } from './formats.mjs';

const proofMax = 262144, entryMax = 60006;

/** An entry alone. Whose key it is stands in the entries before, so this says only that the key signed. */
function proof([entryFile, proofFile, policyFile], options, print) {
  const entry = small(entryFile, entryMax), p = readProof(small(proofFile, proofMax));
  accept(p.tree, policy(small(policyFile, 262144)));
  included(leafHash(entry), p);
  const pinned = options.genesis && hash(options.genesis), of = `entry ${p.index} of ${p.tree.origin}`;
  if (p.index === 0n) {
    const log = new Log(), { problems } = log.take(entry);
    need(!problems.length && log.origin === p.tree.origin, problems[0] ?? 'leaf 0 of another log');
    need(!pinned || log.genesis.equals(pinned), 'leaf 0 is not the pinned one');
    print(`ok: ${of}, signed by its guardians`);
    return 0;
  }
  const log = new Log(), [s, signature] = parts(entry), S = json(s);
  log.index = Number(p.index);   // the form of S and R alone: who may sign follows from entries that are not here
  const { problems, sealed } = log.take(entry);
  const form = problems.find(w => w !== 'leaf 0 does not hold, so nothing behind it does');
  need(!form, form);
  if (sealed) print(`ok: ${of}, confidential: its author is hidden`);
  else {
    statement(S);
    const genesis = pinned ?? hash(S.genesis);
    need(S.origin === p.tree.origin && S.genesis === genesis.toString('base64'), 'a statement of another log');
    need(signs(publicKey(S.key), signature, 'truce/statement/v1\n', genesis, s), 'the signature does not hold');
    print(`ok: ${of}, signed by ${S.key}${pinned ? '' : '; the genesis hash is not pinned'}`);
  }
  return 0;
}

export function readReceipt(bytes, key) {
  const note = readNote(bytes), lines = note.text.split('\n');
  need(signers(note, [key]).has(key), 'the receipt key did not sign it');
  need(lines.length === 8 && lines[0] === 'truce/receipt/v1', 'not the seven lines of a receipt');
  const [index, received, deadline] = [lines[2], lines[5], lines[6]].map(decimal);
  need(deadline === received + 60000n && deadline <= BigInt(Number.MAX_SAFE_INTEGER), 'its deadline');
  hash(lines[4]);
  return { origin: lines[1], index, leaf: hash(lines[3]), deadline };
}
/** broken, kept or open: what a checkpoint says of a receipt, with the leaf that was proved at its index, if any. */
export function verdict(receipt, tree, leaf, logKey, witnesses) {
  const by = signers(tree.note, [logKey, ...witnesses]), most = Math.floor(witnesses.length / 2) + 1;
  const count = late => witnesses.filter(w => by.get(w)?.some(late)).length;
  if (tree.origin !== receipt.origin || !by.has(logKey) || count(() => true) < most) return 'open';
  if (tree.size > receipt.index) return !leaf ? 'open' : leaf.equals(receipt.leaf) ? 'kept' : 'broken';
  return count(seconds => seconds * 1000n > receipt.deadline + 60000n) >= most ? 'broken' : 'open';
}
function receipt([receiptFile, folder, evidence, entryFile], options, print) {
  const audit = new Audit(folder, print);
  audit.watch = new Map();   // the index that the receipt names is known only by the receipt key, which leaf 0 names
  const text = readNote(small(receiptFile, 131072)).text.split('\n');
  audit.watch.set(Number(decimal(text[2] ?? '')), undefined);
  if (audit.run(options)) return 1;
  const r = readReceipt(small(receiptFile, 131072), audit.log.receiptKey);
  let tree = audit.published, leaf = audit.watch.get(Number(r.index));
  if (evidence && entryFile) {
    const p = readProof(small(evidence, proofMax));
    leaf = leafHash(small(entryFile, entryMax));
    included(leaf, p);
    need(p.index === r.index, 'the proof is of another index');
    tree = p.tree;
  } else if (evidence) [tree, leaf] = [checkpoint(small(evidence, 131072)), undefined];
  const found = verdict(r, tree, leaf, audit.log.logKey, audit.log.witnesses0);
  print({ broken: 'broken: the receipt convicts the operator', kept: 'kept: the leaf stands where it was promised',
    open: 'open: this shows neither' }[found]);
  return found === 'broken' ? 1 : 0;
}

function main(call, print) {
  const options = {}, plain = [];
  for (let i = 0; i < call.length; i++) {
    if (call[i] === '--genesis' || call[i] === '--policy') options[call[i].slice(2)] = call[++i] ?? '';
    else plain.push(call[i]);
  }
  const verbs = { proof: [proof, 3, 3], receipt: [receipt, 2, 4] }, [verb, min, max] = verbs[plain[0]] ?? [];
  try {
    if (verb && plain.length > min && plain.length <= max + 1) return verb(plain.slice(1), options, print);
    if (!verb && plain.length === 1) return new Audit(plain[0], print).run(options);
  } catch (e) {   // whatever a hostile file did to this program
    print(`${plain.slice(1, 3).join(' ') || plain[0]}: ${words(e)}`);
    return 1;
  }
  print('FOLDER | proof ENTRY PROOF POLICY | receipt RECEIPT FOLDER [CHECKPOINT | PROOF ENTRY]; --genesis, --policy');
  return 2;
}
if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const print = line => process.stdout.write(`${line}\n`), call = process.argv.slice(2);
  if (call[0] !== '--many') process.exitCode = main(call, print);
  else for (const call of small(process.argv[3], 1 << 24).toString().split('\n').filter(l => l))
    print(`= ${main(call.split('\t'), print)}`);
}
