/**
 * The Modeler's own code for templates. It compares properties with each other as JSON texts, and makes both texts for each
 * comparison, which takes most of the time of these tests; here each object's text is made once. Nothing else differs.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const original = `function equals(a, b) {
  return JSON.stringify(a, normalizeReplacer$1) === JSON.stringify(b, normalizeReplacer$1);
}`;

const replacement = `const textsByObject = new WeakMap();

function textOf(value) {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  let text = textsByObject.get(value);
  if (text === undefined) {
    text = JSON.stringify(value, normalizeReplacer$1);
    textsByObject.set(value, text);
  }
  return text;
}

function equals(a, b) {
  return textOf(a) === textOf(b);
}`;

interface Library {
  readonly CloudElementTemplatesCoreModule: object;
}

const load = async (): Promise<Library> => {
  const place = createRequire(import.meta.url).resolve('bpmn-js-element-templates/core');
  const source = readFileSync(join(dirname(place), 'core.esm.js'), 'utf8');
  if (!source.includes(original)) throw new Error('bpmn-js-element-templates compares properties in another way now');
  // Below node_modules, where its own imports are found.
  const cache = resolve('node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'element-templates-'));
  try {
    const file = join(folder, 'core.mjs');
    writeFileSync(
      file,
      source.replace(original, () => replacement),
    );
    return (await import(pathToFileURL(file).href)) as Library;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

export const { CloudElementTemplatesCoreModule } = await load();
