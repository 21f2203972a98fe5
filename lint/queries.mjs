// Lints Cypher texts as Cypher 5. Standard input: {"schema": {...}, "queries": {name: {text, parameters}}}; standard output: a JSON
// list of faults {name, line, message}. The schema makes unknown labels, relationship types and properties faults too.
import { readFileSync } from 'node:fs';
import { lintCypherQuery } from '@neo4j-cypher/language-support';

const VERSION = 'CYPHER 5 ';
const { schema, queries } = JSON.parse(readFileSync(0, 'utf8'));
const faults = [];
for (const [name, { text, parameters }] of Object.entries(queries)) {
  for (const { message, range } of lintCypherQuery(VERSION + text, { ...schema, parameters }).diagnostics) {
    faults.push({ name, line: range.start.line + 1, message });
  }
}
process.stdout.write(JSON.stringify(faults));
