// Reads one JSON document a line, writes its RFC 8785 form a line.
import canonicalize from 'canonicalize';
import { readFileSync } from 'node:fs';

const lines = readFileSync(0, 'utf8').split('\n').slice(0, -1);
process.stdout.write(lines.map(line => canonicalize(JSON.parse(line)) + '\n').join(''));
