/**
 * Settings for the element templates of a connector, in addition to its schemas. They are plain data for the generator in
 * `camunda-connectors/template`; the runtime does not need them.
 */

/** A section of the properties panel. */
export interface TemplateGroup {
  /** The name that `hints({ group })` uses. */
  readonly id: string;
  readonly label: string;
  readonly tooltip?: string;
  /** Whether the section is open at first. @default false */
  readonly openByDefault?: boolean;
}

/** A category in the catalogue of the Modeler. */
export interface TemplateCategory {
  readonly id: string;
  readonly name: string;
}

/** The versions that a template is offered for, as ranges in npm's notation. */
export interface TemplateEngines {
  readonly camunda?: string;
  readonly camundaDesktopModeler?: string;
  readonly camundaWebModeler?: string;
}

/** Settings for the templates of all connectors. */
export interface TemplateSettings {
  /**
   * The id of the template. Elements of existing diagrams refer to it, so it must never change.
   *
   * For an outbound connector, the default is its `type`. For an inbound connector, the default is its `name` followed by
   * the kind of element (`<name>.activation`, `<name>.catch-event` and so on); an id that is set is the id of the
   * activation's template.
   */
  readonly id?: string;
  /** The version, a whole number. Increase it with every published change. @default 1 */
  readonly version?: number;
  /** The name in the catalogue and in the panel. @default the name of the connector */
  readonly name?: string;
  /** The description in the catalogue and in the panel. @default the description of the connector */
  readonly description?: string;
  /**
   * The icon: a `data:` URI, an `https:` address, or the path of an `.svg` or `.png` file next to the module of the
   * connector, which the command line reads. Keep it small, because the Modeler copies it into every element.
   */
  readonly icon?: string;
  /** The address of the documentation, linked in the panel. */
  readonly documentationRef?: string;
  /** The category in the catalogue. @default { id: 'connectors', name: 'Connectors' } */
  readonly category?: TemplateCategory;
  /** Additional search keywords for the template in the catalogue. */
  readonly keywords?: readonly string[];
  /** A range of Camunda versions, or ranges by product. @default '^8.8' */
  readonly engines?: string | TemplateEngines;
  /** The sections in the order of the panel. The label of a section that is not listed is its id in words. */
  readonly groups?: readonly TemplateGroup[];
  /**
   * How the result reaches the process: `variable` asks for the name of a variable and for an expression; `fields` maps
   * each field of the output schema to its own variable. @default 'variable'
   */
  readonly outputs?: 'variable' | 'fields';
}

/** Settings for the templates of outbound connectors. */
export interface OutboundTemplateSettings extends TemplateSettings {
  /** The elements that the template is offered for. @default tasks, or the kind of event in `elementType` */
  readonly appliesTo?: readonly string[];
  /**
   * What the element becomes: a service, send, script or business rule task, or a throw or end event with
   * `eventDefinition: 'bpmn:MessageEventDefinition'`. @default the only kind in `appliesTo`, or else a service task
   */
  readonly elementType?: { readonly value: string; readonly eventDefinition?: string };
  /** The default of the result variable. @default the connector's `resultVariable` */
  readonly resultVariable?: string;
  /** The default of the result expression: FEEL that starts with `=`. */
  readonly resultExpression?: string;
  /** The default of the error expression: FEEL that starts with `=`. */
  readonly errorExpression?: string;
  /** The default of the number of attempts. @default 3 */
  readonly retryCount?: number;
  /** The default of the pause between attempts, an ISO 8601 duration. @default 'PT30S' */
  readonly retryBackoff?: string;
  /** The default of the time that an attempt may take, an ISO 8601 duration. @default none */
  readonly jobTimeout?: string;
}

/** Settings for the templates of inbound connectors. */
export interface InboundTemplateSettings extends TemplateSettings {
  /** The default of the message name. @default the name of the connector */
  readonly messageName?: string;
}
