/**
 * What a connector says of its element templates, beside what its schemas say. Plain data: the generator in
 * `camunda-connectors/template` reads it, and nothing of it is needed to run the connector.
 */

/** A section of the properties panel. */
export interface TemplateGroup {
  /** The name that `hints({ group })` uses. */
  readonly id: string;
  readonly label: string;
  readonly tooltip?: string;
  /** Sections are closed at first unless this is true. */
  readonly openByDefault?: boolean;
}

/** Heading of the Modeler's catalogue. */
export interface TemplateCategory {
  readonly id: string;
  readonly name: string;
}

/** Ranges of versions, in npm's notation, that a template is offered for. */
export interface TemplateEngines {
  readonly camunda?: string;
  readonly camundaDesktopModeler?: string;
  readonly camundaWebModeler?: string;
}

/** Settings that the templates of all connectors have. */
export interface TemplateSettings {
  /**
   * Identity of the template. Elements of existing diagrams point to it, so it must never change. Default: the
   * connector's `type`; of an inbound connector its `name`, with the kind of element behind it (`<name>.activation`,
   * `<name>.catch-event`, …). Given for an inbound connector it is the id of the activation's template.
   */
  readonly id?: string;
  /** Whole number; raise it with every published change. @default 1 */
  readonly version?: number;
  /** Name in the catalogue and on the panel. Default: the connector's name. */
  readonly name?: string;
  /** Default: the connector's description. */
  readonly description?: string;
  /**
   * A `data:` URI, an `https:` address, or the path of an `.svg` or `.png` file beside the connector's module, which the
   * command line reads. Keep it small: the Modeler copies it into every element.
   */
  readonly icon?: string;
  /** Address of the documentation, linked from the panel. */
  readonly documentationRef?: string;
  /** @default { id: 'connectors', name: 'Connectors' } */
  readonly category?: TemplateCategory;
  /** Further words by which the catalogue finds the template. */
  readonly keywords?: readonly string[];
  /** Range of Camunda versions, or ranges by product. @default '^8.8' */
  readonly engines?: string | TemplateEngines;
  /** Sections in the order of the panel. A section that is not named here is labelled by its id. */
  readonly groups?: readonly TemplateGroup[];
  /**
   * How the result reaches the process: `variable` (default) asks for the name of a variable and for an expression;
   * `fields` maps each field of the output schema to a variable of its own.
   */
  readonly outputs?: 'variable' | 'fields';
}

/** Settings for the templates of outbound connectors. */
export interface OutboundTemplateSettings extends TemplateSettings {
  /** Elements on which the template is offered. Default: tasks, or the kind of event that `elementType` names. */
  readonly appliesTo?: readonly string[];
  /**
   * What the element becomes: a service, send, script or business rule task, or a throw or end event with
   * `eventDefinition: 'bpmn:MessageEventDefinition'`. Default: the only kind in `appliesTo`, or else a service task.
   */
  readonly elementType?: { readonly value: string; readonly eventDefinition?: string };
  /** Preset of the result variable. Default: the connector's `resultVariable`. */
  readonly resultVariable?: string;
  /** Preset of the result expression: FEEL that starts with `=`. */
  readonly resultExpression?: string;
  /** Preset of the error expression: FEEL that starts with `=`. */
  readonly errorExpression?: string;
  /** Preset of the number of attempts. @default 3 */
  readonly retryCount?: number;
  /** Preset of the pause between attempts, as a duration such as `PT30S`. @default 'PT30S' */
  readonly retryBackoff?: string;
  /** Preset of the time that a job may take, as a duration. Default: none. */
  readonly jobTimeout?: string;
}

/** Settings for the templates of inbound connectors. */
export interface InboundTemplateSettings extends TemplateSettings {
  /** Preset of the message's name. Default: the connector's name. */
  readonly messageName?: string;
}
