import type { Problem } from '../model/types.ts';
import { textAt } from '../model/xml/element.ts';
import { createProblems } from '../model/xml/problems.ts';
import { createEvaluate } from './evaluate/evaluate-decision.ts';
import { checkSchema } from './read/check-schema.ts';
import { readRequirements } from './read/read-requirements.ts';
import type { CompiledRequirements, DecisionModel } from './types.ts';
import { parseDmn } from './xml/parse-dmn.ts';

/** A function in an expression can hide what takes long in it, so decisions with functions always have a time limit. */
const functionInside = /\bfunction\b|functionDefinition/;

const failed = (problems: readonly Problem[]): CompiledRequirements => ({ ok: false, problems });

/**
 * Compiles a DMN file: the result is its decisions, or all problems that prevent its deployment. It never rejects because
 * of the content of the file.
 *
 * @param resourceName name of the file
 * @param content bytes of the file
 * @example
 * const compiled = await compileDmn('dish.dmn', await readFile('dish.dmn'));
 * if (compiled.ok) compiled.requirements.decisions[0].evaluate((name) => variables[name], {}).output;
 */
export const compileDmn = async (resourceName: string, content: Uint8Array): Promise<CompiledRequirements> => {
  const parsed = await parseDmn(resourceName, content);
  if (!parsed.ok) return parsed;
  const { definitions, problems: parsing } = parsed;
  const { report, add, list } = createProblems();
  for (const problem of parsing) add(problem);
  try {
    const { id = '' } = definitions;
    if (id === '') report(definitions, 'The id is missing. Give the definitions an id.');
    checkSchema(definitions, report);
    const decisions = readRequirements(definitions, report);
    const problems = list();
    if (problems.length > 0) return failed(problems);
    const isLimited = functionInside.test(new TextDecoder().decode(content));
    const models = decisions.map((decision): DecisionModel => {
      const { versionTag } = decision;
      const base = { id: decision.id, name: decision.name, evaluate: createEvaluate(decision, isLimited) };
      return Object.freeze(versionTag === undefined ? base : { ...base, versionTag });
    });
    return {
      ok: true,
      requirements: Object.freeze({ id, name: textAt(definitions, 'name') ?? '', decisions: models }),
    };
  } catch (error) {
    // Only deep nesting makes reading fail.
    if (!(error instanceof RangeError)) throw error;
    return failed([{ element: resourceName, text: 'The file nests too deeply.' }]);
  }
};
