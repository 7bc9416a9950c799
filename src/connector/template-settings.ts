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

/** Sections of the Modeler itself that stay visible beside those of a template. */
export interface TemplateVisibleEntries {
  /** The section of the output mapping. A template that maps outputs itself must not have it. */
  readonly outputs?: boolean;
  readonly executionListeners?: boolean;
  readonly taskListeners?: boolean;
}

/** Why a template is deprecated. */
export interface TemplateDeprecation {
  /** What to use instead, for the panel of elements that have the template. */
  readonly message?: string;
  /** The address of further documentation. */
  readonly documentationRef?: string;
}

/** A condition for showing a field: the value of another field, which may come later. */
export type HintCondition = {
  /** The path of the other field from the root of the input, e.g. `auth.type`. */
  readonly property: string;
} & (
  | { readonly equals: string | number | boolean }
  | { readonly oneOf: readonly (string | number)[] }
  | { readonly isEmpty: boolean }
  | { readonly isActive: boolean }
);

/** A random text (UUID) that the Modeler makes when a template is applied, and again with every upgrade. */
export interface GeneratedText {
  readonly generated: 'uuid';
}

/** A text that the element has while the condition, or every condition of a list, holds. */
export interface ConditionalText {
  readonly value: string;
  readonly condition: HintCondition | readonly HintCondition[];
}

/** The value of an extension property: a text, a random one, or texts of which the conditions choose one at most. */
export type ExtensionValue = string | GeneratedText | ConditionalText | readonly ConditionalText[];

/**
 * A resource that the job of an element refers to (`zeebe:linkedResource`), e.g. a script. What is not set is a field of the
 * template.
 */
export interface LinkedResource {
  /** The name by which the worker finds the resource. */
  readonly linkName: string;
  /** The type of the resource, e.g. `RPA`. Absent: a required field asks for it. */
  readonly resourceType?: string;
  /** The id of the resource. Absent: a required field asks for it. */
  readonly resourceId?: string;
  /** Which version of the resource the job refers to. Absent: a list asks for it, with `latest` as its default. */
  readonly binding?: 'latest' | 'deployment' | 'versionTag';
  /** The version tag, for the binding `versionTag`. Absent: a required field asks for it. */
  readonly versionTag?: string;
  /** The label of the field for the id. @default 'Resource ID' */
  readonly label?: string;
  /** The job refers to the resource only while the condition, or every condition of a list, holds. @default always */
  readonly condition?: HintCondition | readonly HintCondition[];
}

/** Where an ad-hoc subprocess collects the results of the elements inside it, such as the tools of an agent. */
export interface AdHocOutput {
  /** The name of the variable with the list of all results, e.g. `toolCallResults`. */
  readonly outputCollection: string;
  /** What one result is: FEEL that starts with `=`, e.g. `={id: toolCall._meta.id, content: toolCallResult}`. */
  readonly outputElement: string;
}

/** A listener to the start or the end of an element, which a worker or a connector of its type executes. */
export interface ExecutionListener {
  readonly eventType: 'start' | 'end';
  /** The job type, or FEEL that starts with `=`. */
  readonly type: string;
  /** The number of attempts. @default 3 */
  readonly retries?: number;
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
  /**
   * Which sections of the Modeler itself stay visible beside those of the template: all, none, or the named ones.
   * @default those that the Modeler shows
   */
  readonly entriesVisible?: boolean | TemplateVisibleEntries;
  /** The template is not offered for new elements any more. Elements that have it keep it. @default false */
  readonly deprecated?: boolean | TemplateDeprecation;
  /** Extension properties (`zeebe:property`) of the element by their names. The panel does not show them. */
  readonly properties?: Readonly<Record<string, ExtensionValue>>;
}

/** Settings for the templates of outbound connectors. */
export interface OutboundTemplateSettings extends TemplateSettings {
  /** The elements that the template is offered for. @default tasks, or the kind of event in `elementType` */
  readonly appliesTo?: readonly string[];
  /**
   * What the element becomes: a service, send, script or business rule task, an ad-hoc subprocess, or a throw or end event with
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
  /** Resources that the job refers to. */
  readonly linkedResources?: readonly LinkedResource[];
  /**
   * The default of the priority of the element's jobs: a whole number, or FEEL that starts with `=`. Needs Camunda 8.10.
   * @default none, and no field for it
   */
  readonly jobPriority?: number | string;
  /** Listeners to the start and the end of the element. The panel does not show them. */
  readonly executionListeners?: readonly ExecutionListener[];
  /** Where an ad-hoc subprocess collects the results of its elements. Only for `bpmn:AdHocSubProcess`. */
  readonly adHoc?: AdHocOutput;
  /**
   * Shows the element as an agent in the cluster: `external` is an agent of your own. Needs Camunda 8.10. Only for service
   * tasks and ad-hoc subprocesses.
   */
  readonly agentType?: 'external' | 'aiAgentTask' | 'aiAgentSubProcess';
  /**
   * The connector is also a tool of AI agents: besides its ordinary template, `createTemplates` and the command line make one
   * whose fields an agent fills in (`fromAi`). Needs Camunda 8.8. @default false
   */
  readonly tool?: boolean;
}

/** Settings for the templates of inbound connectors. */
export interface InboundTemplateSettings extends TemplateSettings {
  /** The default of the message name. @default the name of the connector */
  readonly messageName?: string;
}
