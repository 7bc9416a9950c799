/**
 * The Modeler's own code without a screen: applies templates to a diagram, fills in fields as the properties panel
 * does, and saves the file.
 */
import { createRequire } from 'node:module';
import Modeler from 'bpmn-js-headless/lib/Modeler';
import { CloudElementTemplatesCoreModule } from './element-templates.ts';
import { bindingKey, open, type Property, type Template } from './shape.ts';

/** An element of the file in the Modeler's memory. */
export interface Moddle {
  readonly $type: string;
  get(property: string): unknown;
}

export interface Shape {
  readonly id: string;
  readonly businessObject: Moddle;
}

export interface ElementTemplates {
  get(element: Shape): object | null;
  getLatest(element?: Shape | string): readonly object[];
  setEngines(engines: Readonly<Record<string, string>>): void;
  applyTemplate(element: Shape, template: object, options?: { readonly presetId?: string }): Shape;
}

export interface Modeling {
  updateModdleProperties(element: Shape, moddle: Moddle, properties: object): void;
}

/** What a person puts into a field; undefined empties it. */
export type Entry = string | number | boolean | undefined;

/** An open diagram. */
export interface Diagram {
  /** Makes templates known, as the Modeler loads them from files; throws what the Modeler would complain of. */
  load(templates: readonly object[]): void;
  /** Ids of the templates that the Modeler offers for an element on an execution platform, newest version of each. */
  offered(elementId: string, camunda?: string): readonly string[];
  /** Chooses a template for an element; also the way from one version to the next. */
  apply(elementId: string, template: object, presetId?: string): void;
  /** Fills in fields of the element's template, by property id, else by the name that they are bound to. */
  fill(elementId: string, fields: Readonly<Record<string, Entry>>): void;
  save(): Promise<string>;
}

const zeebe: unknown = createRequire(import.meta.url)('zeebe-bpmn-moddle/resources/zeebe.json');

/** Measures labels in the Modeler, which needs a screen. */
const textStub = {
  textRenderer: [
    'value',
    {
      getExternalLabelBounds: (bounds: object) => bounds,
      getTextAnnotationBounds: (bounds: object) => bounds,
      getDimensions: () => ({ width: 0, height: 0 }),
      createText: () => null,
    },
  ],
};

/** The text that the properties panel writes for an entry. */
const written = ({ binding, feel }: Property, entry: Entry): string | undefined => {
  if (entry === undefined || entry === '') return undefined;
  const typed = typeof entry !== 'string' && (feel !== undefined || binding.type.startsWith('zeebe:input'));
  const text = typed ? `=${entry}` : String(entry);
  return feel === 'required' && !text.startsWith('=') ? `=${text}` : text;
};

interface Place {
  readonly holder: string;
  readonly list: string;
  readonly item: string;
  readonly key: string;
  readonly value: string;
}

/** Bindings that write one item of a list among the extension elements. */
const places: Readonly<Record<string, Place>> = {
  'zeebe:input': {
    holder: 'zeebe:IoMapping',
    list: 'inputParameters',
    item: 'zeebe:Input',
    key: 'target',
    value: 'source',
  },
  // The field holds the target, the template the source.
  'zeebe:output': {
    holder: 'zeebe:IoMapping',
    list: 'outputParameters',
    item: 'zeebe:Output',
    key: 'source',
    value: 'target',
  },
  'zeebe:taskHeader': { holder: 'zeebe:TaskHeaders', list: 'values', item: 'zeebe:Header', key: 'key', value: 'value' },
};

const list = (moddle: Moddle | undefined, property: string): readonly Moddle[] =>
  (moddle?.get(property) as readonly Moddle[] | undefined) ?? [];

const extension = (moddle: Moddle, type: string): Moddle | undefined =>
  list(moddle.get('extensionElements') as Moddle | undefined, 'values').find(({ $type }) => $type === type);

const messageOf = (moddle: Moddle): Moddle | undefined => {
  const [definition] = list(moddle, 'eventDefinitions');
  return (definition ?? moddle).get('messageRef') as Moddle | undefined;
};

/** The object behind a single attribute that a binding writes, and the attribute. */
const single = (
  { type, property, name }: Property['binding'],
  moddle: Moddle,
): readonly [Moddle | undefined, string] => {
  if (type === 'zeebe:taskDefinition') return [extension(moddle, 'zeebe:TaskDefinition'), property ?? ''];
  const message = messageOf(moddle);
  if (type === 'bpmn:Message#property') return [message, name ?? ''];
  if (type === 'bpmn:Message#zeebe:subscription#property') {
    return [message && extension(message, 'zeebe:Subscription'), name ?? ''];
  }
  throw new Error(`No way to fill in a field that is bound to ${type}`);
};

/** Opens a diagram in a Modeler of its own. */
export const openDiagram = async (xml: string): Promise<Diagram> => {
  const modeler = new Modeler({
    additionalModules: [textStub, CloudElementTemplatesCoreModule],
    moddleExtensions: { zeebe },
  });
  const { warnings } = await modeler.importXML(xml);
  if (warnings.length > 0) throw new Error(warnings.map(({ message }) => message).join('\n'));
  const elementTemplates = modeler.get('elementTemplates');
  let errors: readonly Error[] = [];
  modeler.on('elementTemplates.errors', (event) => {
    errors = event.errors;
  });
  const modeling = modeler.get('modeling');

  const shapeOf = (id: string): Shape => {
    const shape = modeler.get('elementRegistry').get(id);
    if (shape === undefined) throw new Error(`The diagram has no element ${id}`);
    return shape;
  };

  const propertyOf = (elementId: string, id: string): Property => {
    const template = elementTemplates.get(shapeOf(elementId));
    const properties = template === null ? [] : open(template).properties.filter(({ type }) => type !== 'Hidden');
    const property =
      properties.find((one) => one.id === id) ??
      properties.find(({ binding: { name, key, source } }) => id === (name ?? key ?? source));
    if (property === undefined) throw new Error(`The template of ${elementId} has no field ${id}`);
    return property;
  };

  const update = (elementId: string, moddle: Moddle | undefined, properties: object): void => {
    if (moddle === undefined) throw new Error(`${elementId} has nothing to write ${Object.keys(properties)} to`);
    modeling.updateModdleProperties(shapeOf(elementId), moddle, properties);
  };

  /** A list's item is replaced, made or removed as a whole, as the panel does. */
  const fillItem = (elementId: string, property: Property, place: Place, text: string | undefined): void => {
    const { binding, optional } = property;
    const holder = extension(shapeOf(elementId).businessObject, place.holder);
    const key = binding.name ?? binding.key ?? binding.source ?? '';
    const others = list(holder, place.list).filter((item) => item.get(place.key) !== key);
    const stays = text !== undefined || (!optional && binding.type !== 'zeebe:taskHeader');
    const item = modeler.get('bpmnFactory').create(place.item, { [place.key]: key, [place.value]: text });
    update(elementId, holder, { [place.list]: stays ? [...others, item] : others });
  };

  const fillOne = (elementId: string, id: string, entry: Entry): void => {
    const property = propertyOf(elementId, id);
    const text = written(property, entry);
    const place = places[property.binding.type];
    if (place !== undefined) {
      fillItem(elementId, property, place, text);
      return;
    }
    const [moddle, attribute] = single(property.binding, shapeOf(elementId).businessObject);
    update(elementId, moddle, { [attribute]: text });
  };

  return {
    load: (templates) => {
      errors = [];
      modeler.get('elementTemplatesLoader').setTemplates(templates);
      if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
    },
    offered: (elementId, camunda) => {
      if (camunda !== undefined) elementTemplates.setEngines({ camunda });
      return elementTemplates.getLatest(shapeOf(elementId)).map((template) => {
        const { id, version } = template as Template;
        return `${id}@${version}`;
      });
    },
    apply: (elementId, template, presetId) => {
      elementTemplates.applyTemplate(shapeOf(elementId), template, presetId === undefined ? {} : { presetId });
    },
    fill: (elementId, fields) => {
      for (const [id, entry] of Object.entries(fields)) fillOne(elementId, id, entry);
    },
    save: async () => (await modeler.saveXML({ format: true })).xml,
  };
};

/** Property ids by the place that they write to. */
export const idsByBinding = (template: object): ReadonlyMap<string, string> =>
  new Map(
    open(template).properties.flatMap((one) => (one.id === undefined ? [] : [[bindingKey(one), one.id] as const])),
  );
