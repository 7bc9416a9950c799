import type { FileResult } from '../../../engine/deployment/compile-files.ts';
import { type Engine, isInternalProcess } from '../../../engine/index.ts';
import type { CompiledResource } from '../../../engine/machine/types.ts';
import type { ProcessModel } from '../../../engine/model/types.ts';
import type { Definition, DefinitionKind } from '../types.ts';
import { formVariables } from './form-variables.ts';

/** The forms inside a process of Camunda 8 before its forms had files of their own. */
const embedded = /<(?:[\w-]+:)?userTaskForm\b[^>]*?\bid\s*=\s*["']([^"']*)["']/g;

const ofProcess = ({ id, resourceName, versionTag, noneStart }: ProcessModel): Definition => ({
  ...{ kind: 'process', id, resourceName, versionTag, isCallable: noneStart !== undefined },
});

const textOf = (content: Uint8Array | undefined): string => new TextDecoder().decode(content);

const ofResource = ({
  name,
  content,
  processes,
  requirements,
  form,
  file,
}: CompiledResource): readonly Definition[] => {
  const text = processes.length === 0 ? '' : textOf(content);
  const of = (kind: DefinitionKind, { id, versionTag }: Pick<Definition, 'id' | 'versionTag'>): Definition => ({
    ...{ kind, id, versionTag, resourceName: name },
  });
  return [
    ...processes.map(ofProcess),
    ...[...text.matchAll(embedded)].map(([, id = '']) => of('embeddedForm', { id })),
    ...(requirements?.decisions ?? []).map((decision) => of('decision', decision)),
    ...(form === undefined ? [] : [{ ...of('form', form), variables: formVariables(textOf(content)) }]),
    ...(file === undefined ? [] : [of('file', file)]),
  ];
};

/** What files define. */
export const definitionsIn = (results: readonly FileResult[]): readonly Definition[] =>
  results.flatMap(({ resource }) => (resource === undefined ? [] : ofResource(resource)));

const kindOf = (name: string): readonly DefinitionKind[] => {
  if (/\.dmn$/i.test(name)) return ['decision'];
  if (/\.form$/i.test(name)) return ['form'];
  return /\.(?:bpmn|xml)$/i.test(name) ? ['process', 'embeddedForm'] : ['file'];
};

/** The kinds of what files with mistakes may define. */
export const kindsInFaulty = (results: readonly FileResult[]): ReadonlySet<DefinitionKind> =>
  new Set(results.flatMap(({ name, resource }) => (resource === undefined ? kindOf(name) : [])));

/** What is deployed on an engine. The version tags of decisions are not known. */
export const definitionsOn = (
  engine: Pick<Engine, 'processes' | 'forms' | 'decisions' | 'files' | 'resource'>,
): readonly Definition[] => [
  ...engine
    .processes()
    .filter(({ bpmnProcessId, deleted }) => deleted !== true && !isInternalProcess(bpmnProcessId))
    .map(
      ({ bpmnProcessId: id, resourceName, versionTag }): Definition => ({
        ...{ kind: 'process', id, resourceName, versionTag },
      }),
    ),
  ...engine.forms().map(({ formId: id, formKey, resourceName }): Definition => {
    const { versionTag, content } = engine.resource(formKey) ?? {};
    return { kind: 'form', id, resourceName, versionTag, variables: formVariables(textOf(content)) };
  }),
  ...engine.decisions().map(
    ({ dmnDecisionId: id }): Definition => ({
      ...{ kind: 'decision', id, resourceName: '', mayHaveTag: true },
    }),
  ),
  ...engine.files().map(
    ({ resourceId: id, resourceName, versionTag }): Definition => ({
      ...{ kind: 'file', id, resourceName, versionTag },
    }),
  ),
];
