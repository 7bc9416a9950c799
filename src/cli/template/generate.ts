import { fault, isFault } from '../../common/fault.ts';
import type { AnyOutboundConnector } from '../../connector/types.ts';
import type { AnyInbound } from '../../runtime/index.ts';
import { createTemplates } from '../../template/index.ts';
import { collectConnectors, type LoadedModule, loadModules } from '../modules/load-modules.ts';
import { resolveIcon } from './icon.ts';
import { ownMetadata, type TemplateData } from './output-folder.ts';

type AnyConnector = AnyOutboundConnector | AnyInbound;

interface Generated {
  /** The connector and its module, for messages. */
  readonly source: string;
  readonly template: TemplateData;
}

const withIcon = (connector: AnyConnector, url: string): AnyConnector => {
  const icon = connector.template?.icon;
  if (icon === undefined) return connector;
  return { ...connector, template: { ...connector.template, icon: resolveIcon(icon, url) } };
};

/** Each connector with the first module that exports it. */
const connectorsOf = (modules: readonly LoadedModule[]): ReadonlyMap<AnyConnector, LoadedModule> => {
  const found = new Map<AnyConnector, LoadedModule>();
  for (const module of modules) {
    const { outbound, inbound } = collectConnectors([module]);
    for (const connector of [...outbound, ...inbound]) if (!found.has(connector)) found.set(connector, module);
  }
  return found;
};

/** The connector's name, with the export and the module that it comes from. */
const sourceOf = (connector: AnyConnector, { name, exports }: LoadedModule): string => {
  const [exported] = Object.entries(exports).find(([, value]) => [value].flat().includes(connector)) ?? [];
  return `${connector.name} (export ${exported} of ${name})`;
};

const repeatedIds = (generated: readonly Generated[]): readonly string[] => {
  const ids = [...new Set(generated.map(({ template }) => template.id))];
  return ids.flatMap((id) => {
    const sources = generated.filter(({ template }) => template.id === id).map(({ source }) => source);
    return sources.length === 1
      ? []
      : [
          `${sources.join(' and ')} have the same template id ${JSON.stringify(id)}; give one of them another \`id\` in its \`template\`.`,
        ];
  });
};

/** The Modeler keeps the first description of a credential, so all templates must have the same. */
const differentCredentials = (generated: readonly Generated[]): readonly string[] => {
  const first = new Map<string, { readonly source: string; readonly text: string }>();
  return generated.flatMap(({ source, template }) =>
    (template.configurationTemplates ?? []).flatMap((credential) => {
      const { id, version } = credential;
      const key = JSON.stringify([id, version]);
      const text = JSON.stringify(credential);
      const known = first.get(key);
      if (known === undefined) first.set(key, { source, text });
      if (known === undefined || known.text === text) return [];
      return [
        `${known.source} and ${source} describe version ${version} of the credential ${JSON.stringify(id)} differently; use one schema for both, or raise the \`version\` in one of them.`,
      ];
    }),
  );
};

/**
 * Generates the templates of all connectors that the modules export, in the order of the exports.
 *
 * @throws a fault of kind `definition` that names every connector without a template, every id that occurs twice, and every
 *   credential that has two descriptions
 */
export const templatesOf = (modules: readonly LoadedModule[]): readonly TemplateData[] => {
  // Reports all modules without a connector in one error.
  collectConnectors(modules);
  const problems: string[] = [];
  const generated = [...connectorsOf(modules)].flatMap(([connector, module]): readonly Generated[] => {
    const source = sourceOf(connector, module);
    try {
      return createTemplates(withIcon(connector, module.url)).map((template) => ({
        source,
        template: { ...template, metadata: ownMetadata },
      }));
    } catch (error) {
      if (!isFault(error)) throw error;
      problems.push(`${source}: ${error.message}`);
      return [];
    }
  });
  problems.push(...repeatedIds(generated), ...differentCredentials(generated));
  if (problems.length > 0) {
    // Each problem contains its own fix.
    throw fault('definition', { what: [...problems, 'Nothing was written.'].join('\n\n') });
  }
  return generated.map(({ template }) => template);
};

/**
 * Imports the named modules and generates the templates of all connectors that they export.
 *
 * @param names paths (with extension) or names of packages
 * @param folder paths and packages are resolved from this folder
 * @throws a fault of kind `definition` that names every module and every connector that cannot be used
 */
export const generateTemplates = async (names: readonly string[], folder: string): Promise<readonly TemplateData[]> =>
  templatesOf(await loadModules(names, folder));
