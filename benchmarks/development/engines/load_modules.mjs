// Imports every module below a folder, and prints which cannot be and why.
import { readdirSync } from "node:fs";
import { pathToFileURL } from "node:url";

const names = readdirSync(process.argv[2], { recursive: true });
for (const name of names.filter((n) => /\.(js|mjs|cjs)$/.test(n) && !n.includes("node_modules")).sort()) {
  try {
    const module = await import(pathToFileURL(`${process.argv[2]}/${name}`).href);
    console.log(name, typeof module);
  } catch (error) {
    console.log(name, error.constructor.name);
  }
}
