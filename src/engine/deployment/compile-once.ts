import { type ClusterVersion, defaultVersion } from '../model/cluster-version.ts';
import { compileBpmn } from '../model/index.ts';
import type { CompileBpmn } from '../model/types.ts';
import { rememberCompiled } from './remember-compiled.ts';

const compile = rememberCompiled((name, content, version: ClusterVersion) => compileBpmn(name, content, version));

/**
 * Compiles a BPMN file once: engines share what files have become, so that those of a hundred tests compile their files once, and so do
 * hints about the files.
 */
export const compileOnce: CompileBpmn = (name, content, version = defaultVersion) => compile(name, content, version);
