/** The versions that figures depend on. */
import { readFileSync } from 'node:fs';

const packages = [
  '@grpc/grpc-js',
  '@camunda8/sdk',
  '@camunda8/orchestration-cluster-api',
  'valibot',
  '@opentelemetry/api',
];

/** The version of a package as it is installed here. */
export const versionOf = (name: string): string => {
  const file = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
};

/** Name and version of the packages under measurement. */
export const versions = (): readonly string[] => packages.map((name) => `${name} ${versionOf(name)}`);
