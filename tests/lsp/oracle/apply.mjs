// Applies changes to documents as VS Code's own library does: a JSON array on stdin, an array of texts on stdout.
import { readFileSync } from "node:fs";
import { TextDocument } from "vscode-languageserver-textdocument";

const cases = JSON.parse(readFileSync(0, "utf-8"));
const texts = cases.map(({ text, changes }) => {
  const document = TextDocument.create("file:///x", "plain", 1, text);
  return changes.map((change, version) => TextDocument.update(document, [change], version + 2).getText());
});
process.stdout.write(JSON.stringify(texts));
