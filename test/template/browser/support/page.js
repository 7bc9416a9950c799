/** The page in the browser: the Camunda 8 Modeler with its properties panel, and access to its diagrams for the tests. */
import 'camunda-bpmn-js/dist/assets/camunda-cloud-modeler.css';
import './page.css';
import Modeler from 'camunda-bpmn-js/lib/camunda-cloud/Modeler';

const modeler = new Modeler({
  container: '#canvas',
  propertiesPanel: { parent: '#properties' },
  // Otherwise an entry only applies some time after the last key.
  debounceInput: false,
});

const complaints = [];
modeler.on('elementTemplates.errors', ({ errors }) => complaints.push(...errors.map(({ message }) => message)));

globalThis.modelerPage = {
  /** Opens a diagram with a list of templates. Returns the warnings of the Modeler. */
  open: async (xml, templates) => {
    complaints.length = 0;
    modeler.get('elementTemplatesLoader').setTemplates(templates);
    const { warnings } = await modeler.importXML(xml);
    modeler.get('canvas').zoom('fit-viewport', 'auto');
    return [...complaints, ...warnings.map(({ message }) => message)];
  },
  save: async () => (await modeler.saveXML({ format: true })).xml,
};
