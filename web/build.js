// Builds the front-end from static/src into static/build, with names that change with the content.
import { build } from "esbuild";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";

const out = "static/build";
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const { metafile } = await build({
  entryPoints: { app: "static/src/app.js", chart: "static/src/chart.js", style: "static/src/style.css" },
  outdir: out,
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  format: "esm",
  minify: true,
  target: ["es2022", "chrome110", "firefox115", "safari16"],
  metafile: true,
  legalComments: "linked",
  logLevel: "warning",
});
const names = Object.entries(metafile.outputs)
  .filter(([, output]) => output.entryPoint)
  .map(([file, output]) => [path.basename(output.entryPoint), path.basename(file)]);
await writeFile(path.join(out, "manifest.json"), JSON.stringify(Object.fromEntries(names), null, 1));
