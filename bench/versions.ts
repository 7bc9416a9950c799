/** The versions that figures depend on. */
import { readFileSync } from 'node:fs';

const packages = [
  '@grpc/grpc-js',
  '@camunda8/sdk',
  '@camunda8/orchestration-cluster-api',
  'valibot',
  '@opentelemetry/api',
];

/** Name and version of the packages under measurement, as installed. */
export const versions = (): readonly string[] =>
  packages.map((name) => {
    const file = new URL(`../node_modules/${name}/package.json`, import.meta.url);
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string };
    return `${name} ${version}`;
  });
