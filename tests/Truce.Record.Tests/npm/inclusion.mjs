// Reads one inclusion proof a line as JSON, writes `true` or the refusal's message a line.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

// The package exports no part of its own; its Merkle code is asked for by its file.
const { verifyMerkleInclusion } = createRequire(import.meta.url)('@sigstore/verify/dist/tlog/merkle.js');
const bytes = hex => Buffer.from(hex, 'hex');

for (const line of readFileSync(0, 'utf8').split('\n').slice(0, -1)) {
  const { index, size, root, entry, proof } = JSON.parse(line);
  let answer = 'true';
  try {
    verifyMerkleInclusion(
      { canonicalizedBody: bytes(entry), inclusionProof: { logIndex: index, hashes: proof.map(bytes) } },
      { logSize: BigInt(size), logHash: bytes(root) });
  } catch (error) {
    answer = error.message;
  }
  process.stdout.write(answer + '\n');
}
