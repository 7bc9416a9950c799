/**
 * The checks of fields that the Modeler shows as errors. They belong to the browser part of the library, which is bundled
 * here without its panel, and with the only property of a document that it needs while it loads.
 */
import { createRequire } from 'node:module';
import { BpmnModdle } from 'bpmn-moddle';
import type { Plugin } from 'esbuild';
import { importBundled } from './bundle.ts';

interface LintPlugin {
  readonly config: object;
  readonly resolver: object;
}

interface Bundle {
  readonly CloudElementTemplatesLinterPlugin: (templates: readonly object[]) => LintPlugin;
  readonly Linter: new (
    plugin: LintPlugin,
  ) => { lint(definitions: object): Promise<Readonly<Record<string, readonly { id: string; message: string }[]>>> };
}

const withoutPanel: Plugin = {
  name: 'without-panel',
  setup: ({ onResolve, onLoad }) => {
    onResolve(
      { filter: /^(@bpmn-io\/properties-panel|bpmn-js-properties-panel|@bpmn-io\/feel-editor)$/ },
      ({ path }) => ({
        path,
        namespace: 'panel',
      }),
    );
    onLoad({ filter: /.*/, namespace: 'panel' }, () => ({ contents: 'module.exports = {}' }));
  },
};

const load = async (): Promise<Bundle> => {
  const contents = `
    export { CloudElementTemplatesLinterPlugin } from 'bpmn-js-element-templates';
    export { Linter } from 'bpmnlint';`;
  const loaded = await importBundled(contents, {
    banner: { js: 'const document = { createElement: () => ({}) };' },
    plugins: [withoutPanel],
  });
  return loaded as Bundle;
};

const zeebe: unknown = createRequire(import.meta.url)('zeebe-bpmn-moddle/resources/zeebe.json');

/** Checks a saved diagram with templates, as the Modeler does. */
export type Lint = (xml: string, templates: readonly object[]) => Promise<readonly string[]>;

/** Bundled once, which takes about a second. */
let bundle: Promise<Bundle> | undefined;

/** Creates the check. Its results are `<element id>: <the message of the Modeler>`. */
export const createLint = async (): Promise<Lint> => {
  bundle ??= load();
  const { CloudElementTemplatesLinterPlugin, Linter } = await bundle;
  const moddle = new BpmnModdle({ zeebe });
  return async (xml, templates) => {
    const { rootElement } = await moddle.fromXML(xml);
    const reports = await new Linter(CloudElementTemplatesLinterPlugin(templates)).lint(rootElement);
    return Object.values(reports).flatMap((list) => list.map(({ id, message }) => `${id}: ${message}`));
  };
};
