// Parses Bicep: one JSON string with a source per line in, one JSON tree per line out.
// Argument: the folder whose node_modules holds tree-sitter-bicep and web-tree-sitter.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

const require = createRequire(join(process.argv[2], 'package.json'));
const { Parser, Language } = require('web-tree-sitter');

await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load(require.resolve('tree-sitter-bicep/tree-sitter-bicep.wasm')));

function shape(node, field) {
  const children = [];
  for (let i = 0; i < node.childCount; i++) children.push(shape(node.child(i), node.fieldNameForChild(i)));
  return {
    type: node.type,
    field: field ?? undefined,
    text: node.text,
    line: node.startPosition.row + 1,
    endLine: node.endPosition.row + 1,
    broken: node.isError || node.isMissing,
    children,
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const tree = parser.parse(JSON.parse(line));
  process.stdout.write(JSON.stringify(shape(tree.rootNode)) + '\n');
  tree.delete();
}
