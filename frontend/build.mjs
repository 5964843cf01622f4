// Builds src/sentinel/web/static/sentinel from scss/ and js/. The built files are committed: Node is needed only
// to change them. `npm ci && npm run build`; the same sources give the same bytes (a test of CI may compare).
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const out = join(here, "..", "src", "sentinel", "web", "static", "sentinel");
const fonts = join(modules, "@fontsource-variable", "atkinson-hyperlegible-next");
const targets = ["chrome109", "firefox115", "safari15.6", "edge109"];

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, "fonts"), { recursive: true });

/** Compiles one Sass file and minifies it for the browsers of the field. */
function stylesheet(name, before = "") {
  const css = sass.compile(join(here, "scss", `${name}.scss`), {
    loadPaths: [modules],
    charset: false,
    quietDeps: true,
  }).css;
  const small = esbuild.transformSync(before + css, { loader: "css", minify: true, target: targets });
  writeFileSync(join(out, `${name}.css`), small.code);
}

/** Leaflet's stylesheet without the rules that fetch pictures: Sentinel has no markers and no layer control. */
function leafletCss() {
  const css = readFileSync(join(modules, "leaflet", "dist", "leaflet.css"), "utf8");
  return css.replace(/[^{}]+\{[^{}]*url\([^{}]*\}/g, "");
}

stylesheet("sentinel");
stylesheet("map", leafletCss());

await esbuild.build({
  entryPoints: [join(here, "js", "sentinel.js"), join(here, "js", "map.js")],
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: targets,
  legalComments: "inline",
});

copyFileSync(join(here, "js", "js-enabled.js"), join(out, "js-enabled.js"));
copyFileSync(join(here, "favicon.svg"), join(out, "favicon.svg"));
copyFileSync(join(modules, "htmx.org", "dist", "htmx.min.js"), join(out, "htmx.min.js"));
for (const subset of ["latin", "latin-ext"]) {
  const file = `atkinson-hyperlegible-next-${subset}-wght-normal.woff2`;
  copyFileSync(join(fonts, "files", file), join(out, "fonts", file));
}
copyFileSync(join(fonts, "LICENSE"), join(out, "fonts", "LICENSE"));
copyFileSync(
  join(modules, "axe-core", "axe.min.js"),
  join(here, "..", "tests", "web", "vendor", "axe.min.js"),
);

for (const file of readdirSync(out).filter((name) => /\.(css|js)$/.test(name))) {
  const bytes = readFileSync(join(out, file));
  console.log(`${file.padEnd(16)} ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} gzipped`);
}
