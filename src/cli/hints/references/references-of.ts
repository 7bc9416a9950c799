import type { Binding, FlowNode, ProcessModel, Source } from '../../../engine/model/types.ts';
import { constantText, jobsOf, subjectOf } from '../model-parts.ts';
import type { DefinitionKind } from '../types.ts';

/** A reference of an element to something that is deployed on its own. */
export interface Reference {
  readonly model: ProcessModel;
  readonly elementId: string;
  readonly kind: DefinitionKind;
  readonly id: string;
  /** What the element does with it, e.g. `Ask (process order) shows the form "ask"`. */
  readonly text: string;
  readonly binding: Binding['kind'];
  /** Absent unless the binding has one that is known. */
  readonly versionTag?: string | undefined;
  /** What happens without it. */
  readonly consequence: string;
}

const quoted = (text: string): string => JSON.stringify(text);

const stops = 'so an incident stops its instances there';

const verbs: Readonly<Record<DefinitionKind, string>> = {
  process: 'calls the process',
  decision: 'evaluates the decision',
  form: 'shows the form',
  embeddedForm: 'shows the embedded form',
  file: 'links the resource',
};

/** The parts of a reference that its element decides. */
interface Given {
  readonly kind: DefinitionKind;
  readonly id: Source | undefined;
  readonly binding: Binding;
  /** Instead of the version tag of the binding. */
  readonly versionTag?: Source | undefined;
  readonly subject?: string;
  readonly consequence?: string;
}

/** One reference, or none if its id is an expression, which can have any value. */
const referenceOf = (
  model: ProcessModel,
  elementId: string,
  { kind, id: source, binding, versionTag, subject = subjectOf(model, elementId), consequence = stops }: Given,
): readonly Reference[] => {
  const id = constantText(source);
  if (id === undefined) return [];
  const tag = versionTag === undefined && binding.kind === 'versionTag' ? binding.versionTag : constantText(versionTag);
  const text = `${subject} ${verbs[kind]} ${quoted(id)}`;
  const isTagged = binding.kind === 'versionTag' || versionTag !== undefined;
  const named = {
    kind,
    id,
    text,
    binding: isTagged ? 'versionTag' : binding.kind,
    versionTag: tag,
    consequence,
  } as const;
  return [{ model, elementId, ...named }];
};

/** The beginning of the key of a form that is part of its process. */
const embeddedPrefix = 'camunda-forms:bpmn:';

const ofNode = (model: ProcessModel, node: FlowNode): readonly Reference[] => {
  switch (node.kind) {
    case 'callActivity':
      return referenceOf(model, node.id, { kind: 'process', id: node.processId, binding: node.binding });
    case 'decisionTask': {
      const { decisionId: id, binding, versionTag } = node;
      return referenceOf(model, node.id, { kind: 'decision', id, binding, versionTag });
    }
    case 'userTask':
    case 'jobUserTask': {
      const { form } = node.properties;
      if (form?.kind === 'formId') {
        return referenceOf(model, node.id, { kind: 'form', id: form.value, binding: form.binding });
      }
      const key = form?.kind === 'formKey' ? constantText(form.value) : undefined;
      if (key?.startsWith(embeddedPrefix) !== true) return [];
      const id: Source = { kind: 'static', text: key.slice(embeddedPrefix.length) };
      const consequence = 'so nobody can fill it in';
      return referenceOf(model, node.id, { kind: 'embeddedForm', id, binding: { kind: 'latest' }, consequence });
    }
    default:
      return [];
  }
};

/** The references of a process whose ids are known: called processes, decisions, forms and linked resources. */
export const referencesOf = (model: ProcessModel): readonly Reference[] => {
  const { startForm } = model;
  return [
    ...(startForm === undefined
      ? []
      : referenceOf(model, model.id, {
          kind: 'form',
          id: { kind: 'static', text: startForm.formId },
          binding: startForm.binding,
          subject: `the start event of the process ${model.id}`,
          consequence: 'so nobody can fill it in',
        })),
    ...[...model.nodes.values()].flatMap((node) => ofNode(model, node)),
    ...jobsOf(model).flatMap(({ elementId, subject, job }) =>
      (job.linkedResources ?? []).flatMap(({ id, binding }) =>
        referenceOf(model, elementId, { kind: 'file', id, binding, subject }),
      ),
    ),
  ];
};
