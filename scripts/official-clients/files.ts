/** The files that the official clients deploy. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  catchEvent,
  chain,
  end,
  other,
  process as processFile,
  serviceTask,
  start,
} from '../../test/engine/support/bpmn.ts';

const order = (...ends: readonly string[]): string =>
  processFile(
    'order',
    ...chain(
      start(),
      serviceTask('work', { type: 'work' }),
      catchEvent('wait', { message: { name: 'paid', correlationKey: '=id' } }),
      ...ends.map((id) => end(id)),
    ),
  );

const dish = `<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="dishes" name="Dishes" namespace="t">
<decision id="dish" name="Dish"><decisionTable id="table" hitPolicy="UNIQUE">
<input id="season" label="Season"><inputExpression id="in" typeRef="string"><text>season</text></inputExpression></input>
<output id="dishOut" name="dish" typeRef="string"/>
<rule id="winter"><inputEntry id="a"><text>"Winter"</text></inputEntry><outputEntry id="b"><text>"Roast"</text></outputEntry></rule>
<rule id="summer"><inputEntry id="c"><text>"Summer"</text></inputEntry><outputEntry id="d"><text>"Salad"</text></outputEntry></rule>
</decisionTable></decision></definitions>`;

const form = JSON.stringify({ id: 'approve', type: 'default', schemaVersion: 16, components: [] });

const approval = other('userTask', 'approve', {
  extensions: '<zeebe:userTask/><zeebe:formDefinition formId="approve"/>',
});

const files: Readonly<Record<string, string>> = {
  'order.bpmn': order('end'),
  'order-2.bpmn': order('done'),
  'quick.bpmn': processFile('quick', ...chain(start(), end())),
  'approval.bpmn': processFile('approval', ...chain(start(), approval, end())),
  'signal.bpmn': processFile('signalled', ...chain(start('begin', { signal: 'go' }), end())),
  'dish.dmn': dish,
  'approve.form': form,
};

/** Writes the files into a folder and returns their paths. */
export const writeModels = (folder: string): readonly string[] => {
  mkdirSync(folder, { recursive: true });
  return Object.entries(files).map(([name, content]) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  });
};
