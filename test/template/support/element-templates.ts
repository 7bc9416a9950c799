/**
 * The Modeler's own code for templates. It compares properties with each other as JSON texts, and makes both texts for each
 * comparison, which takes most of the time of these tests; here each object's text is made once. Nothing else differs.
 */
import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';
import { importBundled } from './bundle.ts';

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

const withTexts: Plugin = {
  name: 'with-texts',
  setup: ({ onLoad }) => {
    onLoad({ filter: /bpmn-js-element-templates[\\/]dist[\\/]core\.esm\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!source.includes(original)) throw new Error(`${path} compares properties in another way now`);
      return { contents: source.replace(original, () => replacement) };
    });
  },
};

interface Library {
  readonly CloudElementTemplatesCoreModule: object;
}

export const { CloudElementTemplatesCoreModule } = (await importBundled(
  "export { CloudElementTemplatesCoreModule } from 'bpmn-js-element-templates/core';",
  { plugins: [withTexts] },
)) as Library;
