// Morph's SDK, as agents use it. Reads {at, key, edits: [{input, config}]} and writes what became of each edit.
import { readFileSync } from "node:fs";
import { applyEdit } from "@morphllm/morphsdk/tools/fastapply";

const { at, key, edits } = JSON.parse(readFileSync(0, "utf8"));
const results = [];
for (const { input, config } of edits) {
  results.push(await applyEdit(input, { morphApiUrl: at, morphApiKey: key, ...config }));
}
console.log(JSON.stringify(results));
