// Builds static/** into static/dist/: hashed names, manifest.json for asset_url(), and a .gz beside each text file.
//
//   static/scss/NAME.scss (no leading _)   -> NAME.css            sass, then esbuild (prefixes, minified)
//   static/js/app.js, static/js/pages/*.js -> js/NAME.js          ES modules; shared parts become js/chunks/
//   static/icons.txt (a bootstrap-icons name per line) -> icons.svg    one <symbol id="name"> each
//   static/img/**                          -> img/**
//   fonts of npm packages                  -> fonts/              woff2 for the pages, ttf for PDF
//   zxing-wasm's reader                    -> wasm/               the door's page reads QR codes with it
//   static/js/workers/NAME.js              -> js/workers/NAME.js  one classic script each: a service worker is no module
//
// precache.json lists what the tablet's pages need without a network, with a version that changes when any of it does.
// manifest.json maps the plain name to the hashed one ("app.css": "app-1A2B3C4D.css"), both relative to static/dist/.
// In SCSS, url("fonts/plus-jakarta-sans.woff2") and url("img/…") name the plain output; they come out hashed.
// The TrueType files keep their names: only the server reads them.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import * as esbuild from "esbuild";
import * as sass from "sass";

const root = dirname(fileURLToPath(import.meta.url));
const source = join(root, "static");
const modules = join(root, "node_modules");
const target = ["chrome64", "safari12"];
const supported = { destructuring: true }; // Safari 12 has it; esbuild counts a bug of rare forms (fixed in 14.1) as a lack
const compressible = new Set([".css", ".js", ".svg", ".json", ".wasm", ".webmanifest"]);

const jakarta = "@fontsource-variable/plus-jakarta-sans/files/plus-jakarta-sans";
const webFonts = {
  "fonts/plus-jakarta-sans.woff2": `${jakarta}-latin-wght-normal.woff2`,
  "fonts/plus-jakarta-sans-italic.woff2": `${jakarta}-latin-wght-italic.woff2`,
};
const pdfFonts = ["DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSansMono"];

class BuildError extends Error {}

const output = resolve(process.argv[2] ?? join(source, "dist"));
const work = `${output}.building`;
const manifest = {};

function write(name, content) {
  const path = join(work, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** Store one file under a name that carries its hash, and enter it in the manifest. */
function emit(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  const extension = extname(name);
  const hashed = `${name.slice(0, name.length - extension.length)}-${hash}${extension}`;
  write(hashed, content);
  manifest[name] = hashed;
}

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const plainName = (path, folder) => relative(folder, path).split(sep).join("/");

function buildFonts() {
  for (const [name, from] of Object.entries(webFonts)) emit(name, readFileSync(join(modules, from)));
  for (const font of pdfFonts) {
    write(`fonts/${font}.ttf`, readFileSync(join(modules, "dejavu-fonts-ttf/ttf", `${font}.ttf`)));
  }
}

/** The page fetches it from here: by itself the package would ask a public network. */
function buildWebAssembly() {
  emit("wasm/zxing-reader.wasm", readFileSync(join(modules, "zxing-wasm/dist/reader/zxing_reader.wasm")));
}

function buildImages() {
  for (const path of filesBelow(join(source, "img"))) emit(plainName(path, source), readFileSync(path));
}

/** One sprite with only the icons that static/icons.txt names. */
function buildIcons() {
  const list = join(source, "icons.txt");
  if (!existsSync(list)) return;
  const names = readFileSync(list, "utf8").split("\n").map((line) => line.replace(/#.*/, "").trim()).filter(Boolean);
  const symbols = [...new Set(names)].sort().map(iconSymbol);
  emit("icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);
}

function iconSymbol(name) {
  const path = join(modules, "bootstrap-icons/icons", `${name}.svg`);
  if (!existsSync(path)) throw new BuildError(`static/icons.txt: bootstrap-icons has no icon "${name}"`);
  const [, viewBox, body] = readFileSync(path, "utf8").match(/viewBox="([^"]+)"[^>]*>([\s\S]*)<\/svg>/);
  return `<symbol id="${name}" viewBox="${viewBox}">${body.replace(/\s*\n\s*/g, "")}</symbol>`;
}

/** Keeps url("fonts/…") and url("img/…") out of the bundler and points them at the hashed file. */
const hashedUrls = {
  name: "hashed-urls",
  setup(build) {
    build.onResolve({ filter: /^(fonts|img)\// }, ({ path, kind }) => {
      if (kind !== "url-token") return undefined;
      if (!manifest[path]) return { errors: [{ text: `url("${path}"): no such file in the build's output` }] };
      return { path: manifest[path], external: true };
    });
  },
};

async function buildStyles() {
  const folder = join(source, "scss");
  for (const path of filesBelow(folder)) {
    const name = plainName(path, folder);
    if (extname(path) !== ".scss" || name.includes("/") || name.startsWith("_")) continue;
    const { css } = sass.compile(path, {
      loadPaths: [modules],
      quietDeps: true, // Bootstrap 5.3 is written for an older Sass; its warnings are not ours to mend
      silenceDeprecations: ["import"],
    });
    const result = await esbuild.build({
      stdin: { contents: css, loader: "css", resolveDir: folder, sourcefile: name },
      bundle: true, minify: true, target, write: false, logLevel: "silent", plugins: [hashedUrls],
    });
    emit(name.replace(/\.scss$/, ".css"), result.outputFiles[0].contents);
  }
}

async function buildScripts() {
  const folder = join(source, "js");
  const entryPoints = [join(folder, "app.js"), ...filesBelow(join(folder, "pages")).filter((path) => path.endsWith(".js"))]
    .filter((path) => existsSync(path));
  if (entryPoints.length === 0) return {};
  const result = await esbuild.build({
    entryPoints, outbase: folder, outdir: join(work, "js"), absWorkingDir: root,
    entryNames: "[dir]/[name]-[hash]", chunkNames: "chunks/[name]-[hash]",
    bundle: true, splitting: true, format: "esm", minify: true, target,
    supported,
    metafile: true, logLevel: "silent",
  });
  for (const [path, { entryPoint }] of Object.entries(result.metafile.outputs)) {
    if (entryPoint) manifest[plainName(join(root, entryPoint), source)] = plainName(join(root, path), work);
  }
  return result.metafile.outputs;
}

async function buildWorkers() {
  const folder = join(source, "js");
  for (const path of filesBelow(join(folder, "workers"))) {
    const result = await esbuild.build({
      entryPoints: [path], absWorkingDir: root, bundle: true, format: "iife", minify: true, target, write: false, logLevel: "silent",
      supported,
    });
    emit(plainName(path, source), result.outputFiles[0].contents);
  }
}

/** An entry's own file and every chunk it imports, as they are named in the output. */
function scriptsOf(entry, outputs) {
  const byName = Object.fromEntries(Object.entries(outputs).map(([path, { imports }]) => [plainName(join(root, path), work), imports]));
  const found = new Set();
  const queue = [manifest[entry]].filter(Boolean);
  while (queue.length) {
    const name = queue.pop();
    if (found.has(name)) continue;
    found.add(name);
    queue.push(...byName[name].map(({ path }) => plainName(join(root, path), work)));
  }
  return [...found];
}

/** What the tablet keeps for the day without a network. */
function writePrecache(outputs) {
  const always = Object.keys(manifest).filter((name) => name === "app.css" || name === "icons.svg" || /^(fonts|img)\//.test(name));
  const files = [...always.map((name) => manifest[name]), ...scriptsOf("js/pages/tablet.js", outputs)].sort();
  const version = createHash("sha256").update(files.join("\n")).digest("hex").slice(0, 12);
  write("precache.json", `${JSON.stringify({ version, files }, null, 1)}\n`);
}

function compress() {
  for (const path of filesBelow(work)) {
    if (!compressible.has(extname(path))) continue;
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
  }
}

/** A reader sees the old build or the new one, never half of one. */
function swap() {
  const old = `${output}.old`;
  rmSync(old, { recursive: true, force: true });
  if (existsSync(output)) renameSync(output, old);
  renameSync(work, output);
  rmSync(old, { recursive: true, force: true });
}

async function build() {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  buildFonts();
  buildImages();
  buildWebAssembly();
  buildIcons();
  await buildStyles();
  const outputs = await buildScripts();
  await buildWorkers();
  writePrecache(outputs);
  compress();
  const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => (a < b ? -1 : 1)));
  write("manifest.json", `${JSON.stringify(sorted, null, 1)}\n`);
  swap();
}

/** What is wrong, with file and line, and nothing of the build tool's own stack. */
function explain(error) {
  if (error instanceof BuildError) return error.message;
  if (error.sassMessage) return error.message; // carries the excerpt, the file and the line
  if (error.errors) {
    return error.errors.map(({ location: at, text }) => (at ? `${at.file}:${at.line}:${at.column}: ${text}` : text)).join("\n");
  }
  return error.stack;
}

try {
  await build();
} catch (error) {
  rmSync(work, { recursive: true, force: true });
  console.error(`The pages' assets could not be built.\n${explain(error)}`);
  process.exit(1);
}
